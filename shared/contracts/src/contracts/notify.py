"""What notify-svc publishes on ``notify.events``."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts import policy
from contracts.envelope import Event
from contracts.erp import Part
from contracts.fields import NO_CONTROLS, Count, Id, Instant, Text

TOPIC = "notify.events"

Channel = Literal["inbox", "email"]
Recipient = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
"""``supplier:S-1``, ``customer:C-1``, ``role:buyer``, ``person:…``, ``team:…``: a kind and an Id."""


class Cause(Part):
    """The event that a notice tells of, and the rule that chose to tell it."""

    event_id: Id
    event_type: Id
    event_source: Id
    rule: Id
    policy_version: int


class NotificationRequested(Event):
    """It was decided to tell a recipient: what, why, by which channels in order; ``addresses`` are those known then."""

    TYPE: ClassVar[str] = "notify.NotificationRequested"
    notification_id: Id
    recipient: Recipient
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


class NotificationSent(Event):
    """A channel took the notice; ``reference`` is what the receiver can recognise a repeat by.

    ``passed_over`` says why an earlier channel was not tried at all; empty when none was passed over.
    """

    TYPE: ClassVar[str] = "notify.NotificationSent"
    notification_id: Id
    recipient: Recipient
    channel: Channel
    address: Text
    reference: Id
    attempt: Count
    passed_over: Text = ""


class NotificationAttemptFailed(Event):
    """A channel did not take the notice; ``next_channel`` is tried at ``retry_at``.

    It is the same channel, or the one that takes over because this one failed for good; ``attempt`` counts per channel
    from 1.
    """

    TYPE: ClassVar[str] = "notify.NotificationAttemptFailed"
    notification_id: Id
    recipient: Recipient
    channel: Channel
    attempt: Count
    error: Text
    next_channel: Channel
    retry_at: Instant


class NotificationFailed(Event):
    """Every channel and every attempt failed; a person may redrive it."""

    TYPE: ClassVar[str] = "notify.NotificationFailed"
    notification_id: Id
    recipient: Recipient
    channel: Channel
    attempt: Count
    error: Text


class NotificationSuppressed(Event):
    """It was decided not to tell, and why."""

    TYPE: ClassVar[str] = "notify.NotificationSuppressed"
    notification_id: Id
    recipient: Recipient
    about: Id
    period: Id
    because: Text
    cause: Cause


class PolicyPublished(policy.PolicyPublished):
    """A policy of notify-svc has a new version."""

    TYPE: ClassVar[str] = "notify.PolicyPublished"


EVENTS: tuple[type[Event], ...] = (
    NotificationRequested,
    NotificationSent,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationSuppressed,
    PolicyPublished,
)
