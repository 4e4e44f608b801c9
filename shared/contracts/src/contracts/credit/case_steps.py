"""What becomes of an open case beside its ladder: steps that are taken back, reviews, another strategy."""

from typing import ClassVar, Literal

from contracts.credit.exposure import CollectionStep, Strategy
from contracts.envelope import Event
from contracts.fields import AmountNotNegative, Count, Currency, Day, Id, Text


class CollectionStepWithdrawn(Event):
    """What the step was taken for is owed no more, and the oldest item that is does not deserve it: the case is back at ``to_step``.

    The steps stay in its history, their effects end; a cancelled limit does not come back. ``to_step`` None: no step stands.
    ``because``: what became of the item. ``days_past_due``: of the oldest item on ``withdrawn_on``.
    """

    TYPE: ClassVar[str] = "credit.CollectionStepWithdrawn"
    case_id: Id
    customer_id: Id
    from_step: CollectionStep
    to_step: CollectionStep | None = None
    because: Literal["settled", "credited", "written_off", "restated"]
    oldest_invoice_id: Id
    days_past_due: Count
    overdue: AmountNotNegative
    """What is pursued now, in ``currency``; 0 while all of it is disputed."""
    currency: Currency
    next_step: CollectionStep | None = None
    next_step_on: Day | None = None
    withdrawn_on: Day
    policy_version: int


ReviewOutcome = Literal["keep", "general", "high_risk"]
"""Of the review of a case: as it is for a time, the general ladder, or high risk."""


class CaseReviewDue(Event):
    """A person looks at a case of low risk before it is pressed; unanswered by ``answer_by`` it is pursued like any other."""

    TYPE: ClassVar[str] = "credit.CaseReviewDue"
    case_id: Id
    customer_id: Id
    due_on: Day
    answer_by: Day
    options: tuple[ReviewOutcome, ...]
    oldest_invoice_id: Id
    days_past_due: Count
    overdue: AmountNotNegative
    currency: Currency
    policy_version: int


class CaseReviewed(Event):
    """A person looked at a case. ``next_review_on``: of one that is kept, the day on which somebody looks again."""

    TYPE: ClassVar[str] = "credit.CaseReviewed"
    case_id: Id
    customer_id: Id
    outcome: ReviewOutcome
    reason: Text
    reviewed_by: Text
    reviewed_on: Day
    next_review_on: Day | None = None


class CaseStrategyChanged(Event):
    """A case is pursued in another way from now on; its new ladder goes on from the step that it is at.

    ``changed_by`` None: by rule, because the customer's class changed or nobody looked at the case.
    """

    TYPE: ClassVar[str] = "credit.CaseStrategyChanged"
    case_id: Id
    customer_id: Id
    before: Strategy
    after: Strategy
    because: Text
    changed_by: Text | None = None
    changed_on: Day
