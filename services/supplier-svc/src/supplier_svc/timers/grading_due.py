"""The to-do list of gradings: which supplier is to be graded for which period, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import GradingCancelled, GradingScheduled, SupplierGraded
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier

Handled = GradingScheduled | GradingCancelled | SupplierGraded


@dataclass(frozen=True)
class Row:
    """Due when the period is over: at the beginning of the first day after it, of a year some days later."""

    supplier_id: str
    period: str
    track: str
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.period, event.track)]


def evolve(_: Key, __: Row | None, event: Handled, ___: Envelope) -> Row | None:
    match event:
        case GradingScheduled():
            return Row(event.supplier_id, event.period, event.track, event.due_on)
        case SupplierGraded() | GradingCancelled():
            return None


def grade(row: Row) -> GradeSupplier:
    return GradeSupplier(row.supplier_id, Period.parse(row.period), row.track)  # type: ignore[arg-type]


TODO = TodoList(
    name="grading_due",
    version=3,
    row=Row,
    key=("supplier_id", "period", "track"),
    keys=keys,
    evolve=evolve,
    command=grade,
)
