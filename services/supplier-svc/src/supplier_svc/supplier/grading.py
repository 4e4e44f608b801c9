"""Grading a supplier for a period that is over, and what its grade leads to."""

from dataclasses import dataclass
from typing import assert_never

from chassis.domain import Refusal
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
from supplier_svc.period import Period
from supplier_svc.policies import SupplierGrading, SupplierMovement
from supplier_svc.scoring import evidence_of, grade
from supplier_svc.supplier import correcting, improving, rewarding, sourcing
from supplier_svc.supplier.movement import movements
from supplier_svc.supplier.restating import grading_of, restate_movements, schedule_next
from supplier_svc.supplier.state.gradings import standing_after
from supplier_svc.supplier.story import Story, SupplierUnknown


@dataclass(frozen=True, slots=True)
class GradeSupplier:
    """Grade a period that is over. A period that was graded already stays as it is."""

    supplier_id: str
    period: Period


Command = GradeSupplier


class SupplierInactive(Refusal):
    """Supplier {supplier_id} has no fact in {period} or shortly before (active months: {active_months}), so there is
    nothing to grade."""


def decide(command: Command, story: Story) -> None:
    match command:
        case GradeSupplier():
            _grade(command.period, story)
        case _:
            assert_never(command)


def _grade(period: Period, story: Story) -> None:
    ledger, gradings = story.supplier.ledger, story.supplier.gradings
    if ledger.is_empty:
        raise SupplierUnknown(supplier_id=story.supplier_id)
    if period in gradings.by_period:
        return
    active_months = story.policies.at(SupplierGrading, period.ends_on).document.active_months
    if period not in gradings.scheduled and not ledger.is_active(period, active_months):
        raise SupplierInactive(supplier_id=story.supplier_id, period=period, active_months=active_months)
    grading = grading_of(story, period)
    moved = movements(gradings.judged({period: grading}), story.policies)
    graded = SupplierGraded(
        supplier_id=story.supplier_id,
        period=str(period),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        grading=grading,
        standing=standing_after(gradings, {period: grading}, moved),
        previous_standing=gradings.standing,
        movement=moved.get(period),
    )
    story.tell(graded)
    _shadow(period, grading, story)
    restate_movements(story, moved)
    correcting.after_grading(story, period)
    if period in moved and max(moved) == period:
        _move(period, grading, moved, story)
    schedule_next(story, period)
    sourcing.tell_items(story, period.due_on, f"{period} was graded.")


def _shadow(period: Period, grading: Grading, story: Story) -> None:
    """What the candidate beside the live policy would have said of the same facts."""
    candidate = story.policies.shadow(SupplierGrading)
    if candidate is None:
        return
    story.tell(
        SupplierShadowGraded(
            supplier_id=story.supplier_id,
            period=str(period),
            policy=SupplierGrading.NAME,
            shadow=candidate.version,
            live_grade=grading.grade,
            live_score=grading.score,
            grading=grade(evidence_of(story.supplier.ledger.of(period)), candidate),
        )
    )


def _move(period: Period, grading: Grading, moved: dict[Period, Movement], story: Story) -> None:
    """What the latest grade leads to (动态分级); grades of older periods that come late only stand in the list."""
    policy, movement = story.policies.at(SupplierMovement, period.ends_on), moved[period]
    rules, is_preferred = policy.document, story.supplier.gradings.is_preferred
    if movement.falls_running in (rules.report_after_falls, rules.grade_down_after_falls):
        running = sorted(moved)[-movement.falls_running - 1 :]
        story.tell(
            ScoreFalling(
                supplier_id=story.supplier_id,
                period=str(period),
                falls_running=movement.falls_running,
                scores=tuple(story.supplier.gradings.by_period[each].score for each in running),
                consequence="grade_down"
                if movement.falls_running >= rules.grade_down_after_falls
                else "improvement_report",
                policy_version=policy.version,
            )
        )
    if movement.a_running >= rules.preferred_after_a and not is_preferred:
        story.tell(
            PreferredSourceNamed(
                supplier_id=story.supplier_id,
                period=str(period),
                a_running=movement.a_running,
                policy_version=policy.version,
            )
        )
        rewarding.reward_preferred(story, period)
    elif movement.grade != "A" and is_preferred:
        story.tell(PreferredSourceEnded(supplier_id=story.supplier_id, period=str(period), grade=movement.grade))
    improving.after_grading(story, period, movement, policy)
    if movement.grade == "D":
        rewarding.penalise_d(story, period)
    _leave_trial(period, moved, story)


def _leave_trial(period: Period, moved: dict[Period, Movement], story: Story) -> None:
    """Acceptable periods running since the trial began end it."""
    trial = story.supplier.qualification.trial
    if story.supplier.qualification.stage != "trial" or trial is None:
        return
    since = [movement.grade for each, movement in sorted(moved.items()) if each.ends_on >= trial.started_on]
    last = since[-trial.periods_needed :]
    if len(last) == trial.periods_needed and "D" not in last:
        story.tell(
            SupplierApproved(
                supplier_id=story.supplier_id,
                approved_on=period.due_on,
                approved_by="policy",
                because=f"{trial.periods_needed} acceptable periods running on trial: {', '.join(last)}.",
            )
        )
