"""What is told about a customer as a debtor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import Financials


@dataclass(frozen=True, slots=True)
class RecordFile:
    """``assessed``: character, capacity, capital, collateral, conditions, each from 0 to 100."""

    customer_id: str
    assessed: Mapping[str, Decimal]
    financials: Financials | None
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class SetTerms:
    customer_id: str
    credit_days: int
    discount_days: int
    discount_percent: Decimal
    interest_percent: Decimal | None
    has_arbitration_clause: bool | None
    valid_from: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class SetSecurity:
    customer_id: str
    amount: Decimal
    currency: str
    kind: str
    valid_from: date
    ends_on: date | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class NoteRank:
    """None: what customer-svc did not say leaves what was known."""

    customer_id: str
    tier: str | None = None
    is_key_account: bool | None = None


@dataclass(frozen=True, slots=True)
class RecordRefusal:
    customer_id: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class JudgeBehaviour:
    """Time alone may have changed the behaviour class."""

    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class CallReview:
    """The file is to be looked at, because its day has come."""

    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class FinishReview:
    customer_id: str
    outcome: str
    by: str
    on: date


StandingCommand = (
    RecordFile | SetTerms | SetSecurity | NoteRank | RecordRefusal | JudgeBehaviour | CallReview | FinishReview
)


class DiscountLongerThanCredit(Refusal):
    """A discount for {discount_days} days needs a credit period longer than that, not {credit_days} days."""

    status = 422


class SecurityInAnotherCurrency(Refusal):
    """The account of {customer_id} is kept in {account_currency}; its security counts in that currency only,
    not in {currency}."""


class NoReviewOwed(Refusal):
    """No review of customer {customer_id} is due."""
