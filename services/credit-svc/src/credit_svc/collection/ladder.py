"""The ladder that a case climbs by the age of the oldest overdue invoice. Pure.

Laws: no step is taken twice for the same oldest item, none after a later one that stands, and at most one on a day.
Source: the rules page, "Collection case"; reviews: "Low risk".
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from chassis.calendar import add_days
from chassis.policies import PolicyVersion
from contracts import Event
from contracts.credit import (
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStep,
    CollectionStepRescheduled,
    CollectionStepTaken,
    Strategy,
)
from credit_svc.collection.case import Case, Debt
from credit_svc.policies.collection import SEVERITY, CollectionPolicy, Rung


def open_case(
    case_id: str, debt: Debt, on: date, strategy: Strategy, because: str, policy: PolicyVersion[CollectionPolicy]
) -> Sequence[Event]:
    """A case for the first overdue invoice, and its first step when it is late enough for it already."""
    opened = CollectionCaseOpened(
        case_id=case_id,
        customer_id=debt.customer_id,
        opened_on=on,
        invoice_id=debt.oldest.invoice_id,
        overdue=debt.overdue,
        currency=debt.currency,
        strategy=strategy,
        because=because,
    )
    case = Case(case_id, on, debt.oldest.invoice_id, strategy)
    if policy.document.rungs_of(strategy, debt.has_clause)[0].after_days > _days_past_due(debt, on):
        return [opened, reschedule(case, debt, policy)]
    return [opened, *take_step(case, debt, on, policy)]


def take_step(case: Case, debt: Debt, on: date, policy: PolicyVersion[CollectionPolicy]) -> Sequence[Event]:
    """The step that the lateness deserves on a day, and when the one after it is due."""
    days_past_due = _days_past_due(debt, on)
    rung = _deserved(case, debt, days_past_due, policy.document)
    if rung is None:
        return [reschedule(case, debt, policy, on)]
    after = case.after_step(rung.step, debt.oldest.invoice_id, on)
    next_rung, next_on = _next(after, debt, policy.document)
    return [
        CollectionStepTaken(
            case_id=case.case_id,
            customer_id=debt.customer_id,
            step=rung.step,
            taken_on=on,
            days_past_due=days_past_due,
            oldest_invoice_id=debt.oldest.invoice_id,
            overdue=debt.overdue,
            currency=debt.currency,
            next_step=next_rung,
            next_step_on=next_on,
            policy_version=policy.version,
        )
    ]


def resume(case: Case, debt: Debt, on: date, at_once: bool, policy: PolicyVersion[CollectionPolicy]) -> Sequence[Event]:
    """After a pause: the step that is deserved by now (the next one in any case, ``at_once``), else its day."""
    _, next_on = _next(case, debt, policy.document)
    may_step = not case.steps or case.last_on < on
    if next_on is not None and may_step and (at_once or next_on <= on):
        return take_step(case, debt, on, policy)
    return [reschedule(case, debt, policy, on)]


def close_case(
    case: Case, customer_id: str, on: date, because: Literal["settled", "written_off", "restated", "merged"]
) -> CollectionCaseClosed:
    """Nothing is overdue any more, or the case of another account goes on in its place."""
    return CollectionCaseClosed(
        case_id=case.case_id,
        customer_id=customer_id,
        # A payment that arrives late may be older than the last step; a case does not end before it.
        closed_on=max(on, case.last_on),
        steps_taken=len(case.steps),
        cause=because,
    )


def follow(
    case: Case, debt: Debt, policy: PolicyVersion[CollectionPolicy], is_restated: bool = False
) -> Sequence[Event]:
    """What becomes of the next step when the invoices of a case change; ``is_restated``: also when the oldest stays the same."""
    if debt.oldest.invoice_id == case.oldest_invoice_id and not is_restated:
        return []
    return [reschedule(case, debt, policy)]


def reschedule(
    case: Case, debt: Debt, policy: PolicyVersion[CollectionPolicy], not_before: date = date.min
) -> CollectionStepRescheduled:
    """The next step and its day, as the oldest item has them; a step, or a review, that is late is due ``not_before`` a day."""
    next_rung, next_on = _next(case, debt, policy.document)
    if next_on is not None and not (case.review is not None and next_on == case.review.answer_by):
        next_on = max(next_on, not_before)
    return CollectionStepRescheduled(
        case_id=case.case_id,
        customer_id=debt.customer_id,
        oldest_invoice_id=debt.oldest.invoice_id,
        overdue=debt.overdue,
        currency=debt.currency,
        next_step=next_rung,
        next_step_on=next_on,
        policy_version=policy.version,
    )


def next_step(case: Case, debt: Debt, policy: CollectionPolicy) -> tuple[CollectionStep | None, date | None]:
    """The step above the current one and its day. Without a step a day is that of a review, or of its answer; without either, nothing
    is left to take."""
    return _next(case, debt, policy)


def is_review_due(case: Case, debt: Debt, on: date, policy: CollectionPolicy) -> bool:
    """Whether a person looks at the case before a further step is taken."""
    step, next_on = _next(case, debt, policy)
    return step is None and next_on is not None and case.review is None and next_on <= on


def _remaining(case: Case, debt: Debt, policy: CollectionPolicy) -> tuple[Rung, ...]:
    """The rungs above the current one that were not taken for this item yet, up to the review that the strategy wants; a ladder that
    changed under an open case is climbed from there."""
    top, review_after = _severity(case.current), policy.rule_of(case.strategy).review_after_days
    return tuple(
        rung
        for rung in policy.rungs_of(case.strategy, debt.has_clause)
        if SEVERITY[rung.step] > top
        and (rung.step, debt.oldest.invoice_id) not in case.taken
        and (review_after is None or rung.after_days < review_after)
    )


def _deserved(case: Case, debt: Debt, days_past_due: int, policy: CollectionPolicy) -> Rung | None:
    remaining = _remaining(case, debt, policy)
    deserved = [rung for rung in remaining if rung.after_days <= days_past_due]
    if policy.rule_of(case.strategy).pace == "straight" and deserved:
        return deserved[-1]
    return remaining[0] if remaining else None


def _next(case: Case, debt: Debt, policy: CollectionPolicy) -> tuple[CollectionStep | None, date | None]:
    remaining = _remaining(case, debt, policy)
    not_before = max(add_days(case.last_on, 1) if case.steps else case.last_on, case.not_before)
    if remaining:
        return remaining[0].step, max(add_days(debt.oldest.due_on, remaining[0].after_days), not_before)
    review_after = policy.rule_of(case.strategy).review_after_days
    if review_after is None:
        return None, None
    deserved_on = add_days(debt.oldest.due_on, review_after)
    if case.review is not None and deserved_on <= case.review.due_on:
        return None, case.review.answer_by
    return None, max(deserved_on, not_before, case.review_from)


def _severity(step: CollectionStep | None) -> int:
    return -1 if step is None else SEVERITY[step]


def _days_past_due(debt: Debt, on: date) -> int:
    return max(0, (on - debt.oldest.due_on).days)
