"""One row per claim of a limit and per order with room in the total, until the accounts that were added up have it."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, ScalarSelect, Text, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import TotalLimitClaimed, TotalLimitClaimSettled, TotalLimitMeasured, TotalRoomGranted
from credit_svc.read_models import history, order_credit


@dataclass(frozen=True)
class Row:
    kind: Literal["claim", "order"]
    id: str
    customer_id: str
    version: int | None = None
    """Of the account, with the claim in it."""


Handled = TotalLimitClaimed | TotalLimitClaimSettled | TotalRoomGranted | TotalLimitMeasured


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case TotalLimitClaimed(claim_id=claim_id) | TotalLimitClaimSettled(claim_id=claim_id):
            return [("claim", claim_id)]
        case TotalRoomGranted(order_id=order_id):
            return [("order", order_id)]
        case TotalLimitMeasured():
            return [*(("claim", each) for each in event.had_claims), *(("order", each) for each in event.had_orders)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case TotalLimitClaimed() | TotalRoomGranted():
            kind, id = key
            return Row(kind, id, event.customer_id)
        case TotalLimitClaimSettled(version=version):
            return None if row is None or version is None else replace(row, version=version)
        case TotalLimitMeasured():
            return None


MODEL = ReadModel(name="total_promise", version=1, row=Row, key=("kind", "id"), keys=keys, evolve=evolve)

_T = MODEL.table


def had_claims() -> ScalarSelect[Any]:
    """The claims whose limits the read models have, as an array: the account's event with it is in the history."""
    events = history.TABLE
    is_had = and_(events.c.customer_id == _T.c.customer_id, events.c.version == _T.c.version)
    return _ids("claim", select(events.c.version).where(is_had).exists())


def had_orders() -> ScalarSelect[Any]:
    """The orders whose accounts have answered that there is room: they count there, or need it no more."""
    orders = order_credit.MODEL.table
    is_answered = or_(orders.c.state != "held", orders.c.total_room.is_(None))
    found = select(orders.c.order_id).where(orders.c.order_id == _T.c.id, is_answered)
    return _ids("order", found.exists())


def _ids(kind: str, is_had: ColumnElement[bool]) -> ScalarSelect[Any]:
    ids = func.coalesce(func.array_agg(_T.c.id), cast(array([]), ARRAY(Text)))
    return select(ids).where(_T.c.kind == kind, is_had).scalar_subquery()
