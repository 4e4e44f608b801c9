"""Complaints that the supplier handles itself: handed to it, answered by it, or not answered in time."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.customer import ComplaintHandedToSupplier
from contracts.supplier import ComplaintAnswerDue, ComplaintAnswered, ComplaintAnswerOverdue
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.complaint_answers import Handed


@dataclass(frozen=True, slots=True)
class TakeComplaint:
    """customer-svc handed a complaint to the supplier."""

    handed: ComplaintHandedToSupplier

    @property
    def supplier_id(self) -> str:
        return self.handed.supplier_id


@dataclass(frozen=True, slots=True)
class AnswerComplaint:
    """``statement`` is for the customer; ``accepted_by``: who of ours accepted what the supplier handed in itself."""

    supplier_id: str
    complaint_id: str
    statement: str
    done_on: date
    answered_by: str
    accepted_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReportAnswerOverdue:
    supplier_id: str
    complaint_id: str


Command = TakeComplaint | AnswerComplaint | ReportAnswerOverdue


class AnswerNotOwed(Refusal):
    """Supplier {supplier_id} owes no answer to complaint {complaint_id}."""

    status = 404


class AnswerBeforeHandover(Refusal):
    """Complaint {complaint_id} was handed over on {handed_on}; it cannot have been handled on {done_on}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case TakeComplaint(handed):
            _take(handed, decision)
        case AnswerComplaint():
            _answer(command, decision)
        case ReportAnswerOverdue():
            _report_overdue(command, decision)
        case _:
            assert_never(command)


def _take(handed: ComplaintHandedToSupplier, decision: Decision[Supplier]) -> None:
    record = decision.state.facts.nonconformance(handed.complaint_id)
    refuted = record is not None and record.responsibility == "own"  # customer-svc hears of that too
    if refuted or handed.complaint_id in decision.state.complaint_answers.by_id:
        return
    owed = Handed(handed.customer_id, handed.owner_id, handed.item_id, handed.lot_id, handed.handed_on, handed.due_on)
    _emit_due(decision, handed.complaint_id, owed)


def _emit_due(decision: Decision[Supplier], complaint_id: str, handed: Handed) -> None:
    decision.emit(
        ComplaintAnswerDue(
            supplier_id=decision.id,
            complaint_id=complaint_id,
            customer_id=handed.customer_id,
            owner_id=handed.owner_id,
            item_id=handed.item_id,
            lot_id=handed.lot_id,
            handed_on=handed.handed_on,
            due_on=handed.due_on,
        )
    )


def _answer(command: AnswerComplaint, decision: Decision[Supplier]) -> None:
    handed = _handed(decision, command.complaint_id)
    if handed is None or handed.status == "withdrawn":
        raise AnswerNotOwed(supplier_id=command.supplier_id, complaint_id=command.complaint_id)
    if handed.status == "answered":
        given = {"statement": command.statement, "done_on": command.done_on}
        on_record = {"statement": handed.statement, "done_on": handed.done_on}
        check_same(f"The answer to complaint {command.complaint_id}", on_record, given)
        return
    if command.done_on < handed.handed_on:
        raise AnswerBeforeHandover(
            complaint_id=command.complaint_id, handed_on=handed.handed_on, done_on=command.done_on
        )
    decision.emit(
        ComplaintAnswered(
            supplier_id=command.supplier_id,
            complaint_id=command.complaint_id,
            customer_id=handed.customer_id,
            statement=command.statement,
            done_on=command.done_on,
            answered_by=command.answered_by,
            accepted_by=command.accepted_by,
        )
    )


def check_owed(decision: Decision[Supplier], complaint_id: str) -> Handed:
    """The complaint that waits for an answer. Raises AnswerNotOwed."""
    handed = _handed(decision, complaint_id)
    if handed is None or handed.status in ("answered", "withdrawn"):
        raise AnswerNotOwed(supplier_id=decision.id, complaint_id=complaint_id)
    return handed


def postpone(decision: Decision[Supplier], complaint_id: str, days: int) -> None:
    """The answer is due later, by the days that the one before waited for us; what was overdue before it was handed in stays so."""
    handed = _handed(decision, complaint_id)
    if handed is not None and handed.status == "due":
        _emit_due(decision, complaint_id, replace(handed, due_on=add_days(handed.due_on, days)))


def _report_overdue(command: ReportAnswerOverdue, decision: Decision[Supplier]) -> None:
    handed = _handed(decision, command.complaint_id)
    waits = decision.state.submissions.waits("complaint_answer", command.complaint_id) is not None
    if handed is None or handed.status != "due" or waits:
        return
    decision.emit(
        ComplaintAnswerOverdue(
            supplier_id=command.supplier_id,
            complaint_id=command.complaint_id,
            customer_id=handed.customer_id,
            owner_id=handed.owner_id,
            due_on=handed.due_on,
        )
    )


def _handed(decision: Decision[Supplier], complaint_id: str) -> Handed | None:
    return decision.state.complaint_answers.by_id.get(complaint_id)
