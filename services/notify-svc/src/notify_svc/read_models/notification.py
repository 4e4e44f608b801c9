"""The fate of every notice: its text, the rule behind it, the outcome of each channel. The inbox is a query on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts.envelope import Envelope
from contracts.notify import (
    Cause,
    NotificationAcknowledged,
    NotificationAttemptFailed,
    NotificationEscalated,
    NotificationFailed,
    NotificationPassedOver,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
    NotificationWithdrawn,
)
from contracts.personal import Personal
from notify_svc.sentences import Sentences

Status = Literal["requested", "retrying", "sent", "passed_over", "failed", "suppressed"]
"""``sent``: a channel took it to its recipient. ``passed_over``: none did, and it lies in the inbox of somebody outside of the house."""

Begun = NotificationRequested | NotificationSuppressed | NotificationUnrendered
Tried = NotificationAttemptFailed | NotificationSent | NotificationFailed
Handled = (
    Begun
    | Tried
    | NotificationPostponed
    | NotificationWithdrawn
    | NotificationPassedOver
    | NotificationRedriven
    | NotificationRead
    | NotificationAcknowledged
    | NotificationEscalated
)


@dataclass(frozen=True)
class Row:
    """``happened_at``: when the event behind it was true; ``requested_at``, ``sent_at``: when it was decided and sent.

    ``because`` is why it was suppressed or what went wrong last, ``waits_because`` why it is delivered later than it could be.
    """

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
    address: Personal | None = None
    reference: str | None = None
    sent_at: datetime | None = None
    passed_over: str | None = None
    because: str | None = None
    topic: str = "general"
    waits_because: str | None = None
    items: int = 0
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    escalated_to: list[Any] | None = None
    escalation_of: str | None = None
    test: bool = False


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case NotificationRequested():
            return replace(
                _begun(row, event, envelope, "requested"),
                subject=event.subject,
                body=event.body,
                language=event.language,
                urgency=event.urgency,
                channels=list(event.channels),
                deliver_at=event.deliver_at,
                attempts=[],
                waits_because=event.waits_because or None,
                items=event.items,
                escalation_of=event.escalation_of,
                test=event.test,
            )
        case NotificationSuppressed():
            return replace(_begun(row, event, envelope, "suppressed"), because=event.because)
        case NotificationUnrendered():
            return replace(_begun(row, event, envelope, "failed"), because=event.error)
    return row and _went_on(row, event, envelope)


def _went_on(
    row: Row,
    event: Tried
    | NotificationPostponed
    | NotificationWithdrawn
    | NotificationPassedOver
    | NotificationRedriven
    | NotificationRead
    | NotificationAcknowledged
    | NotificationEscalated,
    envelope: Envelope,
) -> Row:
    at = envelope.recorded_at
    match event:
        case NotificationPostponed():
            return replace(row, deliver_at=event.deliver_at, waits_because=event.because)
        case NotificationPassedOver():
            return replace(row, status="passed_over", because=event.because)
        case NotificationWithdrawn():
            return replace(row, status="suppressed", because=event.because)
        case NotificationAttemptFailed():
            return replace(row, status="retrying", attempts=_tried(row, event, envelope), because=event.error)
        case NotificationFailed():
            return replace(row, status="failed", attempts=_tried(row, event, envelope), because=event.error)
        case NotificationSent():
            return replace(
                row,
                status="sent",
                attempts=_tried(row, event, envelope),
                channel=event.channel,
                address=event.address,
                reference=event.reference,
                sent_at=at,
                passed_over=event.passed_over or None,
                because=None,
            )
        case NotificationRedriven():
            why = Sentences.REDRIVEN(person=event.by, reason=event.reason)
            return replace(row, status="retrying", deliver_at=event.deliver_at, because=why)
        case NotificationRead():
            return replace(row, read_at=at)
        case NotificationAcknowledged():
            return replace(row, read_at=row.read_at or at, acknowledged_at=at, acknowledged_by=event.by)
        case NotificationEscalated():
            step = {"step": event.step, "to": event.to, "notification_id": event.escalated_notification_id}
            return replace(row, escalated_to=[*(row.escalated_to or []), step])


def _tried(row: Row, event: Tried, envelope: Envelope) -> list[Any]:
    return [*(row.attempts or []), _attempt(event, envelope)]


def _begun(row: Row | None, event: Begun, envelope: Envelope, status: Status) -> Row:
    """``row`` exists when an unrendered notice was requested again: the event behind it still happened at its own time."""
    cause: Cause = event.cause
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
        happened_at=row.happened_at if row else envelope.occurred_at,
        requested_at=envelope.recorded_at,
        topic=event.topic,
        because=row.because if row else None,
    )


def _attempt(event: Tried, envelope: Envelope) -> dict[str, Any]:
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
    version=6,
    row=Row,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    indexes=(
        ("recipient", "requested_at"),
        ("status", "requested_at"),
        ("about",),
        ("event_id",),
        ("recipient", "channel", "sent_at"),
    ),
)

_T = MODEL.table
ORDER: Sequence[ColumnElement[Any]] = (_T.c.requested_at, _T.c.notification_id)
CALLED = {"items": "item_count", "passed_over": "passed_over_because"}
"""Columns that are answered under another name."""
IN_INBOX = (
    "notification_id", "requested_at", "happened_at", "subject", "body", "language", "urgency", "about", "rule", "topic",
    "read_at", "acknowledged_at", "acknowledged_by", "escalation_of", "items",
)  # fmt: skip


def listed(
    status: Status | None = None,
    recipient: str | None = None,
    rule: str | None = None,
    about: str | None = None,
    topic: str | None = None,
    event_id: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> Select[Any]:
    """Notices without their text, filtered by what is not None; requested at or after ``since``, and before ``before``."""
    wanted = {
        "status": status, "recipient": recipient, "rule": rule, "about": about, "topic": topic, "event_id": event_id,
    }  # fmt: skip
    columns = _shown(column.name for column in _T.c if column.name not in ("body", "attempts", "partition"))
    query = select(*columns).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))
    return _requested(query, since, before)


def _requested(query: Select[Any], since: datetime | None, before: datetime | None) -> Select[Any]:
    if since is not None:
        query = query.where(_T.c.requested_at >= since)
    return query if before is None else query.where(_T.c.requested_at < before)


def one(notification_id: str) -> Select[Any]:
    return select(*_shown(column.name for column in _T.c)).where(_T.c.notification_id == notification_id)


def _shown(names: Iterable[str]) -> list[ColumnElement[Any]]:
    """Columns as they are answered: a number and a sentence are called what they are."""
    return [_T.c[name].label(CALLED[name]) if name in CALLED else _T.c[name] for name in names]


def inbox(
    recipient: str, now: datetime, since: datetime | None = None, unread: bool = False, before: datetime | None = None
) -> Select[Any]:
    """What was delivered to a recipient by ``now``, by whatever channel; what was suppressed is not in the inbox."""
    query = select(*_shown(IN_INBOX)).where(
        _T.c.recipient == recipient, _T.c.status != "suppressed", _T.c.deliver_at <= now
    )
    query = _requested(query, since, before)
    return query.where(_T.c.read_at.is_(None)) if unread else query


def sent_since(recipient: str, channel: str, since: datetime, most: int) -> Select[Any]:
    """When notices were last sent to the recipient by a channel, the latest first, at most ``most``."""
    return (
        select(_T.c.sent_at)
        .where(_T.c.recipient == recipient, _T.c.channel == channel, _T.c.sent_at > since)
        .order_by(_T.c.sent_at.desc())
        .limit(most)
    )


def counts() -> Select[Any]:
    """How many notices each rule made, by what became of them."""
    counted = select(_T.c.rule, _T.c.status, func.count().label("notice_count"))
    return counted.group_by(_T.c.rule, _T.c.status).order_by(_T.c.rule, _T.c.status)
