"""The collection case: one per customer with overdue invoices, climbing the ladder by the age of the oldest. Pure.

Laws: no step is taken twice in a case, none after a later one, and at most one on a day.
Source: the rules page, "Collection case".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from chassis.policies import Dated
from contracts import Event
from contracts.credit import (
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStep,
    CollectionStepRescheduled,
    CollectionStepTaken,
)
from credit_svc.ledger import Invoice
from credit_svc.policies import SEVERITY, CollectionPolicy, Rung


@dataclass(frozen=True)
class Case:
    """An open case. ``last_on`` is the day of its last step, or of its opening."""

    case_id: str
    last_on: date
    oldest_invoice_id: str
    steps: tuple[CollectionStep, ...] = ()
    next_step_on: date | None = None

    def has_reached(self, step: CollectionStep) -> bool:
        return any(SEVERITY[taken] >= SEVERITY[step] for taken in self.steps)


@dataclass(frozen=True)
class Debt:
    """What a case pursues: the oldest overdue invoice, and all that is overdue in that invoice's currency."""

    customer_id: str
    oldest: Invoice
    overdue: Decimal
    currency: str


CaseEvent = CollectionCaseOpened | CollectionStepTaken | CollectionStepRescheduled | CollectionCaseClosed


def evolve(case: Case | None, event: CaseEvent) -> Case | None:
    match event, case:
        case CollectionCaseOpened() as e, _:
            return Case(e.case_id, e.opened_on, e.invoice_id)
        case CollectionStepTaken() as e, Case(steps=steps):
            return Case(e.case_id, e.taken_on, e.oldest_invoice_id, (*steps, e.step), e.next_step_on)
        case CollectionStepRescheduled() as e, Case():
            return replace(case, oldest_invoice_id=e.oldest_invoice_id, next_step_on=e.next_step_on)
        case _:
            return None


def open_case(case_id: str, debt: Debt, on: date, policy: Dated[CollectionPolicy]) -> Sequence[Event]:
    """A case for the first overdue invoice, and its first step when the lateness deserves it already."""
    opened = CollectionCaseOpened(
        case_id=case_id,
        customer_id=debt.customer_id,
        opened_on=on,
        invoice_id=debt.oldest.invoice_id,
        overdue=debt.overdue,
        currency=debt.currency,
    )
    case = Case(case_id, on, debt.oldest.invoice_id)
    if policy.document.rungs[0].after_days > _days_past_due(debt, on):
        return [opened, _rescheduled(case, debt, policy)]
    return [opened, *take_step(case, debt, on, policy)]


def take_step(case: Case, debt: Debt, on: date, policy: Dated[CollectionPolicy]) -> Sequence[Event]:
    """The step that the lateness deserves on a day, and when the one after it is due."""
    days_past_due = _days_past_due(debt, on)
    rung = _deserved(case, days_past_due, policy.document)
    if rung is None:
        return [_rescheduled(case, debt, policy)]
    after = replace(case, steps=(*case.steps, rung.step), last_on=on)
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


def follow(
    case: Case, debt: Debt | None, customer_id: str, on: date, policy: Dated[CollectionPolicy]
) -> Sequence[Event]:
    """What becomes of a case when its invoices change: closed, moved to another oldest invoice, or nothing."""
    if debt is None:
        return [
            CollectionCaseClosed(
                case_id=case.case_id,
                customer_id=customer_id,
                # A payment told late may be older than the last step; a case does not end before it.
                closed_on=max(on, case.last_on),
                steps_taken=len(case.steps),
                because="settled",
            )
        ]
    if debt.oldest.invoice_id == case.oldest_invoice_id:
        return []
    return [_rescheduled(case, debt, policy)]


def _rescheduled(case: Case, debt: Debt, policy: Dated[CollectionPolicy]) -> CollectionStepRescheduled:
    next_rung, next_on = _next(case, debt, policy.document)
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


def _remaining(case: Case, policy: CollectionPolicy) -> tuple[Rung, ...]:
    """The rungs above the highest one taken; a ladder that changed under an open case is climbed from there."""
    top = max((SEVERITY[step] for step in case.steps), default=-1)
    return tuple(rung for rung in policy.rungs if SEVERITY[rung.step] > top)


def _deserved(case: Case, days_past_due: int, policy: CollectionPolicy) -> Rung | None:
    remaining = _remaining(case, policy)
    deserved = [rung for rung in remaining if rung.after_days <= days_past_due]
    if policy.pace == "straight" and deserved:
        return deserved[-1]
    return remaining[0] if remaining else None


def _next(case: Case, debt: Debt, policy: CollectionPolicy) -> tuple[CollectionStep | None, date | None]:
    remaining = _remaining(case, policy)
    if not remaining:
        return None, None
    deserved_on = debt.oldest.due_on + timedelta(days=remaining[0].after_days)
    not_before = case.last_on + timedelta(days=1) if case.steps else case.last_on
    return remaining[0].step, max(deserved_on, not_before)


def _days_past_due(debt: Debt, on: date) -> int:
    return max(0, (on - debt.oldest.due_on).days)
