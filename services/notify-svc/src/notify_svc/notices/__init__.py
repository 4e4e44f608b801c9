"""The notice, stream ``notice-{id}``: one recipient is notified of one thing once. A command that comes twice changes nothing."""

from collections.abc import Sequence

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from notify_svc.notices.acknowledgements import (
    Acknowledge,
    EndEscalation,
    EscalateNotice,
    MarkRead,
    NeverTold,
    NoWordsYet,
    acknowledge,
)
from notify_svc.notices.attempts import (
    EndLease,
    PassOver,
    Postpone,
    RecordAttemptFailed,
    RecordSent,
    StartAttempt,
    Withdraw,
    deliver,
)
from notify_svc.notices.redrives import NotFailed, Redrive, re_requested, redrive
from notify_svc.notices.requests import RequestRendered, request, request_rendered
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.notices.state import Failed, Notice, NotRequested, Sent, Suppressed, Unrendered, Waiting, evolve

Command = (
    RequestNotice
    | RequestRendered
    | StartAttempt
    | RecordSent
    | RecordAttemptFailed
    | EndLease
    | Postpone
    | Redrive
    | MarkRead
    | Acknowledge
    | EscalateNotice
    | EndEscalation
    | Withdraw
    | PassOver
)


class NoSuchNotice(Refusal):
    """There is no notice {notification_id}."""

    status = 404


def decide(command: Command, notice: Notice, policies: PolicyBook) -> Sequence[Event]:
    match command, notice:
        case RequestNotice(), NotRequested():
            return request(command, policies)
        case RequestRendered(), NotRequested():
            return request_rendered(command, policies)
        case ((RequestNotice() | RequestRendered()), _):
            return []  # never twice: one notice per (subject, rule, period) and recipient
        case _, NotRequested():
            raise NoSuchNotice(notification_id=command.notification_id)
        case (
            (StartAttempt() | RecordSent() | RecordAttemptFailed() | EndLease() | Postpone() | Withdraw() | PassOver()),
            Waiting(),
        ):
            return deliver(command, notice, policies)
        case (
            (StartAttempt() | RecordSent() | RecordAttemptFailed() | EndLease() | Postpone() | Withdraw() | PassOver()),
            _,
        ):
            return []
        case Redrive(), Failed():
            return redrive(command, notice)
        case Redrive(), Unrendered(unrendered):
            return re_requested(command, unrendered, policies)
        case Redrive(), _:
            raise NotFailed(notification_id=command.notification_id)
        case ((MarkRead() | Acknowledge()), Suppressed()):
            raise NeverTold(notification_id=command.notification_id)
        case ((MarkRead() | Acknowledge()), Unrendered()):
            raise NoWordsYet(notification_id=command.notification_id)
        case ((EscalateNotice() | EndEscalation()), (Suppressed() | Unrendered())):
            return []
        case ((MarkRead() | Acknowledge() | EscalateNotice() | EndEscalation()), (Waiting() | Sent() | Failed())):
            return acknowledge(command, notice)
    raise AssertionError(f"a notice that is {type(notice).__name__} has no decision on {type(command).__name__}")


DECIDER = Decider(
    category="notice",
    commands=(
        RequestNotice, RequestRendered, StartAttempt, RecordSent, RecordAttemptFailed, EndLease, PassOver, Postpone, Redrive,
        MarkRead, Acknowledge, EscalateNotice, EndEscalation, Withdraw, PassOver,
    ),
    stream_id=lambda command: command.notification_id,
    initial=NotRequested(),
    evolve=evolve,
    decide=decide,
)  # fmt: skip
