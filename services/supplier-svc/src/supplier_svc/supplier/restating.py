"""What a new or corrected fact does to periods that were graded already, and to the to-do list of gradings."""

from collections.abc import Mapping
from datetime import date

from contracts.supplier import Grading, GradingScheduled, Movement, SupplierGrade, SupplierGradeRestated
from supplier_svc.period import Period
from supplier_svc.policies import SupplierGrading
from supplier_svc.scoring import evidence_of, grade
from supplier_svc.supplier import correcting, improving, sourcing
from supplier_svc.supplier.movement import movements
from supplier_svc.supplier.state.gradings import standing_after
from supplier_svc.supplier.story import Story


def follow(story: Story, day: date, because: str) -> None:
    """After facts of a day: restate what they change, put the next grading on the list, tell the items."""
    restate(story, day, because)
    kind = story.policies.at(SupplierGrading, day).document.period
    schedule_next(story, Period.of(day, kind))
    sourcing.tell_items(story, day, because)


def grading_of(story: Story, period: Period) -> Grading:
    """What the period is graded by the facts known now."""
    policy = story.policies.at(SupplierGrading, period.ends_on)
    return grade(evidence_of(story.supplier.ledger.of(period)), policy)


def restate(story: Story, day: date, because: str) -> None:
    """Restate the graded periods that hold the day, and later ones whose movement hung on them.

    Restating is idempotent: it compares with what is known, so the same fact restates once.
    """
    gradings = story.supplier.gradings
    touched = sorted(period for period in gradings.by_period if day in period)
    changed = dict[Period, Grading]()
    for period in touched:
        now, before = grading_of(story, period), gradings.by_period[period]
        if (before.grade, before.score) != (now.grade, now.score):
            changed[period] = now
    if not changed:
        return
    moved = movements(gradings.judged(changed), story.policies)
    standing = standing_after(gradings, changed, moved)
    for period, grading in sorted(changed.items()):
        _tell_restated(story, period, grading, moved.get(period), standing, because)
    restate_movements(story, moved)


def restate_movements(story: Story, moved: Mapping[Period, Movement]) -> None:
    """Restate the graded periods whose grade in force is another one, now that the periods before are as they are."""
    gradings = story.supplier.gradings
    for period, movement in moved.items():
        if movement.grade != gradings.grade_in_force(period):
            why = "A period before it was graded or restated, which changes how the score moved."
            standing = standing_after(gradings, {}, moved)
            _tell_restated(story, period, gradings.by_period[period], movement, standing, why)


def _tell_restated(
    story: Story, period: Period, after: Grading, movement: Movement | None, standing: SupplierGrade, because: str
) -> None:
    story.tell(
        SupplierGradeRestated(
            supplier_id=story.supplier_id,
            period=str(period),
            before=story.supplier.gradings.by_period[period],
            after=after,
            standing=standing,
            because=because,
            movement=movement,
        )
    )
    improving.after_restatement(story, period)
    correcting.after_grading(story, period)


def schedule_next(story: Story, start: Period) -> None:
    """Put the first period from ``start`` on that was not graded on the to-do list, while the supplier is active.

    Each fact and each grading moves this on by one, so that in the end the same periods are graded whatever the order in
    which the facts arrived: those with a fact, and the active ones after them.
    """
    gradings, period = story.supplier.gradings, start
    while period in gradings.by_period:
        period = following(story, period)
    active_months = story.policies.at(SupplierGrading, period.ends_on).document.active_months
    if period in gradings.scheduled or not story.supplier.ledger.is_active(period, active_months):
        return
    story.tell(GradingScheduled(supplier_id=story.supplier_id, period=str(period), due_on=period.due_on))


def following(story: Story, period: Period) -> Period:
    """The period after it: of the length that is in force when it begins."""
    return Period.of(period.due_on, story.policies.at(SupplierGrading, period.due_on).document.period)
