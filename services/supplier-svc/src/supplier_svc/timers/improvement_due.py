"""The to-do list of answers owed: when the day by which one was due has passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import (
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    ImprovementWaived,
    PartnerSubmissionMade,
)
from supplier_svc.supplier.improvements import JudgeImprovement

Handled = ImprovementDue | ImprovementRecorded | ImprovementMissed | ImprovementWaived | PartnerSubmissionMade


@dataclass(frozen=True)
class Row:
    """Due at the beginning of the day after the one by which the supplier has to answer; gone while its answer waits for us."""

    supplier_id: str
    period: str
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if isinstance(event, PartnerSubmissionMade):
        return [(event.supplier_id, event.reference)] if event.kind == "improvement" else []
    return [(event.supplier_id, event.period)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case ImprovementDue():
            return Row(key[0], key[1], add_days(event.due_on, 1))
        case ImprovementRecorded() | ImprovementMissed() | ImprovementWaived() | PartnerSubmissionMade():
            return None


def judge(row: Row) -> JudgeImprovement:
    return JudgeImprovement(row.supplier_id, row.period)


TODO = TodoList(
    name="improvement_due",
    version=2,
    row=Row,
    key=("supplier_id", "period"),
    keys=keys,
    evolve=evolve,
    command=judge,
)
