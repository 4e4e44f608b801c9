"""What notify-svc publishes on ``notify.events``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from contracts import policy
from contracts.envelope import Event, Part
from contracts.fields import NO_CONTROLS, Count, Id, Instant, Text, flaw_of_id, is_stored

TOPIC = "notify.events"

Channel = Literal["inbox", "email", "webhook", "chat", "sms"]


def _recipient_of_a_document(text: str, info: ValidationInfo) -> str:
    flaw = next(filter(None, map(flaw_of_id, (text, text.partition(":")[2]))), None)
    if info.mode == "json" and not is_stored(info) and flaw is not None:
        raise PydanticCustomError("unfit_id", "The recipient {flaw}", {"flaw": flaw})
    return text


Recipient = Annotated[
    str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS), AfterValidator(_recipient_of_a_document)
]
"""``supplier:S-1``, ``customer:C-1``, ``role:buyer``, ``person:…``, ``team:…``, ``system:…``: a kind and an Id, as an Id is written."""


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
    """Something happened to one notice; ``recipient`` is the person or group it is for."""

    notification_id: Id
    recipient: Recipient


class NotificationRequested(NoticeEvent):
    """A recipient is to be notified: of what, why, and by which channels in order; ``addresses`` are those known then.

    ``waits_because`` gives the reason why ``deliver_at`` is later than the event, ``items`` how many notices a digest
    holds, and ``escalation_of`` the notice that nobody acknowledged. ``test`` marks one sent to test the channel.
    """

    TYPE: ClassVar[str] = "notify.NotificationRequested"
    subject: Text
    body: Text
    language: Literal["en", "zh"]
    urgency: Literal["normal", "urgent"]
    channels: tuple[Channel, ...]
    addresses: dict[Channel, Text] = Field(default_factory=dict)
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


class NotificationAttemptStarted(NoticeEvent):
    """Only the holder of ``token`` may use the channel, and only until ``until``; after that the attempt counts as failed."""

    TYPE: ClassVar[str] = "notify.NotificationAttemptStarted"
    channel: Channel
    attempt: Count
    token: Id
    until: Instant


class NotificationSent(NoticeEvent):
    """A channel accepted the notice; ``reference`` lets the receiver recognise a repeat.

    ``passed_over`` gives the reason why an earlier channel was not tried at all; empty when none was passed over.
    """

    TYPE: ClassVar[str] = "notify.NotificationSent"
    channel: Channel
    address: Text
    reference: Id
    attempt: Count
    passed_over: Text = ""


class NotificationAttemptFailed(NoticeEvent):
    """A channel did not accept the notice; ``next_channel`` is tried at ``retry_at``.

    That is the same channel, or the next one where this one failed permanently; ``attempt`` counts from 1 per channel.
    """

    TYPE: ClassVar[str] = "notify.NotificationAttemptFailed"
    channel: Channel
    attempt: Count
    error: Text
    next_channel: Channel
    retry_at: Instant


class NotificationFailed(NoticeEvent):
    """Every channel and every attempt failed; a person may redrive it."""

    TYPE: ClassVar[str] = "notify.NotificationFailed"
    channel: Channel
    attempt: Count
    error: Text


class NotificationPassedOver(NoticeEvent):
    """No channel took the notice to a recipient outside of the house; it lies in the inbox only. A person may redrive it.

    ``because`` is why each channel before the inbox did not take it.
    """

    TYPE: ClassVar[str] = "notify.NotificationPassedOver"
    because: Text


class NotificationRedriven(NoticeEvent):
    """A person had a failed notice tried again from its first channel; one that could not be rendered is requested again."""

    TYPE: ClassVar[str] = "notify.NotificationRedriven"
    by: Text
    reason: Text
    deliver_at: Instant


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


class DigestItemDropped(Part):
    """An item that no notice lists, because what it is about had ended when the round was closed."""

    item_id: Id
    because: Text


class DigestItemCollected(Event):
    """A notice waits for others of its kind; all of round ``round`` are sent together at ``closes_at``."""

    TYPE: ClassVar[str] = "notify.DigestItemCollected"
    digest_id: Id
    recipient: Recipient
    round: Count
    item_id: Id
    subject: Text
    about: Id
    cause: Cause
    closes_at: Instant


class DigestClosed(Event):
    """A round was closed: its items went into one notice, apart from those ``dropped``; all dropped: no notice was sent."""

    TYPE: ClassVar[str] = "notify.DigestClosed"
    digest_id: Id
    recipient: Recipient
    round: Count
    items: Count
    notification_id: Id
    dropped: tuple[DigestItemDropped, ...] = ()


class EndpointEvent(Event):
    """Something happened to the address of one recipient in one channel."""

    endpoint_id: Id
    recipient: Recipient
    channel: Channel


class EndpointRegistered(EndpointEvent):
    """The address at which a channel reaches the recipient; it is ``sealed`` with its secret, ``shown`` is the host only."""

    TYPE: ClassVar[str] = "notify.EndpointRegistered"
    shown: Text
    sealed: Text


class EndpointSecretRotated(EndpointEvent):
    """A new secret signs; the previous one signs too until ``both_until``, so that the receiver can change over."""

    TYPE: ClassVar[str] = "notify.EndpointSecretRotated"
    sealed: Text
    both_until: Instant


class EndpointResealed(EndpointEvent):
    """The same address and secret were encrypted again with the newest key."""

    TYPE: ClassVar[str] = "notify.EndpointResealed"
    sealed: Text


class EndpointRemoved(EndpointEvent):
    """The recipient is no longer reached by this channel."""

    TYPE: ClassVar[str] = "notify.EndpointRemoved"
    because: Text


class PolicyPublished(policy.PolicyPublished):
    """A policy of notify-svc has a new version."""

    TYPE: ClassVar[str] = "notify.PolicyPublished"


class PreferencesChanged(policy.PolicyEntryChanged):
    """A recipient (``key``) switched off what ``entry.muted`` names and nothing else: rule ids, or rule, topic and channels."""

    TYPE: ClassVar[str] = "notify.PreferencesChanged"


EVENTS: tuple[type[Event], ...] = (
    NotificationRequested,
    NotificationSuppressed,
    NotificationUnrendered,
    NotificationPostponed,
    NotificationWithdrawn,
    NotificationAttemptStarted,
    NotificationSent,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationPassedOver,
    NotificationRedriven,
    NotificationRead,
    NotificationAcknowledged,
    NotificationEscalated,
    NotificationEscalationEnded,
    MatterEnded,
    DigestItemCollected,
    DigestClosed,
    EndpointRegistered,
    EndpointSecretRotated,
    EndpointResealed,
    EndpointRemoved,
    PolicyPublished,
    PreferencesChanged,
)
