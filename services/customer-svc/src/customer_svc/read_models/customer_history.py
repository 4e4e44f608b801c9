"""Customer history: what happened to a customer, in the order it happened. Runs that changed nothing are left out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.history import HistoryRow, history_fields
from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event, customer
from contracts.customer import ComplaintActionFollowed, CustomerTiered, UnitScanned, UnitShipped

LEFT_OUT = (UnitShipped, UnitScanned, ComplaintActionFollowed)
"""There are many of these for each customer, and they mean nothing until one is suspected, or reported."""

HANDLES = tuple(event for event in customer.EVENTS if "customer_id" in event.model_fields and event not in LEFT_OUT)
DAYS = (
    "as_of", "delivered_on", "cancelled_on", "ended_on", "returned_on", "ordered_on", "answered_on", "registered_on", "changed_on",
    "archived_on", "lapsed_on", "merged_on", "split_on", "agreed_on", "placed_on", "opened_on", "made_on",
    "designated_on", "released_on", "visited_on", "spent_on", "warned_on", "recovered_on", "done_on", "authorised_on",
    "scanned_on", "period_ends_on", "paid_on", "traced_on", "reported_on", "withdrawn_on", "handed_on", "due_on", "since",
)  # fmt: skip
"""The day on which an event happened is the first of these fields that it has; without any, the day of ``occurred_at`` in UTC."""

DAY_OF = {event: next((day for day in DAYS if day in event.model_fields), None) for event in HANDLES}


@dataclass(frozen=True)
class Row(HistoryRow):
    customer_id: str
    happened_on: date


def keys(event: Event, envelope: Envelope) -> list[Key]:
    is_confirmation = isinstance(event, CustomerTiered) and event.demotion_due_on is None
    return [] if is_confirmation else [(envelope.id,)]


def evolve(_: Key, __: Row | None, event: Any, envelope: Envelope) -> Row:
    day = DAY_OF[type(event)]
    return Row(
        customer_id=event.customer_id,
        happened_on=envelope.occurred_at.date() if day is None else getattr(event, day),
        **history_fields(event, envelope, "customer_id"),
    )


MODEL = ReadModel(
    name="customer_history",
    version=8,
    row=Row,
    key=("event_id",),
    handles=HANDLES,
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "happened_on", "position"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.happened_on, TABLE.c.position, TABLE.c.event_id)


def history(customer_ids: list[str]) -> Select[Any]:
    """What happened to a customer under each of its ids."""
    return select(TABLE).where(TABLE.c.customer_id.in_(customer_ids))
