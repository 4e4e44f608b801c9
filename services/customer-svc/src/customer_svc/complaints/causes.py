"""The cause of a complaint comes back from the supplier: its corrective action (8D), its own answer, or that it was not its lot. Pure.

None of it moves the complaint's clocks, and a complaint that is closed already hears of it too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.domain import Refusal
from contracts import Event
from contracts.customer import (
    ComplaintActionFollowed,
    ComplaintCauseReported,
    ComplaintHandedToSupplier,
    ComplaintTraceWithdrawn,
    ReportedStep,
)
from contracts.supplier import Discipline, DisciplineDone
from customer_svc.complaints.cause_state import Followed
from customer_svc.complaints.state import Complaint
from customer_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class FollowAction:
    """A corrective action was opened for the complaint, or the complaint joined it, or steps of it were done."""

    complaint_id: str
    supplier_id: str
    action_id: str
    done: tuple[DisciplineDone, ...]
    next_step: Discipline | None
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class EndAction:
    """A corrective action was closed, or withdrawn."""

    complaint_id: str
    supplier_id: str
    action_id: str
    outcome: Literal["done", "withdrawn"]
    because: str
    on: date


@dataclass(frozen=True, slots=True)
class WithdrawTrace:
    """The supplier does not answer for the complaint."""

    complaint_id: str
    supplier_id: str
    because: str
    on: date


@dataclass(frozen=True, slots=True)
class HandOver:
    """The supplier handles the complaint itself."""

    complaint_id: str
    supplier_id: str
    due_on: date
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """The supplier answered a complaint that it was handed."""

    complaint_id: str
    supplier_id: str
    statement: str
    on: date


STOPS = ".!?;:…。！？；："

CauseCommand = FollowAction | EndAction | WithdrawTrace | HandOver | TakeAnswer


class NotForSupplier(Refusal):
    """Only a complaint that was traced to a supplier's lot can be handed to it."""


class HandedAlready(Refusal):
    """Complaint {complaint_id} was handed to {supplier_id} already, to be answered by {due_on}."""


class DueBeforeHandover(Refusal):
    """The answer cannot be due on {due_on}, before the complaint is handed over on {on}. Correct due_on."""

    status = 422


def decide(command: CauseCommand, complaint: Complaint) -> Sequence[Event]:
    match command:
        case FollowAction():
            return _follow(command, complaint)
        case EndAction():
            return _end(command, complaint)
        case WithdrawTrace():
            return _withdraw(command, complaint)
        case HandOver():
            return _hand_over(command, complaint)
        case TakeAnswer():
            return _take_answer(command, complaint)


def _follow(command: FollowAction, complaint: Complaint) -> Sequence[Event]:
    key = (command.supplier_id, command.action_id)
    known = complaint.causes.actions.get(key)
    action = known or Followed()
    new = tuple(step for step in command.done if step.step not in action.statements)
    if known is not None and not new:
        return []
    followed = ComplaintActionFollowed(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        supplier_id=command.supplier_id,
        action_id=command.action_id,
        done=new,
        next_step=command.next_step,
        next_due_on=command.next_due_on,
    )
    statements = action.statements.update({step.step: step.statement for step in new})
    done_on = {step.step: step.done_on for step in new}
    reports: list[Event] = [followed]
    if (on := done_on.get("containment")) is not None:
        text = statements["containment"] or Sentences.CONTAINED(day=on)
        reports.append(_report(command, complaint, "containment", text, on, command.next_due_on))
    if (on := done_on.get("action")) is not None:
        said = (statements.get("cause", ""), statements["action"])
        text = _one_after_the_other(said) or Sentences.CAUSE_ACTED_UPON(day=on)
        reports.append(_report(command, complaint, "action", text, on, command.next_due_on))
    return reports


def _one_after_the_other(statements: Iterable[str]) -> str:
    """Statements of several steps as one text; whoever wrote them may have left out the stop."""
    said = [each for text in statements if (each := text.strip())]
    return " ".join([*(each if each[-1] in STOPS else f"{each}." for each in said[:-1]), *said[-1:]])


def _end(command: EndAction, complaint: Complaint) -> Sequence[Event]:
    action = complaint.causes.actions.get((command.supplier_id, command.action_id), Followed())
    if not action.is_open:
        return []
    if command.outcome == "withdrawn":
        return [_report(command, complaint, "withdrawn", command.because, command.on)]
    text = action.statements.get("closure") or Sentences.ACTION_CLOSED(day=command.on)
    return [_report(command, complaint, "closure", text, command.on)]


def _withdraw(command: WithdrawTrace, complaint: Complaint) -> Sequence[Event]:
    if command.supplier_id in complaint.causes.withdrawn:
        return []
    return [
        ComplaintTraceWithdrawn(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=complaint.owner_id,
            supplier_id=command.supplier_id,
            because=command.because,
            withdrawn_on=command.on,
        )
    ]


def _hand_over(command: HandOver, complaint: Complaint) -> Sequence[Event]:
    supplier_id, causes = command.supplier_id, complaint.causes
    lot = next((fact for fact in complaint.traces.values() if fact.supplier_id == supplier_id), None)
    is_of_quality = complaint.topic == "product_quality" and complaint.severity != "urgent"
    if lot is None or supplier_id in causes.withdrawn or not is_of_quality:
        raise NotForSupplier
    if (handed := causes.handed.get(supplier_id)) is not None:
        if handed.due_on == command.due_on:
            return []
        raise HandedAlready(complaint_id=command.complaint_id, supplier_id=supplier_id, due_on=handed.due_on)
    if command.due_on < command.on:
        raise DueBeforeHandover(due_on=command.due_on, on=command.on)
    return [
        ComplaintHandedToSupplier(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=complaint.owner_id,
            supplier_id=supplier_id,
            item_id=lot.item_id,
            lot_id=lot.lot_id,
            handed_on=command.on,
            due_on=command.due_on,
            by=command.by,
        )
    ]


def _take_answer(command: TakeAnswer, complaint: Complaint) -> Sequence[Event]:
    if command.supplier_id in complaint.causes.answered:
        return []
    return [_report(command, complaint, "handover", command.statement, command.on)]


def _report(
    command: FollowAction | EndAction | TakeAnswer,
    complaint: Complaint,
    step: ReportedStep,
    text: str,
    on: date,
    due_on: date | None = None,
) -> ComplaintCauseReported:
    """A report; that of the last thing that was owed for the complaint is final."""
    action_id = None if isinstance(command, TakeAnswer) else command.action_id
    ends = step in ("closure", "withdrawn", "handover")
    return ComplaintCauseReported(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        owner_id=complaint.owner_id,
        supplier_id=command.supplier_id,
        action_id=action_id,
        step=step,
        text=text,
        due_on=due_on,
        is_final=ends and not complaint.causes.owed() - {(command.supplier_id, action_id)},
        reported_on=on,
    )
