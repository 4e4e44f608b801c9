"""What goes out over HTTP besides plain rows."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AliasChoices, Field, TypeAdapter, WithJsonSchema

from chassis.http import Worded
from contracts.figures import Anything, PlainModel
from contracts.notify import Recipient
from contracts.personal import Personal
from notify_svc.policies.preferences import Mutes
from notify_svc.read_models.notification import Status
from notify_svc.rules.subscriptions import Rule, RuleId, Topic
from notify_svc.rules.templates import NoticeTemplate
from notify_svc.sentences import Sentences

ShownAddress = Annotated[Anything, WithJsonSchema(TypeAdapter(Personal).json_schema(mode="serialization"))]
"""As the read model has it: sealed, or in clear from an event that was written before addresses were sealed."""


class Answer(Worded):
    """An answer with sentences of this service in it."""

    catalogue = tuple(Sentences)


class Attempt(PlainModel):
    """One outcome of a channel; ``error`` is None when it accepted the notice."""

    channel: str
    attempt: int
    at: datetime
    error: str | None
    next_channel: str | None
    retry_at: datetime | None


class Why(PlainModel):
    """Why this recipient was notified, or was not: the event, the rule, and the version of the subscriptions."""

    event_id: str
    event_type: str
    event_source: str
    rule: str
    policy_version: int
    because: str | None
    waits_because: str | None


class EscalatedTo(PlainModel):
    """``step_number`` is that of the rule's escalation, 1 the first."""

    step_number: int = Field(validation_alias=AliasChoices("step_number", "step"))
    to: str
    notification_id: str


class Item(PlainModel):
    """One subject of a digest, with the event behind it."""

    item_id: str
    subject: str
    about: str
    event_id: str
    event_type: str


class Notification(Answer):
    """A notice and its fate; a suppressed one has no text. ``passed_over_because``: why a channel was not tried at all."""

    notification_id: str
    recipient: str
    status: Status
    about: str
    period: str
    topic: str
    happened_at: datetime
    requested_at: datetime
    subject: str | None
    body: str | None
    language: str | None
    urgency: str | None
    channels: list[str] | None
    deliver_at: datetime | None
    attempts: list[Attempt] | None
    channel: str | None
    address: ShownAddress | None
    reference: str | None
    sent_at: datetime | None
    passed_over_because: str | None
    read_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalated_to: list[EscalatedTo] | None
    escalation_of: str | None
    test: bool
    digest_items: list[Item]
    why: Why


class NoticeCount(PlainModel):
    rule: str
    status: Status
    notice_count: int


class NoticeCounts(PlainModel):
    """All in one page."""

    items: list[NoticeCount]
    next: None = None


class Redriven(PlainModel):
    notifications: list[str]


class Became(Answer):
    """What became of an event for one recipient; ``summary`` is the sentence that explains it."""

    recipient: str
    rule: str
    policy_version: int
    status: str
    notification_id: str
    summary: str


class Outcomes(PlainModel):
    """What became of an event for everybody whom a rule names, in one page."""

    items: list[Became]
    next: None = None


class WouldBe(PlainModel):
    """What a rule would make of the event: ``recipients`` are whom it notifies, ``reasons`` why nobody or not this one."""

    rule: RuleId
    matches: bool
    recipients: list[str]
    reasons: list[str]


class Explained(Answer):
    policy_version: int
    rules: list[WouldBe]


class Registered(PlainModel):
    """``secret`` verifies signatures. Only the request that made it is answered with it; a repeat is answered with None."""

    endpoint_id: str
    shown: str
    secret: str | None


class Resealed(PlainModel):
    endpoints: list[str]


class Preferences(PlainModel):
    """What the recipient has switched off, and the mandatory rules that notify it all the same."""

    recipient: Recipient
    muted: Mutes
    mandatory_rules: tuple[RuleId, ...]
    topics: tuple[Topic, ...]


class Subscriptions(PlainModel):
    """The rules in force today, in one page, in the order in which they are evaluated."""

    policy_version: int
    effective_from: date
    items: tuple[Rule, ...]
    next: None = None


class Template(PlainModel):
    """A text in force today, in its languages."""

    template: str
    policy_version: int
    effective_from: date
    content: NoticeTemplate


class Templates(PlainModel):
    """The texts in force today, in one page."""

    items: list[Template]
    next: None = None


class Previewed(PlainModel):
    subject: str
    body: str
    policy_version: int


class TestSent(PlainModel):
    """Where to look up what became of it."""

    notification_id: str
