"""The documents that everything is told under. Their defaults are version 1, the rules page."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.notify import Recipient
from notify_svc.default_rules import DEFAULT_RULES
from notify_svc.default_templates import DEFAULT_TEMPLATES
from notify_svc.subscriptions import Rule, RuleId
from notify_svc.templates import NoticeTemplate

EmailAddress = Annotated[str, Field(pattern=r"^[!-;=?A-~]+@[A-Za-z0-9.-]+$", max_length=254)]
"""ASCII, without spaces, control characters or angle brackets, so that it cannot bring a header of its own."""


class SubscriptionPolicy(Policy):
    """Who is told of what; rules are asked in this order."""

    NAME: ClassVar[str] = "subscriptions"
    rules: tuple[Rule, ...] = DEFAULT_RULES

    @model_validator(mode="after")
    def _each_rule_has_its_own_id(self) -> Self:
        ids = [rule.id for rule in self.rules]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"more than one rule is called {', '.join(twice)}")
        return self


class TemplatePolicy(Policy):
    """The words, by template id; a document with words that the sample event cannot fill is refused."""

    NAME: ClassVar[str] = "templates"
    templates: Mapping[str, NoticeTemplate] = Field(default_factory=lambda: dict(DEFAULT_TEMPLATES))


class DirectoryPolicy(Policy):
    """Where a recipient gets mail: the address listed, else one made of its name in ``domain``, else (no domain) none.

    ``supplier:S-1`` becomes ``supplier.S-1@<domain>``; anything but letters, digits, ``-`` and ``_`` is written as
    ``=XX``, so that no two recipients ever share an address.
    """

    NAME: ClassVar[str] = "directory"
    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$", max_length=180)] | None = "standing.example"
    addresses: Mapping[Recipient, EmailAddress] = Field(default_factory=dict)

    def address_of(self, recipient: str) -> str | None:
        if recipient in self.addresses or self.domain is None:
            return self.addresses.get(recipient)
        kind, _, identity = recipient.partition(":")
        return f"{kind}.{re.sub(rb'[^A-Za-z0-9_-]', _escaped, identity.encode()).decode()}@{self.domain}"


class DeliveryPolicy(Policy):
    """When a channel is tried: attempt n is ``delays_s[n - 1]`` seconds after the one before; then the next channel."""

    NAME: ClassVar[str] = "delivery"
    delays_s: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600), min_length=1
    )

    @property
    def attempts_max(self) -> int:
        return len(self.delays_s)

    def first(self, since: datetime) -> datetime:
        """When to try the first channel for what is told since an instant."""
        return since + timedelta(seconds=self.delays_s[0])

    def again(self, failed_at: datetime, failed_attempts: int) -> datetime:
        """When to try after so many failed attempts on the channel (0: it takes over); always after ``failed_at``."""
        delay = timedelta(seconds=self.delays_s[failed_attempts])
        return failed_at + (delay or timedelta.resolution)


class PreferencePolicy(Policy):
    """What recipients have switched off: recipient → rule ids. A mandatory rule is told all the same."""

    NAME: ClassVar[str] = "preferences"
    muted: Mapping[Recipient, tuple[RuleId, ...]] = Field(default_factory=dict)

    def is_muted(self, recipient: str, rule: Rule) -> bool:
        return not rule.mandatory and rule.id in self.muted.get(recipient, ())


POLICIES: tuple[type[Policy], ...] = (
    SubscriptionPolicy,
    TemplatePolicy,
    DirectoryPolicy,
    DeliveryPolicy,
    PreferencePolicy,
)


def _escaped(byte: re.Match[bytes]) -> bytes:
    return f"={byte.group()[0]:02X}".encode()
