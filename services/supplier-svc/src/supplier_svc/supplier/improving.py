"""Answers owed for a poor or falling grade: when they are due, accepted, missed, and what a missed one costs."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Refusal
from chassis.policies import Dated
from contracts.supplier import ImprovementDue, ImprovementMissed, ImprovementRecorded, ImprovementWaived, Movement
from supplier_svc.period import Period
from supplier_svc.policies import SupplierMovement
from supplier_svc.supplier import eliminating
from supplier_svc.supplier.state.improvement import AnswerKind
from supplier_svc.supplier.story import Story


@dataclass(frozen=True, slots=True)
class RecordImprovement:
    """Accept what the supplier reported or improved for a period; also after the day on which it was due."""

    supplier_id: str
    period: str
    recorded_on: date
    accepted_by: str
    note: str


@dataclass(frozen=True, slots=True)
class JudgeImprovement:
    """The day on which an answer was due is over."""

    supplier_id: str
    period: str


Command = RecordImprovement | JudgeImprovement


class NothingOwed(Refusal):
    """Supplier {supplier_id} owes no report or improvement for {period}."""

    status = 404


def decide(command: Command, story: Story) -> None:
    owed = story.supplier.improvements.by_period.get(command.period)
    if owed is None:
        raise NothingOwed(supplier_id=command.supplier_id, period=command.period)
    match command:
        case RecordImprovement():
            if owed.ended not in ("accepted", "waived"):
                story.tell(
                    ImprovementRecorded(
                        supplier_id=command.supplier_id,
                        period=command.period,
                        recorded_on=command.recorded_on,
                        accepted_by=command.accepted_by,
                        note=command.note,
                    )
                )
        case JudgeImprovement():
            if owed.ended == "no":
                story.tell(
                    ImprovementMissed(
                        supplier_id=command.supplier_id, period=command.period, kind=owed.kind, due_on=owed.due_on
                    )
                )
                _after_missed_d(story, command.period, owed.due_on)
        case _:
            assert_never(command)


def _after_missed_d(story: Story, period: str, due_on: date) -> None:
    """D, not improved by the day → disqualified (动态分级). Only an approval can be taken away."""
    owed, known = story.supplier.improvements.by_period[period], story.supplier.qualification
    policy = story.policies.at(SupplierMovement, due_on).document
    if owed.grade == "D" and policy.unanswered_d_eliminates and known.stage in ("approved", "trial", "suspended"):
        because = f"{period} was graded D and no improvement was accepted by {due_on}."
        eliminating.eliminate(story, due_on, because, period)


def after_grading(story: Story, period: Period, movement: Movement, policy: Dated[SupplierMovement]) -> None:
    """What a C, a D or a score that fell too often calls for."""
    due_on = period.due_on.replace(day=policy.document.answer_due_day)
    owes: tuple[AnswerKind, str] | None = None
    if movement.grade == "D":
        owes = "improvement", f"{period} was graded D: orders are reduced or stopped, improve by {due_on}."
    elif movement.grade == "C":
        owes = "on_site_report", f"{period} was graded C: report on site by {due_on}."
    elif movement.falls_running == policy.document.report_after_falls:
        owes = "improvement_report", f"The score fell {movement.falls_running} periods running: report by {due_on}."
    if owes is None:
        return
    kind, says = owes
    story.tell(
        ImprovementDue(
            supplier_id=story.supplier_id,
            period=str(period),
            kind=kind,
            grade=movement.grade,
            due_on=due_on,
            policy_version=policy.version,
            says=says,
        )
    )


def after_restatement(story: Story, period: Period) -> None:
    """A period that turned out well owes nothing any more."""
    owed = story.supplier.improvements.by_period.get(str(period))
    now = story.supplier.gradings.grade_in_force(period)
    if owed is not None and owed.ended in ("no", "missed") and owed.grade in ("C", "D") and now not in ("C", "D"):
        because = f"{period} was restated from {owed.grade} to {now}."
        story.tell(ImprovementWaived(supplier_id=story.supplier_id, period=str(period), because=because))
