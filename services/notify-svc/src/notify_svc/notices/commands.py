"""What a notice is asked, and what it refuses."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chassis.domain import Refusal
from contracts.notify import Cause, Channel
from notify_svc.rules.subscriptions import Rule
from notify_svc.rules.templates import Language
from notify_svc.rules.vocabulary import Facts


@dataclass(frozen=True, slots=True)
class RequestNotice:
    """A rule chose to tell a recipient of an event, whose facts are those that rule and template see.

    ``again_at``: when a person had it asked for once more, because there were no words for it; None the first time.
    """

    notification_id: str
    recipient: str
    rule: Rule
    about: str
    period: str
    cause: Cause
    facts: Facts
    occurred_at: datetime
    recorded_at: datetime
    again_at: datetime | None = None

    @property
    def on(self) -> date:
        """The business date whose policies hold; asked for once more, that day, so that what was mended since holds."""
        return (self.again_at or self.occurred_at).date()

    @property
    def known_at(self) -> datetime:
        """When it could be told at the earliest: it had happened, and its owner knew."""
        return max(self.occurred_at, self.recorded_at)

    @property
    def asked_at(self) -> datetime:
        """When it is asked for: as soon as it could be told, or once more by a person."""
        return self.again_at or self.known_at


@dataclass(frozen=True, slots=True)
class TellWords:
    """Tell words that are there already, at ``at``: a digest, an escalation, a trial of a person."""

    notification_id: str
    recipient: str
    subject: str
    body: str
    language: Language
    urgency: Literal["normal", "urgent"]
    channels: tuple[Channel, ...]
    about: str
    period: str
    cause: Cause
    topic: str
    at: datetime
    items: int = 0
    escalation_of: str | None = None
    test: bool = False


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """The holder of ``token`` wants to try the channel at ``at``. No event: somebody else is trying, or it is done."""

    notification_id: str
    channel: Channel
    attempt: int
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordSent:
    """A channel took the notice. ``passed_over``: why an earlier channel was not tried, or empty."""

    notification_id: str
    channel: Channel
    address: str
    reference: str
    attempt: int
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class RecordAttemptFailed:
    """A channel did not take the notice at the instant ``at``; ``for_good`` when trying it again cannot help.

    ``retry_after_s`` is how long the receiver wants to be left alone, 0 when it did not say.
    """

    notification_id: str
    channel: Channel
    attempt: int
    error: str
    for_good: bool
    at: datetime
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class EndLease:
    """The time to say what came of an attempt is over."""

    notification_id: str
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Postpone:
    """What is due is told later."""

    notification_id: str
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Redrive:
    """A person wants a failed notice tried again, at ``at``."""

    notification_id: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkRead:
    """A person has read the notice."""

    notification_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person takes care of what the notice says."""

    notification_id: str
    by: str


@dataclass(frozen=True, slots=True)
class EscalateNotice:
    """The time of a step of the escalation has come; ``told_by`` is the notice that tells whom it names."""

    notification_id: str
    step: int
    told_by: str


Command = (
    RequestNotice
    | TellWords
    | StartAttempt
    | RecordSent
    | RecordAttemptFailed
    | EndLease
    | Postpone
    | Redrive
    | MarkRead
    | Acknowledge
    | EscalateNotice
)


class NoSuchNotice(Refusal):
    """There is no notice {notification_id}."""

    status = 404


class NotFailed(Refusal):
    """Notice {notification_id} has not failed; only one that has failed for good can be redriven."""


class NeverTold(Refusal):
    """Notice {notification_id} was suppressed, so there is nothing to read or acknowledge."""


class NoWordsYet(Refusal):
    """Notice {notification_id} has no words yet, so there is nothing to read or acknowledge; redrive it first."""


class NoSuchRule(Refusal):
    """No rule {rule} for {event_type} is in force on {on}, so notice {notification_id} cannot be asked for again."""
