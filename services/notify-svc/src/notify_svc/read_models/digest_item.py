"""Which notice a collected item went into: the answer to what became of an event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts.envelope import Envelope
from contracts.notify import DigestClosed, DigestItemCollected
from notify_svc.digests.rounds import round_id

Handled = DigestItemCollected | DigestClosed


@dataclass(frozen=True)
class Row:
    """``notification_id`` is the notice of the round; an item that was collected while the round was being delivered is in the next."""

    item_id: str
    digest_id: str
    notification_id: str
    recipient: str
    rule: str
    policy_version: int
    about: str
    subject: str
    event_id: str
    event_type: str
    collected_at: datetime
    closes_at: datetime
    dropped_because: str | None = None


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    if isinstance(event, DigestClosed):
        return [(item.item_id,) for item in event.dropped]
    return [(event.item_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, DigestClosed):
        [because] = [item.because for item in event.dropped if (item.item_id,) == key]
        return row and replace(row, dropped_because=because)
    return Row(
        item_id=event.item_id,
        digest_id=event.digest_id,
        notification_id=round_id(event.digest_id, event.round),
        recipient=event.recipient,
        rule=event.cause.rule,
        policy_version=event.cause.policy_version,
        about=event.about,
        subject=event.subject,
        event_id=event.cause.event_id,
        event_type=event.cause.event_type,
        collected_at=envelope.recorded_at,
        closes_at=event.closes_at,
    )


MODEL = ReadModel(
    name="digest_item",
    version=2,
    row=Row,
    key=("item_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("event_id",), ("notification_id",)),
)

_T = MODEL.table
ORDER: Sequence[ColumnElement[Any]] = (_T.c.collected_at, _T.c.item_id)


def of_event(event_id: str) -> Select[Any]:
    return select(_T).where(_T.c.event_id == event_id).order_by(*ORDER)


def of_notice(notification_id: str) -> Select[Any]:
    """The items that a notice lists."""
    return select(_T).where(_T.c.notification_id == notification_id, _T.c.dropped_because.is_(None))
