"""Who is notified of an event: rules that match its data, name recipients, and define what counts as the same notice."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, ValidationInfo, model_validator

from chassis.policies import PolicyPart
from contracts.fields import is_stored
from contracts.notify import Channel
from notify_svc.rules.audiences import Audience, missing_field, recipients
from notify_svc.rules.conditions import Condition, FieldPath
from notify_svc.rules.endings import ENDINGS
from notify_svc.rules.samples import SAMPLES, personal_paths_of, sample_facts
from notify_svc.rules.templates import Language
from notify_svc.rules.timing import TimeOfDay
from notify_svc.rules.vocabulary import Facts, has_field

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=100)]
Topic = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=100)]

NOTICES = uuid.UUID("6f0c5a52-6f0b-5d0e-9a55-8d1c7f1f5f52")
"""The namespace of notification ids; never changes, because a changed id would send everything once more."""


class Digest(PolicyPart):
    """Collect before notifying: for ``minutes`` after the first, or until an hour (``until_time``) of the recipient's day.

    Collected per recipient, rule and the value of ``by`` (a field of the event; None: everything of the rule together).
    """

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] | None = None
    until_time: TimeOfDay | None = Field(default=None, validation_alias=AliasChoices("until_time", "until"))
    by: FieldPath | None = None

    @model_validator(mode="after")
    def _ends_in_one_way(self) -> Self:
        if (self.minutes is None) == (self.until_time is None):
            raise ValueError("a digest is collected either for some minutes or until an hour: give one of the two")
        return self


class Escalate(PolicyPart):
    """Notify somebody else when nobody has acknowledged the notice ``after_minutes`` after its delivery time."""

    after_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 60)]
    to: Audience


class Rule(PolicyPart):
    """Whom to notify of one type of event, and how.

    One notice per (``about``, rule, ``period``) and recipient: both name fields of the event; ``event.id`` makes each
    event its own period and ``event.occurred_on`` each day. Of ``channels``, a later one takes over when an earlier one
    fails for good. An event recorded more than ``max_age_days`` after it happened is history and makes no notice, unless
    ``wants_history``. A ``mandatory`` notice cannot be switched off by its recipient; others by ``topic``, rule or
    channel. It is delivered at once, or ``delay_minutes`` later, or when the instant or day in the field ``delay_until`` has
    come; in quiet hours, or when a recipient has reached its limit, it waits unless it is urgent. What waits is not sent where an
    event of ``drop_when`` has ended what it is about.
    """

    id: RuleId
    event: str
    where: tuple[Condition, ...] = ()
    audience: tuple[Audience, ...] = Field(min_length=1)
    about: FieldPath
    period: FieldPath
    channels: tuple[Channel, ...] = Field(min_length=1)
    template: str
    topic: Topic = "general"
    urgency: Literal["normal", "urgent"] = "normal"
    language: Language = "en"
    mandatory: bool = False
    wants_history: bool = False
    max_age_days: int = Field(default=2, ge=0)
    delay_minutes: int = Field(default=0, ge=0, le=60 * 24 * 60)
    delay_until: FieldPath | None = None
    digest: Digest | None = None
    escalation: tuple[Escalate, ...] = ()
    drop_when: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _speaks_of_what_the_event_has(self, info: ValidationInfo) -> Self:
        facts = sample_facts(self.event)
        if facts is None or self.event not in SAMPLES:
            raise ValueError(f"{self.event} cannot be subscribed to; use one of {', '.join(sorted(SAMPLES))}")
        paths = [self.about, self.period, *(condition.field for condition in self.where)]
        paths += [path for path in (self.delay_until, self.digest and self.digest.by) if path]
        missing = [path for path in paths if not has_field(facts, path)]
        named = (*self.audience, *(step.to for step in self.escalation))
        missing += [path for one in named if (path := missing_field(one, facts))]
        if personal := [path for path in missing if path in personal_paths_of(self.event)]:
            if is_stored(info):  # it was published before: what it names is empty for it from now on
                return self
            raise ValueError(
                f"rule {self.id}: {', '.join(personal)} of {self.event} tells of a person, which no rule reads"
            )
        if "partner" in named and not {"supplier_id", "customer_id"} & set(facts):
            missing.append("supplier_id or customer_id that would be its partner")
        if missing:
            raise ValueError(f"rule {self.id}: {self.event} has no field {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if len(set(self.channels)) != len(self.channels):
            raise ValueError(f"rule {self.id}: a channel is listed twice")
        if self.digest and (self.escalation or self.urgency == "urgent" or self.delay_minutes or self.delay_until):
            raise ValueError(f"rule {self.id}: a digest waits; it cannot be urgent, delayed or escalated as well")
        after = [step.after_minutes for step in self.escalation]
        if after != sorted(set(after)):
            raise ValueError(f"rule {self.id}: each step of an escalation comes later than the one before it")
        return self

    @model_validator(mode="after")
    def _ends_by_what_is_about_the_same(self) -> Self:
        for event in self.drop_when:
            if event not in ENDINGS:
                raise ValueError(f"rule {self.id}: {event} ends nothing; use one of {', '.join(sorted(ENDINGS))}")
            if ENDINGS[event] != self.about:
                raise ValueError(f"rule {self.id}: {event} ends what {ENDINGS[event]} names, not {self.about}")
        return self

    def matches(self, facts: Facts) -> bool:
        return facts["event"]["type"] == self.event and all(condition.holds(facts) for condition in self.where)

    def recipients(self, facts: Facts, members: Mapping[str, Sequence[str]] | None = None) -> Sequence[str]:
        """``supplier:S-1`` or ``customer:C-1`` for the partner, else whom the audience names; nobody twice."""
        return recipients(self.audience, facts, members)


def notification_id(about: str, rule: str, recipient: str, period: str) -> str:
    """The same for the same (subject, rule, recipient, period), whenever and wherever it is computed."""
    parts = "".join(f"{len(part)}:{part}" for part in (about, rule, recipient, period))
    return str(uuid.uuid5(NOTICES, parts))
