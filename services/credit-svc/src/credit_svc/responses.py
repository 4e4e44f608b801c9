"""What goes out over HTTP, where it is more than a row."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from contracts.credit import CreditStatus, Exposure


class HoldAnswer(BaseModel):
    """One reason against new credit, and what would remove it."""

    reason: str
    releases_at: str


class CreditCheckAnswer(BaseModel):
    """What the order check says; ``recorded`` when an order was named and its amount is reserved or held.

    The exposure is the one before the order; of a recorded one it is the one now.
    """

    customer_id: str
    order_id: str | None = None
    recorded: bool = False
    on: date
    amount: Decimal
    currency: str
    approved: bool
    status: CreditStatus
    holds: list[HoldAnswer]
    exposure: Exposure
    policy_version: int


class AgeingAnswer(BaseModel):
    """Open receivables at the end of a day by age; they tie to the balance.

    ``total`` − ``unallocated`` = ``balance``, which is what was invoiced less what was paid and given up. ``allowance`` is the
    expected loss.
    """

    as_of: date
    currency: str
    buckets: dict[str, Decimal]
    total: Decimal
    unallocated: Decimal
    balance: Decimal
    allowance: Decimal
    allowance_percents: dict[str, Decimal]
    policy_version: int


class AccountAnswer(BaseModel):
    """An account as it is now: its line, its exposure by part, its status with the reasons, its classes.

    ``exposure`` = ``receivable`` + ``approved_orders`` − ``security``; ``available`` = ``credit_limit`` − ``exposure``.
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
    overdue: Decimal
    days_past_due: int
    approved_orders: Decimal
    held_orders: int
    security: Decimal
    exposure: Decimal
    available: Decimal
    use_percent: Decimal | None
    credit_class: str | None
    behaviour: str
    tier: str | None
    is_key_account: bool
    deliveries_stopped: str | None
    """Why nothing is delivered."""


class AccountDetailAnswer(AccountAnswer):
    """With its reasons, temporary raises, terms, the review that is owed, open items by age and the open case."""

    score: Decimal | None
    class_because: str | None
    behaviour_because: str | None
    limit_proposed_by: str | None
    raises: dict[str, Any]
    shares: dict[str, Any]
    terms: dict[str, Any]
    review: dict[str, Any]
    review_on: date | None
    ageing: dict[str, Decimal]
    case: dict[str, Any] | None


class KnownAccountAnswer(BaseModel):
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


class FactorAnswer(BaseModel):
    """One input of a class: its value, what it is held against or weighs, and what it contributes."""

    name: str
    value: Decimal
    threshold: Decimal | None = None
    weight: Decimal | None = None
    points: Decimal | None = None


class ExplanationAnswer(BaseModel):
    """Why the classes are what they are, and what would change them."""

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
    policy_version: int


class WhatIfAnswer(BaseModel):
    """What a limit would do today: its use, the held orders it would let through, and what the file allows."""

    customer_id: str
    limit: Decimal
    currency: str
    use_percent: Decimal | None
    status: CreditStatus
    released_orders: list[str]
    still_held: list[str]
    suggested: Decimal | None
    cap: Decimal | None
    factors: list[FactorAnswer]


class CaseAnswer(BaseModel):
    """A collection case: every step with its day, what comes next, and what it pursues."""

    customer_id: str
    case_id: str
    opened_on: date
    closed_on: date | None
    closed_because: str | None
    currency: str
    oldest_invoice_id: str
    strategy: str
    strategy_because: str
    paused_because: str | None
    paused_until: date | None
    pause_reason: str | None
    promises: list[dict[str, Any]]
    broken_promises: int
    way: str | None
    agency: str | None
    commission_percent: Decimal | None
    stages: list[dict[str, Any]]
    next_stages: dict[str, list[str]]
    """What may be recorded next on each way."""
    current_step: str | None
    next_step: str | None
    next_step_on: date | None
    steps: list[dict[str, Any]]
    overdue_invoices: list[dict[str, Any]]


class DsoAnswer(BaseModel):
    """Days sales outstanding at the end of a day; None where there were no sales to compare with.

    ``average`` = ``receivable`` / ``sales`` × ``days``; ``best_possible`` the same with what is not yet due;
    ``delinquent`` their difference. ``count_back`` subtracts month by month, and is too low when it is exhausted.
    ``collection_effectiveness`` is the index of the same period, in percent.
    """

    as_of: date
    days: int
    currency: str
    receivable: Decimal
    current: Decimal
    sales: Decimal
    average: Decimal | None
    best_possible: Decimal | None
    delinquent: Decimal | None
    count_back: Decimal
    count_back_exhausted: bool
    collection_effectiveness: Decimal | None


class InterestAnswer(BaseModel):
    """Penalty interest of an invoice up to a day: what it makes in parts, what of it was charged."""

    invoice_id: str
    until: date
    currency: str
    total: Decimal
    charged: Decimal
    parts: list[dict[str, Any]]
    policy_version: int


class MonthAnswer(BaseModel):
    """The receivables at the end of a month, with the figures of the 90 days (DSO) and of the month before it."""

    month: str
    as_of: date
    receivable: Decimal
    overdue: Decimal
    overdue_percent: Decimal | None
    sales: Decimal
    written_off: Decimal
    bad_debt_percent: Decimal | None
    dso: Decimal | None
    best_possible_dso: Decimal | None
    collection_effectiveness: Decimal | None


class StandardAnswer(BaseModel):
    """The gates of the credit standard over the last 360 days, and whether they hold."""

    as_of: date
    currency: str
    bad_debt_percent: Decimal | None
    bad_debt_max_percent: Decimal
    bad_debt_holds: bool | None
    dso: Decimal | None
    dso_max: Decimal
    dso_holds: bool | None
    policy_version: int


class DiscountAnswer(BaseModel):
    """What forgoing a discount costs in percent of a year."""

    simple_annual_percent: Decimal
    effective_annual_percent: Decimal


class PolicyCostAnswer(BaseModel):
    """What a credit policy costs, in the currency of the sales."""

    currency: str
    average_days: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    discount: Decimal
    collection: Decimal
    total: Decimal
