"""What an open case may have beside its steps: a way with what was given to it, a question, a review, a payment plan. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from contracts.credit import CollectionStep, PlanInstalment, Route
from credit_svc.receivables.facts import EMPTY, NOTHING


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the case goes to an agency, a tribunal or a court. ``step``: the step that asks; None: something else does.

    ``postponed_until``: the day on which it is asked for again.
    """

    way: Route
    requested_on: date
    answer_by: date
    step: CollectionStep | None
    postponed_until: date | None = None
    is_unanswered: bool = False


@dataclass(frozen=True, slots=True)
class CaseReview:
    """A review that a person owes."""

    due_on: date
    answer_by: date


@dataclass(frozen=True, slots=True)
class PlanProposal:
    """A payment plan that is not decided yet."""

    instalments: tuple[PlanInstalment, ...]
    support_limit: Decimal | None
    reason: str
    proposed_by: str


@dataclass(frozen=True)
class Plan:
    """``made``: how many of the instalments were promised so far. ``orders``: order → what of the support it takes."""

    plan_id: str
    instalments: tuple[PlanInstalment, ...]
    currency: str
    support_limit: Decimal | None
    paid_before: Decimal
    agreed_on: date
    made: int = 0
    orders: Map[str, Decimal] = EMPTY

    @property
    def is_promised(self) -> bool:
        """Whether each instalment has become a promise."""
        return self.made >= len(self.instalments)

    @property
    def earlier(self) -> Decimal:
        """What comes before the instalment that is promised now: money of the day of the plan, and the instalments before it."""
        return self.paid_before + sum((each.amount for each in self.instalments[: self.made - 1]), NOTHING)

    @property
    def support_left(self) -> Decimal:
        """Of new orders, in the plan's currency."""
        return max(NOTHING, (self.support_limit or NOTHING) - sum(self.orders.values(), NOTHING))
