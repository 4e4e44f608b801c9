"""What goes out over HTTP, where it is more than a row."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from contracts.credit import CreditStatus, Exposure


class HoldAnswer(BaseModel):
    """One reason against new credit, and what would remove it."""

    reason: str
    releases_at: str


class CreditCheckAnswer(BaseModel):
    """What the order check would say; nothing is recorded. The exposure is the one before the order."""

    customer_id: str
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

    ``total`` − ``unallocated`` = ``balance``, which is what was invoiced less what was paid. ``allowance`` is the
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
    """An account as it is now: its limit, its exposure by part, its status with the reasons, and its case.

    ``exposure`` = ``receivable`` + ``approved_orders``; ``available`` = ``credit_limit`` − ``exposure``.
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
    exposure: Decimal
    available: Decimal


class AccountDetailAnswer(AccountAnswer):
    """With the open items by age and the open collection case."""

    ageing: dict[str, Decimal]
    case: dict[str, Any] | None


class CaseAnswer(BaseModel):
    """A collection case: every step with its day, what comes next, and what it pursues."""

    customer_id: str
    case_id: str
    opened_on: date
    closed_on: date | None
    closed_because: str | None
    currency: str
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
