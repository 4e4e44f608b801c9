"""Grading a supplier for a period that is over, and what its grade leads to."""

from dataclasses import dataclass
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import (
    Grading,
    GradingCancelled,
    Movement,
    ScoreFalling,
    SupplierApproved,
    SupplierGraded,
    SupplierShadowGraded,
    Track,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.scoring.gradings import grade_on_track
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import improvements, incentives, owed_actions, preference, sourcing, standing
from supplier_svc.supplier.known import SupplierUnknown
from supplier_svc.supplier.onboarding import first_rating_due
from supplier_svc.supplier.restatements import graded_on, grading_of, restate_movements, schedule_next
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class GradeSupplier:
    """Grade a period that is over, on one track. A period that was graded already stays as it is.

    On the operational track it has the length that the policy of its last day grades, or is one that was scheduled before the policy
    changed: otherwise a quarter graded by hand would decide in place of its months.
    """

    supplier_id: str
    period: Period
    track: Track = "operational"


Command = GradeSupplier


class SupplierInactive(Refusal):
    """Supplier {supplier_id} has no fact in {period} or shortly before (active months: {active_months}), so there is
    nothing to grade."""


class PeriodOfAnotherKind(Refusal):
    """The policy in force on {day} grades {kind}s; {period} is none."""


class NoAnnualTrack(Refusal):
    """The policy in force on {day} grades no years beside the {kind}."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case GradeSupplier():
            _grade(command.period, command.track, decision)
        case _:
            assert_never(command)


def _grade(period: Period, track: Track, decision: Decision[Supplier]) -> None:
    facts, before = decision.state.facts, decision.state.gradings
    graded = before.of(track)
    if facts.is_empty:
        raise SupplierUnknown(supplier_id=decision.id)
    if period in graded.by_period:
        return
    rules = decision.policy(SupplierGrading, period.ends_on).document
    if period not in graded.scheduled and not facts.is_active(period, rules.active_months):
        raise SupplierInactive(supplier_id=decision.id, period=period, active_months=rules.active_months)
    if track == "operational" and period.kind != rules.period and period not in graded.scheduled:
        raise PeriodOfAnotherKind(kind=rules.period, day=period.ends_on, period=period)
    grading = grading_of(decision, period, track)
    if grading is None:
        if period not in graded.scheduled:
            raise NoAnnualTrack(day=period.ends_on, kind=rules.period)
        decision.emit(GradingCancelled(supplier_id=decision.id, period=str(period), track=track))
        return
    moved = movements(graded.judged({period: grading}), decision.policies)
    after, on = (
        standing.standing_after(decision, track, {period: grading}, moved),
        graded_on(decision.policies, period, track),
    )
    because = Sentences.GRADED(period=period)
    decision.emit(
        SupplierGraded(
            supplier_id=decision.id,
            period=str(period),
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            grading=grading,
            standing=after.grade or "insufficient",
            previous_standing=before.standing,
            movement=moved.get(period),
            track=track,
            ceiling=after.ceiling,
            ceiling_because=after.because,
            graded_on=on if track == "annual" else None,
        )
    )
    _shadow(period, track, grading, decision)
    restate_movements(decision, moved, track)
    standing.publish(decision, before, track, on, because)
    owed_actions.after_grading(decision, period, track, on)
    if period in moved and max(moved) == period:
        _move(period, track, moved, decision)
    elif track == "annual":
        preference.after_ceiling(decision, period, on)
    schedule_next(decision, period, track)
    sourcing.notify_items(decision, on, because)


def _shadow(period: Period, track: Track, grading: Grading, decision: Decision[Supplier]) -> None:
    """How the candidate beside the live policy grades the same facts, where it has the track."""
    candidate, facts = decision.policies.shadow(SupplierGrading), decision.state.facts
    if candidate is None:
        return
    would = grade_on_track(track, period, facts.of(period), facts.failed_lots, candidate, decision.policies)
    if would is None:
        return
    decision.emit(
        SupplierShadowGraded(
            supplier_id=decision.id,
            period=str(period),
            policy=SupplierGrading.NAME,
            shadow=candidate.version,
            live_grade=grading.grade,
            live_score=grading.score,
            grading=would,
            track=track,
        )
    )


def _move(period: Period, track: Track, moved: dict[Period, Movement], decision: Decision[Supplier]) -> None:
    """What the latest grade leads to (动态分级). A late grade of an older period has no such consequences; it is only on record."""
    policy, movement = decision.policy(SupplierMovement, period.ends_on), moved[period]
    rules = policy.document
    if movement.falls_running in (rules.report_after_falls, rules.grade_down_after_falls):
        running, graded = sorted(moved)[-movement.falls_running - 1 :], decision.state.gradings.of(track)
        decision.emit(
            ScoreFalling(
                supplier_id=decision.id,
                period=str(period),
                falls_running=movement.falls_running,
                scores=tuple(graded.by_period[each].score for each in running),
                consequence="grade_down"
                if movement.falls_running >= rules.grade_down_after_falls
                else "improvement_report",
                policy_version=policy.version,
            )
        )
    on = graded_on(decision.policies, period, track)
    if track == "operational":
        preference.after_grading(decision, period, movement, on)
    else:
        preference.after_ceiling(decision, period, on)
    improvements.after_grading(decision, period, movement, policy, track, on)
    incentives.penalise(decision, period, movement.grade, on)
    if track == "operational":
        _leave_trial(period, moved, decision)


def _leave_trial(period: Period, moved: dict[Period, Movement], decision: Decision[Supplier]) -> None:
    """Enough consecutive acceptable periods since the trial began end it."""
    trial = decision.state.qualification.trial
    if decision.state.qualification.stage != "trial" or trial is None:
        return
    since = [movement.grade for each, movement in sorted(moved.items()) if each.ends_on >= trial.started_on]
    last = since[-trial.periods_needed :]
    if len(last) == trial.periods_needed and "D" not in last:
        decision.emit(
            SupplierApproved(
                supplier_id=decision.id,
                approved_on=period.due_on,
                approved_by="policy",
                because=Sentences.TRIAL_PASSED(periods=trial.periods_needed, grades=", ".join(last)),
                rating_due_on=first_rating_due(decision, period.due_on),
                applicant=decision.state.qualification.applicant,
            )
        )
