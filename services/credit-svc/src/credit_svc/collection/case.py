"""The collection case: one per customer with overdue invoices. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from immutables import Map

from chassis.values import replace
from contracts.credit import CaseDelegated, CaseStageReached, CollectionStep, Route, Strategy
from credit_svc.collection.case_parts import CaseReview, Plan, PlanProposal, Question
from credit_svc.policies.collection import SEVERITY
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import OpenItem


@dataclass(frozen=True, slots=True)
class Pause:
    """No step until a day; None: until the reason is gone."""

    cause: Literal["asked", "promise", "dispute", "waiting_money", "other_currency"]
    until: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    promise_id: str
    amount: Decimal
    currency: str
    promised_on: date
    made_on: date
    earlier: Decimal = NOTHING
    """Of the money since ``made_on``, what is for other things: the instalments of the same plan before this one."""


@dataclass(frozen=True)
class Case:
    """An open case. ``last_on`` is the day of its last step, or of its opening.

    ``steps``: all that were taken. ``current``: the one that stands, for the item ``stands_for``; None while none does. ``taken``: each
    step with the item that it was taken for. ``not_before``: no step is taken before this day, on which one was withdrawn or the
    strategy changed.

    ``way`` and ``stages``: who pursues it since our own letters did not settle it, and how far they are; ``given``: what was given to
    that way, None of old logs, whose ways last as long as the case. ``mandate``: what the agency works under, ``settlements``: how often
    it was settled with, ``contacts``: how often somebody spoke with the debtor, or tried to.
    """

    case_id: str
    last_on: date
    oldest_invoice_id: str
    strategy: Strategy = "general"
    steps: tuple[CollectionStep, ...] = ()
    current: CollectionStep | None = None
    stands_for: str | None = None
    taken: frozenset[tuple[CollectionStep, str]] = frozenset()
    not_before: date = date.min
    next_step_on: date | None = None
    pause: Pause | None = None
    promise: Promise | None = None
    promises: int = 0
    way: Route | None = None
    stages: tuple[str, ...] = ()
    clock: CaseStageReached | None = None
    given: Map[str, Decimal] | None = None
    question: Question | None = None
    postponements: int = 0
    """Of the question that is open."""
    review: CaseReview | None = None
    reviews_kept: int = 0
    review_from: date = date.min
    """No review is due before this day, since a person has looked at the case."""
    plan: Plan | None = None
    plan_proposal: PlanProposal | None = None
    mandate: CaseDelegated | None = None
    settlements: int = 0
    contacts: int = 0

    def has_reached(self, step: CollectionStep) -> bool:
        """Whether the step, or one above it, stands."""
        return self.current is not None and SEVERITY[self.current] >= SEVERITY[step]

    def after_step(self, step: CollectionStep, invoice_id: str, on: date) -> "Case":
        return replace(
            self,
            last_on=on,
            oldest_invoice_id=invoice_id,
            steps=(*self.steps, step),
            current=step,
            stands_for=invoice_id,
            taken=self.taken | {(step, invoice_id)},
            review=None,
        )


@dataclass(frozen=True)
class Debt:
    """What a case pursues: the oldest overdue item, and all that is overdue in its currency, both without what is disputed
    or covered by money that waits. ``has_clause``: whether the contract names an arbitral tribunal, None leaves it to the policy."""

    customer_id: str
    oldest: OpenItem
    overdue: Decimal
    currency: str
    has_clause: bool | None = None
