"""Restating graded periods after new or corrected facts, and scheduling the next grading."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

from chassis.calendar import add_days
from chassis.domain import Decision
from chassis.policies import PolicyBook
from contracts.supplier import Grading, GradingScheduled, Movement, SupplierGradeRestated, Track
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.scoring.gradings import grade_on_track, measures_lots
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.rounding import published_score
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import improvements, incentive_terms, owed_actions, preference, sourcing, standing
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.rules.standing import Standing
from supplier_svc.supplier.state import Supplier

TRACKS: tuple[Track, ...] = get_args(Track)
Lot = tuple[str | None, str | None]
"""An item and a lot of it."""


def follow(decision: Decision[Supplier], day: date, because: str, lot: Lot | None = None) -> None:
    """After facts of a day: restate what they change, schedule the next gradings, notify the items.

    ``lot`` is the one that the facts say something about: they also count in the months in which it was received.
    """
    restate(decision, day, because, lot)
    kind = decision.policy(SupplierGrading, day).document.period
    schedule_next(decision, Period.of(day, kind))
    schedule_next(decision, Period.of(day, "year"), "annual")
    sourcing.notify_items(decision, day, because)


def grading_of(decision: Decision[Supplier], period: Period, track: Track = "operational") -> Grading | None:
    """The grading of a period by the facts known now; None where the policy has no such track."""
    facts = decision.state.facts
    policy = decision.policy(SupplierGrading, period.ends_on)
    return grade_on_track(track, period, facts.of(period), facts.failed_lots, policy, decision.policies)


def graded_on(policies: PolicyBook, period: Period, track: Track) -> date:
    """The day on which a period is graded."""
    days = policies.at(SupplierGrading, period.ends_on).document.days_to(track)
    return add_days(period.due_on, days) if days else period.due_on


def restate(decision: Decision[Supplier], day: date, because: str, lot: Lot | None = None) -> None:
    """Restate the graded periods that include the day, and later ones whose movement depends on them.

    Restating is idempotent: it compares with what is known, so the same fact restates once.
    """
    for track in TRACKS:
        before = decision.state.gradings
        changed = dict[Period, Grading]()
        for period in _touched(decision, track, day, lot):
            now, known = grading_of(decision, period, track), before.of(track).by_period[period]
            if now is not None and (known.grade, published_score(known.score)) != (now.grade, now.score):
                changed[period] = now
        if not changed:
            continue
        moved = movements(before.of(track).judged(changed), decision.policies)
        after = standing.standing_after(decision, track, changed, moved)
        for period, grading in sorted(changed.items()):
            _emit_restated(decision, track, period, grading, moved.get(period), after, because)
        restate_movements(decision, moved, track)
        standing.publish(decision, before, track, day, because)
        if track == "annual":
            preference.after_ceiling(decision, max(changed), day)


def _touched(decision: Decision[Supplier], track: Track, day: date, lot: Lot | None) -> Sequence[Period]:
    """The graded periods that a fact counts in."""
    graded = decision.state.gradings.of(track).by_period
    if not graded:
        return []
    touched = {period for period in graded if day in period}
    if lot is not None and lot[0] is not None and lot[1] is not None:
        days = [month.starts_on for month in decision.state.facts.months_of_lot(lot[0], lot[1])]
        of_lot = {period for period in graded if any(each in period for each in days)} - touched
        touched |= {period for period in of_lot if measures_lots(track, period, decision.policies)}
    return sorted(touched)


def restate_movements(
    decision: Decision[Supplier], moved: Mapping[Period, Movement], track: Track = "operational"
) -> None:
    """Restate the graded periods whose grade in force differs after the change of earlier periods."""
    graded = decision.state.gradings.of(track)
    for period, movement in moved.items():
        if movement.grade != graded.grade_in_force(period):
            why = Sentences.EARLIER_PERIOD_CHANGED()
            after = standing.standing_after(decision, track, {}, moved)
            _emit_restated(decision, track, period, graded.by_period[period], movement, after, why)


def _emit_restated(
    decision: Decision[Supplier],
    track: Track,
    period: Period,
    after: Grading,
    movement: Movement | None,
    standing_then: Standing,
    because: str,
) -> None:
    decision.emit(
        SupplierGradeRestated(
            supplier_id=decision.id,
            period=str(period),
            before=decision.state.gradings.of(track).by_period[period],
            after=after,
            standing=standing_then.grade or "insufficient",
            because=because,
            movement=movement,
            track=track,
            ceiling=standing_then.ceiling,
            ceiling_because=standing_then.because,
        )
    )
    improvements.after_restatement(decision, period, track)
    incentive_terms.after_restatement(decision, period, track)
    owed_actions.after_grading(decision, period, track, graded_on(decision.policies, period, track))


def schedule_next(decision: Decision[Supplier], start: Period, track: Track = "operational") -> None:
    """Schedule the first period from ``start`` on that is not graded yet, while the supplier is active.

    Each fact and each grading schedules one more, so that in the end the same periods are graded in whatever order the facts
    arrived: those with a fact, and the active ones after them.
    """
    graded, period = decision.state.gradings.of(track), start
    while period in graded.by_period:
        later = following(decision, period, track)
        if later == period:
            return  # the calendar ends here
        period = later
    if period in graded.scheduled:
        return
    policy = decision.policy(SupplierGrading, period.ends_on).document
    if policy.scheme_of(track) is None or not decision.state.facts.is_active(period, policy.active_months):
        return
    due_on = graded_on(decision.policies, period, track)
    decision.emit(GradingScheduled(supplier_id=decision.id, period=str(period), due_on=due_on, track=track))


def following(decision: Decision[Supplier], period: Period, track: Track = "operational") -> Period:
    """The next period, of the length that is in force when it begins; on the annual track the next year."""
    kind = decision.policy(SupplierGrading, period.due_on).document.period if track == "operational" else "year"
    return Period.of(period.due_on, kind)
