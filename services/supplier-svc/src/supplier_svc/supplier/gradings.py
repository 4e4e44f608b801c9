"""Grading a supplier for a period that is over, and what its grade leads to."""

from dataclasses import dataclass
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import (
    Grading,
    Movement,
    PreferredSourceEnded,
    PreferredSourceNamed,
    ScoreFalling,
    SupplierApproved,
    SupplierGraded,
    SupplierShadowGraded,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.gradings import grade
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import corrective_actions, improvements, incentives, sourcing
from supplier_svc.supplier.onboarding import first_rating_due
from supplier_svc.supplier.restatements import grading_of, restate_movements, schedule_next
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.gradings import standing_after


@dataclass(frozen=True, slots=True)
class GradeSupplier:
    """Grade a period that is over. A period that was graded already stays as it is."""

    supplier_id: str
    period: Period


Command = GradeSupplier


class SupplierUnknown(Refusal):
    """There is no supplier {supplier_id}: it has no onboarding file, and no fact about it was ever recorded."""

    status = 404


class SupplierInactive(Refusal):
    """Supplier {supplier_id} has no fact in {period} or shortly before (active months: {active_months}), so there is
    nothing to grade."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case GradeSupplier():
            _grade(command.period, decision)
        case _:
            assert_never(command)


def _grade(period: Period, decision: Decision[Supplier]) -> None:
    facts, gradings = decision.state.facts, decision.state.gradings
    if facts.is_empty:
        raise SupplierUnknown(supplier_id=decision.id)
    if period in gradings.by_period:
        return
    active_months = decision.policy(SupplierGrading, period.ends_on).document.active_months
    if period not in gradings.scheduled and not facts.is_active(period, active_months):
        raise SupplierInactive(supplier_id=decision.id, period=period, active_months=active_months)
    grading = grading_of(decision, period)
    moved = movements(gradings.judged({period: grading}), decision.policies)
    graded = SupplierGraded(
        supplier_id=decision.id,
        period=str(period),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        grading=grading,
        standing=standing_after(gradings, {period: grading}, moved),
        previous_standing=gradings.standing,
        movement=moved.get(period),
    )
    decision.emit(graded)
    _shadow(period, grading, decision)
    restate_movements(decision, moved)
    corrective_actions.after_grading(decision, period)
    if period in moved and max(moved) == period:
        _move(period, grading, moved, decision)
    schedule_next(decision, period)
    sourcing.notify_items(decision, period.due_on, Sentences.GRADED(period=period))


def _shadow(period: Period, grading: Grading, decision: Decision[Supplier]) -> None:
    """How the candidate beside the live policy grades the same facts."""
    candidate = decision.policies.shadow(SupplierGrading)
    if candidate is None:
        return
    decision.emit(
        SupplierShadowGraded(
            supplier_id=decision.id,
            period=str(period),
            policy=SupplierGrading.NAME,
            shadow=candidate.version,
            live_grade=grading.grade,
            live_score=grading.score,
            grading=grade(evidence_of(decision.state.facts.of(period)), candidate),
        )
    )


def _move(period: Period, grading: Grading, moved: dict[Period, Movement], decision: Decision[Supplier]) -> None:
    """What the latest grade leads to (动态分级). A late grade of an older period has no such consequences; it is only on record."""
    policy, movement = decision.policy(SupplierMovement, period.ends_on), moved[period]
    rules, is_preferred = policy.document, decision.state.gradings.is_preferred
    if movement.falls_running in (rules.report_after_falls, rules.grade_down_after_falls):
        running = sorted(moved)[-movement.falls_running - 1 :]
        decision.emit(
            ScoreFalling(
                supplier_id=decision.id,
                period=str(period),
                falls_running=movement.falls_running,
                scores=tuple(decision.state.gradings.by_period[each].score for each in running),
                consequence="grade_down"
                if movement.falls_running >= rules.grade_down_after_falls
                else "improvement_report",
                policy_version=policy.version,
            )
        )
    if movement.a_running >= rules.preferred_after_a and not is_preferred:
        decision.emit(
            PreferredSourceNamed(
                supplier_id=decision.id,
                period=str(period),
                a_running=movement.a_running,
                policy_version=policy.version,
            )
        )
        incentives.reward_preferred(decision, period)
    elif movement.grade != "A" and is_preferred:
        decision.emit(PreferredSourceEnded(supplier_id=decision.id, period=str(period), grade=movement.grade))
    improvements.after_grading(decision, period, movement, policy)
    if movement.grade == "D":
        incentives.penalise_d(decision, period)
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
