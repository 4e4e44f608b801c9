"""Supplier history: what happened to a supplier, one row per event. Lots and inspections are left out; their months count them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from chassis.history import HistoryRow, history_fields
from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event
from contracts import supplier as contract
from contracts.supplier import (
    DeliveryRecorded,
    GradingScheduled,
    InspectionRecorded,
    SourceNoted,
    SourceStandingChanged,
    SourceStandingPassedOn,
    SupplierShadowGraded,
)

LEFT_OUT = (
    DeliveryRecorded,
    InspectionRecorded,
    GradingScheduled,
    SupplierShadowGraded,
    SourceStandingChanged,
    SourceStandingPassedOn,
    SourceNoted,
)
"""There are many of these for each supplier, or nothing has happened to it by them."""

HANDLES = tuple(event for event in contract.EVENTS if "supplier_id" in event.model_fields and event not in LEFT_OUT)


@dataclass(frozen=True)
class Row(HistoryRow):
    supplier_id: str


def keys(_: Event, envelope: Envelope) -> Iterable[Key]:
    return [(envelope.id,)]


def evolve(_: Key, __: Row | None, event: Any, envelope: Envelope) -> Row:
    return Row(supplier_id=event.supplier_id, **history_fields(event, envelope, "supplier_id"))


MODEL = ReadModel(
    name="supplier_history",
    version=3,
    row=Row,
    key=("event_id",),
    handles=HANDLES,
    keys=keys,
    evolve=evolve,
    indexes=(("supplier_id", "occurred_at", "position"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.occurred_at, TABLE.c.position, TABLE.c.event_id)


def history(supplier_id: str) -> Select[Any]:
    """What happened to a supplier, oldest first by ``ORDER``."""
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)
