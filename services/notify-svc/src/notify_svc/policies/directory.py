"""Policy ``directory``: who recipients are."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chassis.policies import Policy
from chassis.zones import TimeZone
from contracts.data_subjects import About
from contracts.notify import Recipient
from contracts.personal import Clear, Personal, PersonalText, Sealed
from notify_svc.rules.templates import Language

_EMAIL = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+", re.ASCII)
EMAIL_MAX = 254


def is_email_address(text: str) -> bool:
    """ASCII, without spaces, control characters or angle brackets, so that it cannot inject a mail header."""
    return len(text) <= EMAIL_MAX and _EMAIL.fullmatch(text) is not None


def _checked(address: Sealed | Clear) -> Sealed | Clear:
    """What is sealed was checked when it was sealed, and is checked again when a letter is sent there."""
    if isinstance(address, Clear) and not is_email_address(address.text):
        raise PydanticCustomError("personal_email", "An e-mail address has a name, an @ and a domain, in ASCII")
    return address


EmailAddress = Annotated[Personal, PersonalText(EMAIL_MAX), AfterValidator(_checked)]
"""Of the recipient beside whom it stands."""


class DirectoryPolicy(Policy):
    """Who recipients are: mail address, language, time zone, and the members of a role or team. Addresses are stored sealed.

    Mail goes to the address listed, else to one made of the name in ``domain``, else (no domain) nowhere.
    ``supplier:S-1`` becomes ``supplier.S-1@<domain>``; anything but letters, digits, ``-`` and ``_`` is written as
    ``=XX``, so that no two recipients ever share an address. A recipient without a language gets the rule's. A role with
    members is each of them.
    """

    NAME: ClassVar[str] = "directory"
    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$", max_length=180)] | None = "standing.example"
    addresses: Annotated[Mapping[Recipient, EmailAddress], About("{key}")] = Field(default_factory=dict)
    languages: Mapping[Recipient, Language] = Field(default_factory=dict)
    time_zone: TimeZone = "Asia/Shanghai"
    time_zones: Mapping[Recipient, TimeZone] = Field(default_factory=dict)
    members: Mapping[Recipient, tuple[Recipient, ...]] = Field(default_factory=dict)

    def address_of(self, recipient: str) -> Sealed | Clear | None:
        if recipient in self.addresses or self.domain is None:
            return self.addresses.get(recipient)
        kind, _, identity = recipient.partition(":")
        return Clear(f"{kind}.{re.sub(rb'[^A-Za-z0-9_-]', _escaped, identity.encode()).decode()}@{self.domain}")

    def zone_of(self, recipient: str) -> str:
        return self.time_zones.get(recipient, self.time_zone)


def _escaped(byte: re.Match[bytes]) -> bytes:
    return f"={byte.group()[0]:02X}".encode()
