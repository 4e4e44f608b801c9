"""Addresses that are no host on the public internet: the special-purpose registries of IANA, and the clouds' metadata services."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*written: str) -> Sequence[Network]:
    return tuple(map(ipaddress.ip_network, written))


SPECIAL = _networks(
    # https://www.iana.org/assignments/iana-ipv4-special-registry. Written out, because which of them Python takes for global
    # depends on its patch release, and because some are "globally reachable" without being anybody's host (AS112, AMT, 6to4).
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    # https://www.iana.org/assignments/iana-ipv6-special-registry, as far as it lies in 2000::/3.
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)  # fmt: skip

METADATA = _networks(
    "169.254.169.254/32",  # AWS, Azure, Google, OpenStack, DigitalOcean and most others
    "169.254.169.253/32", "169.254.169.123/32",  # AWS: resolver, clock
    "169.254.170.2/32", "169.254.170.23/32",  # AWS: credentials of containers
    "169.254.0.23/32", "169.254.42.42/32",  # Tencent, Scaleway
    "100.100.100.200/32", "100.100.2.136/32", "100.100.2.138/32",  # Alibaba: metadata, resolvers
    "168.63.129.16/32",  # Azure: the host of the virtual machine
    "192.0.0.192/32",  # Oracle
    "fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128",  # AWS, Google, Scaleway
)  # fmt: skip
"""Answer whoever asks from inside with credentials of the machine; no network that an operator allows opens them."""

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be that host."""
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not is_within(address, SPECIAL)


def carried(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to: mapped, NAT64, ISATAP or the old compatible form; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    number = int(address)
    compatible = number >> 32 == 0 and number > 1  # ::127.0.0.1
    if address.ipv4_mapped or address in NAT64 or compatible or (number >> 32) & 0xFFFF_FFFF in ISATAP:
        return ipaddress.IPv4Address(number & 0xFFFF_FFFF)
    return address
