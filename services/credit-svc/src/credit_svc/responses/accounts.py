"""Responses about accounts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from contracts.credit import CreditStatus, Exposure
from contracts.figures import PlainModel
from credit_svc.limits.explanation import LimitSource
from credit_svc.responses.answer import Answer
from credit_svc.responses.reasons import FactorAnswer, HoldAnswer


class AccountAnswer(Answer):
    """An account as it is now: its line, its exposure by part, its status with the reasons, its classes.

    ``exposure_amount`` = ``receivable`` + ``approved_orders`` − ``security``; ``available`` = ``credit_limit`` − ``exposure_amount``.
    """

    customer_id: str
    currency: str | None
    status: CreditStatus
    holds: list[HoldAnswer]
    credit_limit: Decimal
    limit_from: date | None
    limit_reason: str | None
    limit_approved_by: str | None
    receivable: Decimal
    unallocated: Decimal
    """Money that pays nothing yet, taken off the receivable: GET /v1/payments?unallocated=true names it."""
    overdue: Decimal
    """Past due, less what is disputed and what waiting money covers."""
    days_past_due: int
    approved_orders: Decimal
    held_order_count: int
    security: Decimal
    exposure_amount: Decimal = Field(validation_alias="exposure")
    available: Decimal
    use_percent: Decimal | None
    credit_class: str | None
    behaviour: str
    tier: str | None
    is_key_account: bool
    deliveries_stopped_because: str | None
    """Why nothing is delivered."""


class WaitingRefundAnswer(PlainModel):
    """A refund that is known before its money. It counts for nothing, and is recorded by itself when that comes."""

    refund_id: str
    payment_id: str | None
    amount: Decimal
    currency: str
    refunded_on: date
    found_amount: Decimal
    """Of the money that it could be of, what is known."""
    summary: str
    reason: str


class AccountDetailAnswer(AccountAnswer):
    """With its reasons, temporary raises, terms, the review that is owed, refunds that wait, open items by age and the open case."""

    merged_ids: list[str]
    """The other ids of the customer, each merged into it; what is said of them is said of this account."""
    score: Decimal | None
    class_because: str | None
    behaviour_because: str | None
    limit_proposed_by: str | None
    raises: dict[str, Any]
    shares: dict[str, Any]
    terms: dict[str, Any]
    owed_review: dict[str, Any] = Field(validation_alias="review")
    review_on: date | None
    waiting_refunds: list[WaitingRefundAnswer]
    ageing: dict[str, Decimal]
    debit_notes: Decimal
    """What is open of them, beside the open items by age."""
    case: dict[str, Any] | None


class KnownAccountAnswer(Answer):
    """An account on a day, from what was recorded until an instant."""

    customer_id: str
    as_of: date
    as_known_at: datetime
    exposure: Exposure
    status: CreditStatus
    holds: list[HoldAnswer]
    days_past_due: int
    credit_class: str | None
    behaviour: str
    held_orders: list[str]
    open_items: dict[str, Decimal]


class LimitExplanationAnswer(PlainModel):
    """The limit in force, where it came from, and what would change it."""

    amount: Decimal
    currency: str | None
    source: LimitSource
    because: str
    valid_from: date | None
    """None where no limit is set, and the policy's counts."""
    reason: str | None
    approved_by: str | None
    changes: list[str]
    """What would change it: what time alone does first, then what people may do."""
    suggested_amount: Decimal | None
    """What the policy's method makes of the file; None where the file lacks what it needs."""
    cap_amount: Decimal | None
    """What no limit may exceed by the file; None where nothing caps it."""
    factors: list[FactorAnswer]
    """What the suggestion is made of."""
    policy_version: int
    """Of the policy credit."""


class ExplanationAnswer(Answer):
    """Why the classes and the limit are what they are, and what would change them."""

    customer_id: str
    as_of: date
    credit_class: str | None
    score: Decimal | None
    credit_factors: list[FactorAnswer]
    next_credit_class: str | None
    missing_points: Decimal | None
    behaviour: str
    behaviour_because: str
    behaviour_factors: list[FactorAnswer]
    may_change_on: date | None
    """The day on which time alone may change the behaviour class."""
    limit_in_force: LimitExplanationAnswer
    policy_version: int
