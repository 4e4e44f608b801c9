"""Customer history: what happened to a customer, in the order it happened. Runs that changed nothing are left out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    CustomerTierChanged,
    CustomerTiered,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderHeld,
    OrderPlaced,
    SurveyRecorded,
)

HANDLES = (
    OrderPlaced,
    OrderConfirmed,
    OrderHeld,
    OrderDelivered,
    OrderCancelled,
    SurveyRecorded,
    CustomerTiered,
    CustomerTierChanged,
)
HistoryEvent = (
    OrderPlaced
    | OrderConfirmed
    | OrderHeld
    | OrderDelivered
    | OrderCancelled
    | SurveyRecorded
    | CustomerTiered
    | CustomerTierChanged
)


@dataclass(frozen=True)
class HistoryRow:
    """``facts`` is the event's data; ``correlation_id`` leads to what caused it and what it caused."""

    event_id: str
    customer_id: str
    happened_on: date
    type: str
    correlation_id: str
    facts: dict[str, Any]


def keys(event: HistoryEvent, envelope: Envelope) -> list[Key]:
    is_confirmation = isinstance(event, CustomerTiered) and event.demotion_due_on is None
    return [] if is_confirmation else [(envelope.id,)]


def evolve(key: Key, _: HistoryRow | None, event: HistoryEvent, envelope: Envelope) -> HistoryRow:
    return HistoryRow(
        event_id=key[0],
        customer_id=event.customer_id,
        happened_on=_day(event, envelope),
        type=event.TYPE,
        correlation_id=envelope.correlation_id,
        facts=event.model_dump(mode="json", exclude={"customer_id"}),
    )


def _day(event: HistoryEvent, envelope: Envelope) -> date:
    match event:
        case OrderPlaced():
            return event.ordered_on
        case OrderDelivered():
            return event.delivered_on
        case OrderCancelled():
            return event.cancelled_on
        case SurveyRecorded():
            return event.answered_on
        case CustomerTiered() | CustomerTierChanged():
            return event.as_of
        case OrderConfirmed() | OrderHeld():
            return envelope.occurred_at.date()


MODEL = ReadModel(
    name="customer_history",
    version=1,
    row=HistoryRow,
    key=("event_id",),
    handles=HANDLES,
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "happened_on", "event_id"),),
)
TABLE = MODEL.table


def history(customer_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.customer_id == customer_id)
