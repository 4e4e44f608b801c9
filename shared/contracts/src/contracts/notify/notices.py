"""One notice from its request on, and what people do with it."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Count, Id, Instant, Text
from contracts.notify.recipients import Channel, Recipient
from contracts.personal import Personal, PersonalText

Address = Annotated[Personal, PersonalText(320)]
"""Where a channel reached, or is to reach, a recipient; empty for the inbox, which is the recipient's own."""


class Cause(Part):
    """The event that a notice is about, and the rule that chose to send it."""

    event_id: Id
    event_type: Id
    event_source: Id
    rule: Id
    policy_version: int


class EscalationStep(Part):
    """Who is notified when nobody has acknowledged the notice by an instant."""

    to: Recipient
    at: Instant


class NoticeEvent(Event):
    """Something happened to one notice; ``recipient`` is the person or group it is for, of whom its addresses tell."""

    SUBJECT: ClassVar[str] = "{recipient}"

    notification_id: Id
    recipient: Recipient


class NotificationRequested(NoticeEvent):
    """A recipient is to be notified: of what, why, and by which channels in order; ``addresses`` are those known then, sealed.

    ``waits_because`` gives the reason why ``deliver_at`` is later than the event, ``items`` how many notices a digest
    holds, and ``escalation_of`` the notice that nobody acknowledged. ``test`` marks one sent to test the channel.
    """

    TYPE: ClassVar[str] = "notify.NotificationRequested"
    subject: Text
    body: Text
    language: Literal["en", "zh"]
    urgency: Literal["normal", "urgent"]
    channels: tuple[Channel, ...]
    addresses: dict[Channel, Address] = Field(default_factory=dict)
    about: Id
    period: Id
    cause: Cause
    deliver_at: Instant
    topic: Id = "general"
    waits_because: Text = ""
    items: Count = 0
    escalation: tuple[EscalationStep, ...] = ()
    escalation_of: Id | None = None
    test: bool = False


class NotificationSuppressed(NoticeEvent):
    """A notification was suppressed; ``because`` gives the reason."""

    TYPE: ClassVar[str] = "notify.NotificationSuppressed"
    about: Id
    period: Id
    because: Text
    cause: Cause
    topic: Id = "general"


class NotificationUnrendered(NoticeEvent):
    """A notification was decided, but the rule's template cannot be rendered for this event; ``error`` is what is wrong.

    Nothing was sent; a person may redrive it when the template is fixed. ``facts`` are the event's data as rules and
    templates see them; it happened at ``happened_at`` and its owner recorded it at ``known_at``.
    """

    TYPE: ClassVar[str] = "notify.NotificationUnrendered"
    FORMER_TYPES = ("notify.NotificationUnworded",)
    about: Id
    period: Id
    error: Text
    cause: Cause
    topic: Id
    facts: dict[str, Any]
    happened_at: Instant
    known_at: Instant


class NotificationPostponed(NoticeEvent):
    """A notice that was due is postponed; ``because`` gives the reason. No attempt was made."""

    TYPE: ClassVar[str] = "notify.NotificationPostponed"
    deliver_at: Instant
    because: Text


class NotificationWithdrawn(NoticeEvent):
    """What a notice was about ended before it had left; it is not sent. ``because`` names what ended it."""

    TYPE: ClassVar[str] = "notify.NotificationWithdrawn"
    because: Text


class NotificationRead(NoticeEvent):
    """The recipient has read the notice in the inbox."""

    TYPE: ClassVar[str] = "notify.NotificationRead"
    by: Text


class NotificationAcknowledged(NoticeEvent):
    """Somebody has taken charge of what the notice is about; it escalates no further."""

    TYPE: ClassVar[str] = "notify.NotificationAcknowledged"
    by: Text


class NotificationEscalated(NoticeEvent):
    """Nobody acknowledged the notice in time, so ``to`` gets a notice of its own; ``step`` counts from 1."""

    TYPE: ClassVar[str] = "notify.NotificationEscalated"
    step: Count
    to: Recipient
    escalated_notification_id: Id
    next_at: Instant | None = None


class NotificationEscalationEnded(NoticeEvent):
    """What a notice is about ended before anybody acknowledged it; nobody else is notified. ``because`` names what ended it."""

    TYPE: ClassVar[str] = "notify.NotificationEscalationEnded"
    because: Text


class MatterEnded(Event):
    """An event of another service ended what notices are about: the thing ``about`` whose id stands in ``field`` of their events."""

    TYPE: ClassVar[str] = "notify.MatterEnded"
    field: Id
    about: Id
    event_type: Id
    event_id: Id
    ended_at: Instant
