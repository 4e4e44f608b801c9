"""The documents that everything is told under. Their defaults are version 1, the rules page."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.policies import Policy
from contracts.notify import Channel, Recipient
from notify_svc.rules.default_templates import DEFAULT_TEMPLATES
from notify_svc.rules.defaults import DEFAULT_RULES
from notify_svc.rules.subscriptions import Rule, RuleId, Topic
from notify_svc.rules.templates import Language, NoticeTemplate, Rendered, TemplateDoesNotRender, render
from notify_svc.rules.timing import TimeOfDay, TimeZone, is_within, jitter, next_time
from notify_svc.rules.vocabulary import Facts

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

    def own(self, name: Literal["digest", "escalation"], language: Language, facts: Facts) -> Rendered:
        """The words around notices of our own making.

        Where the document has none, or what these facts cannot fill, the default ones stand in: nothing waits for a mended
        template here.
        """
        for template in (self.templates.get(name), DEFAULT_TEMPLATES[name]):
            if template is not None:
                with suppress(TemplateDoesNotRender):
                    return render(name, template, template.spoken(language), facts)
        raise AssertionError(f"the default template {name} takes whatever we fill it with")


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


class DeliveryPolicy(Policy):
    """When a channel is tried: attempt n is ``delays_s[n - 1]`` seconds after the one before; then the next channel.

    Each pause is longer by up to ``jitter_percent``, so that many that failed together come back apart. A receiver that
    says when to come back is heeded, up to ``retry_after_max_s``. Who tries has ``lease_s`` seconds to say what came of it.
    """

    NAME: ClassVar[str] = "delivery"
    delays_s: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600), min_length=1
    )
    jitter_percent: int = Field(default=10, ge=0, le=100)
    retry_after_max_s: int = Field(default=24 * 3600, ge=0)
    lease_s: int = Field(default=120, ge=30)
    digest_items_shown: int = Field(default=50, ge=1, le=500)

    @property
    def attempts_max(self) -> int:
        return len(self.delays_s)

    def first(self, since: datetime) -> datetime:
        """When to try the first channel for what is told since an instant."""
        return since + timedelta(seconds=self.delays_s[0])

    def again(self, failed_at: datetime, failed_attempts: int, key: str, wanted_s: int = 0) -> datetime:
        """When to try after so many failed attempts on the channel (0: it takes over); always after ``failed_at``.

        ``wanted_s`` is what the receiver asked for; ``key`` spreads the jitter.
        """
        base = self.delays_s[failed_attempts]
        pause = timedelta(seconds=base * (1 + jitter(key, failed_attempts) * self.jitter_percent / 100))
        asked = timedelta(seconds=min(wanted_s, self.retry_after_max_s))
        return failed_at + (max(pause, asked) or timedelta.resolution)


class QuietHoursPolicy(Policy):
    """When people are left alone: what is not urgent waits until ``ends`` on the recipient's clock.

    Equal hours: never. Other machines and the inbox do not sleep, so only ``channels`` wait.
    """

    NAME: ClassVar[str] = "quiet-hours"
    starts: TimeOfDay = "21:00"
    ends: TimeOfDay = "08:00"
    channels: tuple[Channel, ...] = ("email", "chat", "sms")
    awake: tuple[Recipient, ...] = ()

    def waits_until(self, at: datetime, recipient: str, channel: str, zone: str) -> datetime | None:
        """When a notice that would be told at ``at`` is told instead; None when it need not wait."""
        disturbs = channel in self.channels and recipient not in self.awake
        if not disturbs or not is_within(at, self.starts, self.ends, zone):
            return None
        return next_time(at, self.ends, zone)


class HistoryPolicy(Policy):
    """What happened before ``told_from`` is history: nobody is told, unless the rule wants history. None: all is of today.

    Published before the records of past years are sent in their own time, as ``standing import`` does.
    """

    NAME: ClassVar[str] = "history"
    told_from: date | None = None


def _usual_most() -> Mapping[Channel, int]:
    return {"email": 100, "chat": 60, "sms": 10}


class ThrottlePolicy(Policy):
    """At most so many notices to a recipient by a channel within ``window_minutes``; more wait. Urgent ones pass."""

    NAME: ClassVar[str] = "throttle"
    window_minutes: int = Field(default=60, ge=1, le=24 * 60)
    most: Mapping[Channel, Annotated[int, Field(ge=1)]] = Field(default_factory=_usual_most)


class Mute(BaseModel):
    """What a recipient does not want: a rule, a topic or (both left out) everything, by some channels or all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: RuleId | None = None
    topic: Topic | None = None
    channels: tuple[Channel, ...] = ()

    def concerns(self, rule: Rule) -> bool:
        return self.rule in (None, rule.id) and self.topic in (None, rule.topic)


class PreferencePolicy(Policy):
    """What recipients have switched off: a rule id, or a rule, topic and channels. A mandatory rule is told all the same."""

    NAME: ClassVar[str] = "preferences"
    muted: Mapping[Recipient, tuple[RuleId | Mute, ...]] = Field(default_factory=dict)

    def channels_left(self, recipient: str, rule: Rule) -> Sequence[Channel]:
        """The channels of the rule that the recipient has not switched off; all of them for a mandatory rule."""
        if rule.mandatory:
            return rule.channels
        mutes = [Mute(rule=one) if isinstance(one, str) else one for one in self.muted.get(recipient, ())]
        concerned = [mute for mute in mutes if mute.concerns(rule)]
        off = {channel for mute in concerned for channel in (mute.channels or rule.channels)}
        return tuple(channel for channel in rule.channels if channel not in off)

    def is_muted(self, recipient: str, rule: Rule) -> bool:
        return not self.channels_left(recipient, rule)


POLICIES: tuple[type[Policy], ...] = (
    SubscriptionPolicy,
    TemplatePolicy,
    DirectoryPolicy,
    DeliveryPolicy,
    QuietHoursPolicy,
    ThrottlePolicy,
    PreferencePolicy,
    HistoryPolicy,
)


def _escaped(byte: re.Match[bytes]) -> bytes:
    return f"={byte.group()[0]:02X}".encode()
