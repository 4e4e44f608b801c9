"""The to-do list of answers to complaints: when the day by which one was due has passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import (
    ComplaintAnswerDue,
    ComplaintAnswered,
    ComplaintAnswerOverdue,
    ComplaintTraceRefuted,
    PartnerSubmissionMade,
)
from supplier_svc.supplier.complaint_answers import ReportAnswerOverdue

Handled = (
    ComplaintAnswerDue | ComplaintAnswered | ComplaintAnswerOverdue | ComplaintTraceRefuted | PartnerSubmissionMade
)


@dataclass(frozen=True)
class Row:
    """Due at the beginning of the day after the one by which the supplier has to answer; gone while its answer waits for us."""

    supplier_id: str
    complaint_id: str
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if isinstance(event, PartnerSubmissionMade):
        return [(event.supplier_id, event.reference)] if event.kind == "complaint_answer" else []
    return [(event.supplier_id, event.complaint_id)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    return Row(key[0], key[1], add_days(event.due_on, 1)) if isinstance(event, ComplaintAnswerDue) else None


def report(row: Row) -> ReportAnswerOverdue:
    return ReportAnswerOverdue(row.supplier_id, row.complaint_id)


TODO = TodoList(
    name="complaint_answer_due",
    version=2,
    row=Row,
    key=("supplier_id", "complaint_id"),
    keys=keys,
    evolve=evolve,
    command=report,
)
