"""The to-do list of recalls whose lots do not know yet that they are under them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chassis.calendar import FIRST_DAY, start_of_day
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.erp import LotRef
from contracts.supplier import LotRecallCalled, LotRecallPassedOn, LotRecallWidened, ReachedLot, RecallReach
from supplier_svc.lots.marking import MarkRecalled
from supplier_svc.lots.state import key_of
from supplier_svc.supplier.recalls import ConfirmMarked

Handled = LotRecallCalled | LotRecallWidened | LotRecallPassedOn


@dataclass(frozen=True)
class Row:
    """Due at once. ``reached``, as in the contract, grows until all of them are marked."""

    supplier_id: str
    recall_id: str
    revision: int
    reached: list[dict[str, Any]]
    marked_on: date
    due_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.recall_id)]


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    if isinstance(event, LotRecallPassedOn):
        return row if row is not None and row.revision > event.revision else None
    return Row(
        key[0],
        key[1],
        event.revision,
        [*(row.reached if row else []), *(each.model_dump(mode="json") for each in event.reached)],
        event.called_on if isinstance(event, LotRecallCalled) else event.widened_on,
        # A row that changes while it is worked on must become due again, so no two revisions share an instant.
        max(around.occurred_at, start_of_day(FIRST_DAY)) - timedelta(microseconds=event.revision),
        around.correlation_id,
        around.id,
    )


async def mark(rows: Sequence[Row], _: TimerContext) -> Sequence[DueCommand]:
    """Every lot of every row, then the confirmation. After a crash between them all is repeated; a lot is marked once."""
    return [DueCommand.by(row, command) for row in rows for command in commands(row)]


def commands(row: Row) -> Iterator[MarkRecalled | ConfirmMarked]:
    reached = [ReachedLot.model_validate(each, strict=False) for each in row.reached]
    lots = {each: LotRef(item_id=each.item_id, lot_id=each.lot_id) for each in reached}
    known = frozenset(key_of(each) for each in lots.values())
    for each, lot in lots.items():
        reach = RecallReach(supplier_id=row.supplier_id, recall_id=row.recall_id, level=each.level)
        yield MarkRecalled(lot, reach, known, row.marked_on)
    yield ConfirmMarked(row.supplier_id, row.recall_id, row.revision)


TODO = TodoList(
    name="recall_mark_due",
    version=1,
    row=Row,
    key=("supplier_id", "recall_id"),
    keys=keys,
    evolve=evolve,
    perform=mark,
    batch_max=100,
    in_time_order=False,
)
