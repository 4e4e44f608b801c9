"""The to-do list of what recalled lots were built into."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.erp import LotRef
from contracts.supplier import LotRecallMarked, LotUse, LotUsed, LotUseFollowed, RecallReach
from supplier_svc.lots.marking import ConfirmFollowed
from supplier_svc.supplier.recalls import FollowUse

Handled = LotRecallMarked | LotUsed | LotUseFollowed


@dataclass(frozen=True)
class Row:
    """Due at once: a recalled lot, and a product that it was built into."""

    supplier_id: str
    recall_id: str
    item_id: str
    lot_id: str
    product_id: str
    product_lot_id: str
    quantity: Decimal
    built_on: date
    followed_on: date
    due_at: datetime
    correlation_id: str
    causation_id: str


def _uses(event: LotRecallMarked | LotUsed) -> Iterator[tuple[RecallReach, LotUse]]:
    match event:
        case LotRecallMarked():
            yield from ((event.recall, use) for use in event.uses)
        case LotUsed():
            yield from ((reach, event.use) for reach in event.recalls)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if isinstance(event, LotUseFollowed):
        product = event.product
        ids = event.item_id, event.lot_id, product.item_id, product.lot_id
        return [(event.supplier_id, event.recall_id, *ids)]
    return [_key(event, reach, use) for reach, use in _uses(event)]


def _key(event: LotRecallMarked | LotUsed, reach: RecallReach, use: LotUse) -> Key:
    product = use.product
    return (reach.supplier_id, reach.recall_id, event.item_id, event.lot_id, product.item_id, product.lot_id)


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    match event:
        case LotUseFollowed():
            return row if row is not None and row.causation_id != event.of_event else None
        case LotRecallMarked() | LotUsed():
            use = next(use for reach, use in _uses(event) if _key(event, reach, use) == key)
            on = event.marked_on if isinstance(event, LotRecallMarked) else use.built_on
            return Row(
                key[0],
                key[1],
                key[2],
                key[3],
                key[4],
                key[5],
                use.quantity,
                use.built_on,
                on,
                around.occurred_at,
                around.correlation_id,
                around.id,
            )


async def follow(rows: Sequence[Row], _: TimerContext) -> Sequence[DueCommand]:
    """The recall first, then the lot, which is not asked again about a use that was followed."""
    return [DueCommand.by(row, command) for row in rows for command in commands(row)]


def commands(row: Row) -> Iterator[FollowUse | ConfirmFollowed]:
    lot = LotRef(item_id=row.item_id, lot_id=row.lot_id)
    product = LotRef(item_id=row.product_id, lot_id=row.product_lot_id)
    use = LotUse(product=product, quantity=row.quantity, built_on=row.built_on)
    yield FollowUse(row.supplier_id, row.recall_id, lot, use, row.followed_on)
    yield ConfirmFollowed(lot, product, row.supplier_id, row.recall_id, row.causation_id)


TODO = TodoList(
    name="recall_use_due",
    version=1,
    row=Row,
    key=("supplier_id", "recall_id", "item_id", "lot_id", "product_id", "product_lot_id"),
    keys=keys,
    evolve=evolve,
    perform=follow,
    in_time_order=False,
)
