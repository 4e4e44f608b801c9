"""The fate of every notice: what was to be told, by which rule, what each channel said. The inbox is a query on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts.envelope import Envelope
from contracts.notify import (
    Cause,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
)

Status = Literal["requested", "retrying", "sent", "failed", "suppressed"]
Change = (
    NotificationRequested | NotificationAttemptFailed | NotificationSent | NotificationFailed | NotificationSuppressed
)


@dataclass(frozen=True)
class Row:
    """``happened_at``: when what it tells of was true; ``requested_at``, ``sent_at``: when we decided and sent it."""

    notification_id: str
    recipient: str
    status: Status
    about: str
    period: str
    rule: str
    policy_version: int
    event_id: str
    event_type: str
    event_source: str
    happened_at: datetime
    requested_at: datetime
    subject: str | None = None
    body: str | None = None
    language: str | None = None
    urgency: str | None = None
    channels: list[Any] | None = None
    deliver_at: datetime | None = None
    attempts: list[Any] | None = None
    channel: str | None = None
    address: str | None = None
    reference: str | None = None
    sent_at: datetime | None = None
    passed_over: str | None = None
    because: str | None = None


def keys(event: Change, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Change, envelope: Envelope) -> Row | None:
    match event:
        case NotificationRequested():
            return replace(
                _begun(event, event.cause, envelope, "requested"),
                subject=event.subject,
                body=event.body,
                language=event.language,
                urgency=event.urgency,
                channels=list(event.channels),
                deliver_at=event.deliver_at,
                attempts=[],
            )
        case NotificationSuppressed():
            return replace(_begun(event, event.cause, envelope, "suppressed"), because=event.because)
    if row is None:
        return None
    tried = [*(row.attempts or []), _attempt(event, envelope)]
    match event:
        case NotificationAttemptFailed():
            return replace(row, status="retrying", attempts=tried, because=event.error)
        case NotificationFailed():
            return replace(row, status="failed", attempts=tried, because=event.error)
        case NotificationSent():
            return replace(
                row,
                status="sent",
                attempts=tried,
                channel=event.channel,
                address=event.address,
                reference=event.reference,
                sent_at=envelope.recorded_at,
                passed_over=event.passed_over or None,
                because=None,
            )


def _begun(
    event: NotificationRequested | NotificationSuppressed, cause: Cause, envelope: Envelope, status: Status
) -> Row:
    return Row(
        notification_id=event.notification_id,
        recipient=event.recipient,
        status=status,
        about=event.about,
        period=event.period,
        rule=cause.rule,
        policy_version=cause.policy_version,
        event_id=cause.event_id,
        event_type=cause.event_type,
        event_source=cause.event_source,
        happened_at=envelope.occurred_at,
        requested_at=envelope.recorded_at,
    )


def _attempt(
    event: NotificationAttemptFailed | NotificationFailed | NotificationSent, envelope: Envelope
) -> dict[str, Any]:
    retry = event if isinstance(event, NotificationAttemptFailed) else None
    return {
        "channel": event.channel,
        "attempt": event.attempt,
        "at": envelope.recorded_at.isoformat(),
        "error": None if isinstance(event, NotificationSent) else event.error,
        "next_channel": retry and retry.next_channel,
        "retry_at": retry and retry.retry_at.isoformat(),
    }


MODEL = ReadModel(
    name="notification",
    version=1,
    row=Row,
    key=("notification_id",),
    handles=(
        NotificationRequested,
        NotificationAttemptFailed,
        NotificationSent,
        NotificationFailed,
        NotificationSuppressed,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("recipient", "requested_at"), ("status", "requested_at"), ("about",)),
)

_T = MODEL.table
ORDER: Sequence[ColumnElement[Any]] = (_T.c.requested_at, _T.c.notification_id)


def listed(status: Status | None, recipient: str | None, rule: str | None, about: str | None) -> Select[Any]:
    """Notices without their words, filtered by what is not None."""
    wanted = {"status": status, "recipient": recipient, "rule": rule, "about": about}
    columns = [column for column in _T.c if column.name not in ("body", "attempts", "partition")]
    return select(*columns).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))


def one(notification_id: str) -> Select[Any]:
    return select(_T).where(_T.c.notification_id == notification_id)


def inbox(recipient: str, since: datetime | None) -> Select[Any]:
    """What a recipient was told, whatever other channel it took; what was suppressed is not in the inbox."""
    shown = (
        "notification_id",
        "requested_at",
        "happened_at",
        "subject",
        "body",
        "language",
        "urgency",
        "about",
        "rule",
    )
    query = select(*(_T.c[name] for name in shown)).where(_T.c.recipient == recipient, _T.c.status != "suppressed")
    return query if since is None else query.where(_T.c.requested_at >= since)


def counts() -> Select[Any]:
    """How many notices each rule made, by what became of them."""
    counted = select(_T.c.rule, _T.c.status, func.count().label("notices"))
    return counted.group_by(_T.c.rule, _T.c.status).order_by(_T.c.rule, _T.c.status)
