"""Policy ``directory``: who recipients are."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from chassis.zones import TimeZone
from contracts.notify import Recipient
from notify_svc.rules.templates import Language

EmailAddress = Annotated[str, Field(pattern=r"^[!-;=?A-~]+@[A-Za-z0-9.-]+$", max_length=254)]
"""ASCII, without spaces, control characters or angle brackets, so that it cannot inject a mail header."""


class DirectoryPolicy(Policy):
    """Who recipients are: mail address, language, time zone, and the members of a role or team.

    Mail goes to the address listed, else to one made of the name in ``domain``, else (no domain) nowhere.
    ``supplier:S-1`` becomes ``supplier.S-1@<domain>``; anything but letters, digits, ``-`` and ``_`` is written as
    ``=XX``, so that no two recipients ever share an address. A recipient without a language gets the rule's. A role with
    members is each of them.
    """

    NAME: ClassVar[str] = "directory"
    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$", max_length=180)] | None = "standing.example"
    addresses: Mapping[Recipient, EmailAddress] = Field(default_factory=dict)
    languages: Mapping[Recipient, Language] = Field(default_factory=dict)
    time_zone: TimeZone = "Asia/Shanghai"
    time_zones: Mapping[Recipient, TimeZone] = Field(default_factory=dict)
    members: Mapping[Recipient, tuple[Recipient, ...]] = Field(default_factory=dict)

    def address_of(self, recipient: str) -> str | None:
        if recipient in self.addresses or self.domain is None:
            return self.addresses.get(recipient)
        kind, _, identity = recipient.partition(":")
        return f"{kind}.{re.sub(rb'[^A-Za-z0-9_-]', _escaped, identity.encode()).decode()}@{self.domain}"

    def zone_of(self, recipient: str) -> str:
        return self.time_zones.get(recipient, self.time_zone)


def _escaped(byte: re.Match[bytes]) -> bytes:
    return f"={byte.group()[0]:02X}".encode()
