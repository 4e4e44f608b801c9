"""Answers owed for a poor or falling grade: when they are due, accepted, missed, and what a missed one costs."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import add_days, add_months
from chassis.domain import Decision, Refusal
from chassis.policies import PolicyVersion
from contracts.supplier import (
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    ImprovementWaived,
    Movement,
    SupplierGrade,
    Track,
)
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import elimination, incentive_terms
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.improvements import AnswerKind, Owed, calls_for_another


@dataclass(frozen=True, slots=True)
class RecordImprovement:
    """Accept what the supplier reported or improved for a period; also after the day on which it was due."""

    supplier_id: str
    period: str
    recorded_on: date
    accepted_by: str
    note: str
    handed_in_by: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeImprovement:
    """Judge an answer once the day by which it was due has passed."""

    supplier_id: str
    period: str


@dataclass(frozen=True, slots=True)
class CallForImprovement:
    """Call for an answer on this day, where the period that decides the standing was restated to a C or D."""

    supplier_id: str
    period: str
    called_on: date
    track: Track = "operational"


Command = RecordImprovement | JudgeImprovement | CallForImprovement


class NothingOwed(Refusal):
    """Supplier {supplier_id} owes no report or improvement for {period}."""

    status = 404


def decide(command: Command, decision: Decision[Supplier]) -> None:
    if isinstance(command, CallForImprovement):
        _call_for(Period.parse(command.period), command.track, command.called_on, decision)
    else:
        _end(command, decision)


def _end(command: RecordImprovement | JudgeImprovement, decision: Decision[Supplier]) -> None:
    owed = check_owed(decision, command.period)
    match command:
        case RecordImprovement():
            if owed.ended not in ("accepted", "waived"):
                decision.emit(
                    ImprovementRecorded(
                        supplier_id=command.supplier_id,
                        period=command.period,
                        recorded_on=command.recorded_on,
                        accepted_by=command.accepted_by,
                        note=command.note,
                        handed_in_by=command.handed_in_by,
                    )
                )
                incentive_terms.after_improvement(decision, command.period, command.recorded_on)
        case JudgeImprovement():
            if owed.ended == "no" and decision.state.submissions.waits("improvement", command.period) is None:
                decision.emit(
                    ImprovementMissed(
                        supplier_id=command.supplier_id, period=command.period, kind=owed.kind, due_on=owed.due_on
                    )
                )
                _after_missed_d(decision, command.period, owed.due_on)
        case _:
            assert_never(command)


def check_owed(decision: Decision[Supplier], period: str) -> Owed:
    """The answer owed for a period. Raises NothingOwed."""
    owed = decision.state.improvements.by_period.get(period)
    if owed is None:
        raise NothingOwed(supplier_id=decision.id, period=period)
    return owed


def postpone(decision: Decision[Supplier], period: str, days: int) -> None:
    """The answer is due later, by the days that the one before waited for us."""
    owed = check_owed(decision, period)
    if owed.ended == "no":
        due_on, version = (
            add_days(owed.due_on, days),
            decision.policy(SupplierMovement, Period.parse(period).ends_on).version,
        )
        summary = Sentences.ANSWER_RETURNED(period=period, due_on=due_on)
        _emit_due(decision, Period.parse(period), owed.track, owed.kind, owed.grade, due_on, version, summary)


def _after_missed_d(decision: Decision[Supplier], period: str, due_on: date) -> None:
    """A D without an accepted improvement by the day disqualifies (动态分级). Only an approval can be taken away."""
    owed, known = decision.state.improvements.by_period[period], decision.state.qualification
    policy = decision.policy(SupplierMovement, due_on).document
    if owed.grade == "D" and policy.unanswered_d_eliminates and known.stage in ("approved", "trial", "suspended"):
        because = Sentences.D_NOT_IMPROVED(period=period, due_on=due_on)
        elimination.eliminate(decision, due_on, because, period)


def after_grading(
    decision: Decision[Supplier],
    period: Period,
    movement: Movement,
    policy: PolicyVersion[SupplierMovement],
    track: Track,
    graded_on: date,
) -> None:
    """The answer that a C, a D or a score that fell too often calls for."""
    day = policy.document.answer_due_day
    due_on = period.due_on.replace(day=day) if track == "operational" else _next_answer_day(graded_on, day)
    if movement.grade in ("C", "D"):
        kind, summary = _owes(period, movement.grade, due_on)
        _emit_due(decision, period, track, kind, movement.grade, due_on, policy.version, summary)
    elif movement.falls_running == policy.document.report_after_falls:
        summary = Sentences.REPORT_AFTER_FALLS(falls=movement.falls_running, due_on=due_on)
        _emit_due(decision, period, track, "improvement_report", movement.grade, due_on, policy.version, summary)


def _next_answer_day(on: date, day: int) -> date:
    """The next day of that number, never one that has passed."""
    return (on if on.day < day else add_months(on.replace(day=1), 1)).replace(day=day)


def _call_for(period: Period, track: Track, called_on: date, decision: Decision[Supplier]) -> None:
    """The answer owed where the grade of a track became a C or D by restatement: due on the next answer day, never on one that has passed.

    Like a late grading, the restatement of an older period calls for no answer; it is only on record.
    """
    graded = decision.state.gradings.of(track)
    latest = graded.latest
    if latest is None or latest[0] != period:
        return
    owed = decision.state.improvements.by_period.get(str(period))
    counts = owed.grade if owed is not None and owed.ended != "waived" else None
    grade = graded.grade_in_force(period)
    if not calls_for_another(counts, grade):
        return
    policy = decision.policy(SupplierMovement, period.ends_on)
    due_on = _next_answer_day(called_on, policy.document.answer_due_day)
    kind, summary = _owes(period, grade, due_on, is_restated=True)
    _emit_due(decision, period, track, kind, grade, due_on, policy.version, summary)


def _owes(period: Period, grade: SupplierGrade, due_on: date, is_restated: bool = False) -> tuple[AnswerKind, str]:
    if grade == "D":
        summary = Sentences.IMPROVE_AFTER_RESTATED_D if is_restated else Sentences.IMPROVE_AFTER_D
        return "improvement", summary(period=period, due_on=due_on)
    summary = Sentences.REPORT_AFTER_RESTATED_C if is_restated else Sentences.REPORT_AFTER_C
    return "on_site_report", summary(period=period, due_on=due_on)


def _emit_due(
    decision: Decision[Supplier],
    period: Period,
    track: Track,
    kind: AnswerKind,
    grade: SupplierGrade,
    due_on: date,
    version: int,
    summary: str,
) -> None:
    decision.emit(
        ImprovementDue(
            supplier_id=decision.id,
            period=str(period),
            kind=kind,
            grade=grade,
            due_on=due_on,
            policy_version=version,
            summary=summary,
            track=track,
        )
    )


def after_restatement(decision: Decision[Supplier], period: Period, track: Track) -> None:
    """A period that was restated to a good grade owes no answer any more."""
    owed = decision.state.improvements.by_period.get(str(period))
    now = decision.state.gradings.of(track).grade_in_force(period)
    if owed is not None and owed.ended in ("no", "missed") and owed.grade in ("C", "D") and now not in ("C", "D"):
        because = Sentences.RESTATED_FROM(period=period, before=owed.grade, grade=now)
        decision.emit(ImprovementWaived(supplier_id=decision.id, period=str(period), because=because, track=track))
