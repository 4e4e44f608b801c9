"""Restating graded periods after new or corrected facts, and scheduling the next grading."""

from collections.abc import Mapping
from datetime import date

from chassis.domain import Decision
from contracts.supplier import Grading, GradingScheduled, Movement, SupplierGrade, SupplierGradeRestated
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.gradings import grade
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import corrective_actions, improvements, incentive_terms, sourcing
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.gradings import standing_after


def follow(decision: Decision[Supplier], day: date, because: str) -> None:
    """After facts of a day: restate what they change, schedule the next grading, notify the items."""
    restate(decision, day, because)
    kind = decision.policy(SupplierGrading, day).document.period
    schedule_next(decision, Period.of(day, kind))
    sourcing.notify_items(decision, day, because)


def grading_of(decision: Decision[Supplier], period: Period) -> Grading:
    """The grading of a period by the facts known now."""
    policy = decision.policy(SupplierGrading, period.ends_on)
    return grade(evidence_of(decision.state.facts.of(period)), policy)


def restate(decision: Decision[Supplier], day: date, because: str) -> None:
    """Restate the graded periods that include the day, and later ones whose movement depends on them.

    Restating is idempotent: it compares with what is known, so the same fact restates once.
    """
    gradings = decision.state.gradings
    touched = sorted(period for period in gradings.by_period if day in period)
    changed = dict[Period, Grading]()
    for period in touched:
        now, before = grading_of(decision, period), gradings.by_period[period]
        if (before.grade, before.score) != (now.grade, now.score):
            changed[period] = now
    if not changed:
        return
    moved = movements(gradings.judged(changed), decision.policies)
    standing = standing_after(gradings, changed, moved)
    for period, grading in sorted(changed.items()):
        _emit_restated(decision, period, grading, moved.get(period), standing, because)
    restate_movements(decision, moved)


def restate_movements(decision: Decision[Supplier], moved: Mapping[Period, Movement]) -> None:
    """Restate the graded periods whose grade in force differs after the change of earlier periods."""
    gradings = decision.state.gradings
    for period, movement in moved.items():
        if movement.grade != gradings.grade_in_force(period):
            why = Sentences.EARLIER_PERIOD_CHANGED()
            standing = standing_after(gradings, {}, moved)
            _emit_restated(decision, period, gradings.by_period[period], movement, standing, why)


def _emit_restated(
    decision: Decision[Supplier],
    period: Period,
    after: Grading,
    movement: Movement | None,
    standing: SupplierGrade,
    because: str,
) -> None:
    decision.emit(
        SupplierGradeRestated(
            supplier_id=decision.id,
            period=str(period),
            before=decision.state.gradings.by_period[period],
            after=after,
            standing=standing,
            because=because,
            movement=movement,
        )
    )
    improvements.after_restatement(decision, period)
    incentive_terms.after_restatement(decision, period)
    corrective_actions.after_grading(decision, period)


def schedule_next(decision: Decision[Supplier], start: Period) -> None:
    """Schedule the first period from ``start`` on that is not graded yet, while the supplier is active.

    Each fact and each grading schedules one more, so that in the end the same periods are graded in whatever order the facts
    arrived: those with a fact, and the active ones after them.
    """
    gradings, period = decision.state.gradings, start
    while period in gradings.by_period:
        later = following(decision, period)
        if later == period:
            return  # the calendar ends here
        period = later
    active_months = decision.policy(SupplierGrading, period.ends_on).document.active_months
    if period in gradings.scheduled or not decision.state.facts.is_active(period, active_months):
        return
    decision.emit(GradingScheduled(supplier_id=decision.id, period=str(period), due_on=period.due_on))


def following(decision: Decision[Supplier], period: Period) -> Period:
    """The next period, of the length that is in force when it begins."""
    return Period.of(period.due_on, decision.policy(SupplierGrading, period.due_on).document.period)
