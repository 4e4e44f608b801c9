"""Recalled lots whose way to the customers is to be looked up: the timer of the mark, and of each later shipment and return."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.customer import LotOfCustomer, LotReturned, LotShipped, LotTraced, LotUnderRecall
from customer_svc.read_models import customer_file, order
from customer_svc.recalls.holders import TraceLot
from customer_svc.recalls.lots import ConfirmTraced
from customer_svc.recalls.state import MARK

Handled = LotUnderRecall | LotShipped | LotReturned | LotTraced


@dataclass(frozen=True)
class Row:
    """Due at once. ``customers`` as in the contract: what each of them got of the lot in all, and what came back."""

    recall_id: str
    item_id: str
    lot_id: str
    reference: str
    customers: list[dict[str, Any]]
    since: date | None
    traced_on: date
    due_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    match event:
        case LotUnderRecall():
            return [(event.recall_id, event.item_id, event.lot_id, MARK)]
        case LotTraced():
            return [(event.recall_id, event.item_id, event.lot_id, event.reference)]
        case LotShipped() | LotReturned():
            return [(each, event.item_id, event.lot_id, _reference(event)) for each in event.recall_ids]


def _reference(event: LotShipped | LotReturned) -> str:
    """Of one customer; an order and a return may have the same id."""
    return f"{'shipment' if isinstance(event, LotShipped) else 'return'} {event.reference}"


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    since: date | None = None
    match event:
        case LotTraced():
            return row if row is not None and row.causation_id != event.of_event else None
        case LotUnderRecall():
            customers, on, since = event.customers, event.marked_on, event.since
        case LotShipped() | LotReturned():
            customers = (LotOfCustomer(customer_id=event.customer_id, quantity=event.in_all, back=event.back),)
            on = event.shipped_on if isinstance(event, LotShipped) else event.returned_on
    return Row(
        key[0],
        key[1],
        key[2],
        key[3],
        [each.model_dump(mode="json") for each in customers],
        since,
        on,
        around.occurred_at,
        around.correlation_id,
        around.id,
    )


async def perform(rows: Sequence[Row], context: TimerContext) -> AsyncIterator[list[DueCommand]]:
    for row in rows:
        customers = [LotOfCustomer.model_validate(each, strict=False) for each in row.customers]
        possible = not customers and row.since is not None
        if possible and row.since is not None:
            got = await context.rows(order.received_since(row.item_id, row.since))
            customers = [LotOfCustomer(customer_id=each["customer_id"], quantity=each["quantity"]) for each in got]
        ids = [each.customer_id for each in customers]
        owners = {each["customer_id"]: each["owner_id"] for each in await context.rows(customer_file.owners(ids))}
        command = TraceLot(
            row.recall_id,
            row.item_id,
            row.lot_id,
            row.reference,
            "possible" if possible else "shipped",
            tuple(customers),
            row.traced_on,
            owners,
        )
        confirmed = ConfirmTraced(row.item_id, row.lot_id, row.recall_id, row.reference, row.causation_id)
        yield [DueCommand.by(row, command)]
        yield [DueCommand.by(row, confirmed)]


TODO = TodoList(
    name="recall_trace_due",
    version=1,
    row=Row,
    key=("recall_id", "item_id", "lot_id", "reference"),
    keys=keys,
    evolve=evolve,
    perform=perform,
    in_time_order=False,
)
