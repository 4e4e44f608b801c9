"""The customer as a debtor: credit file, classes, terms, security, reviews."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from contracts.credit.exposure import BehaviourClass, CreditClass, Factor, Number
from contracts.envelope import Event, Part
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, Percent, Quantity, Text, formerly

ReviewCause = Literal["date", "cheque_bounced", "promise_broken", "behaviour_worse", "asked", "step_withdrawn"]


class Financials(Part):
    """Figures of the customer's financial statements, all in one currency; None where they are not given."""

    currency: Currency
    net_assets: Amount | None = None
    tangible_net_worth: Amount | None = None
    net_working_capital: Amount | None = None
    liquidation_surplus: Amount | None = None
    annual_turnover: AmountNotNegative | None = None
    """The customer's turnover with everybody."""
    monthly_purchases: AmountNotNegative | None = None
    """What the customer buys from us, or wants to buy, in an average month."""
    margin_percent: Percent | None = None
    """Our gross margin on what the customer bought in the last 12 months."""
    cash: AmountNotNegative | None = None
    receivables: AmountNotNegative | None = None
    stock: AmountNotNegative | None = None
    fixed_assets: AmountNotNegative | None = None
    total_debt: AmountNotNegative | None = None


class CreditFileRecorded(Event):
    """The customer's credit file was assessed: the five Cs from 0 to 100, and its statements; next review by ``review_on``."""

    TYPE: ClassVar[str] = "credit.CreditFileRecorded"
    customer_id: Id
    character: Percent
    capacity: Percent
    capital: Percent
    collateral: Percent
    conditions: Percent
    financials: Financials | None = None
    recorded_on: Day
    recorded_by: Text
    review_on: Day
    policy_version: int


class CreditClassChanged(Event):
    """The score of the credit file gave another credit class; ``before`` is None for the first one."""

    TYPE: ClassVar[str] = "credit.CreditClassChanged"
    customer_id: Id
    before: CreditClass | None = None
    after: CreditClass
    score: Number
    factors: tuple[Factor, ...]
    because: Text
    decided_on: Day
    policy_version: int


class BehaviourClassChanged(Event):
    """The customer's payments gave another behaviour class: A pays in time, B late, C hard to collect, D not at all."""

    TYPE: ClassVar[str] = "credit.BehaviourClassChanged"
    customer_id: Id
    before: BehaviourClass
    after: BehaviourClass
    because: Text
    factors: tuple[Factor, ...]
    decided_on: Day
    policy_version: int


class BehaviourReviewScheduled(Event):
    """The day on which the passing of time alone may change the behaviour class; None when no day can.

    What ended before ``history_from`` no longer counts.
    """

    TYPE: ClassVar[str] = "credit.BehaviourReviewScheduled"
    customer_id: Id
    review_on: Day | None = None
    history_from: Day


class PaymentRefused(Event):
    """The customer refuses to pay what it owes."""

    TYPE: ClassVar[str] = "credit.PaymentRefused"
    customer_id: Id
    refused_on: Day
    reason: Text
    recorded_by: Text


class ReviewDue(Event):
    """A person must look at the file and the limit."""

    TYPE: ClassVar[str] = "credit.ReviewDue"
    customer_id: Id
    review_id: Id
    due_on: Day
    cause: Annotated[ReviewCause, formerly("cause", "because")]
    detail: Text


class ReviewDone(Event):
    """The file and the limit were looked at; ``next_on`` is the day of the next review."""

    TYPE: ClassVar[str] = "credit.ReviewDone"
    customer_id: Id
    review_id: Id
    done_on: Day
    done_by: Text
    outcome: Text
    next_on: Day


class TermsSet(Event):
    """A customer's credit days, its discount for early payment, and its interest rate a year for days past due."""

    TYPE: ClassVar[str] = "credit.TermsSet"
    customer_id: Id
    credit_days: Count
    discount_days: Count = 0
    discount_percent: Percent
    interest_percent: Quantity | None = None
    """The rate in the contract; None: the rate of the policy."""
    has_arbitration_clause: bool | None = None
    """None: as the policy has it."""
    valid_from: Day
    reason: Text
    approved_by: Text
    prepayment_percent: Percent = Decimal(0)
    """What of each order is to be paid before it is approved."""


class SecuritySet(Event):
    """Security for the claims on a customer in a period, of all kinds together; it reduces the exposure."""

    TYPE: ClassVar[str] = "credit.SecuritySet"
    customer_id: Id
    amount: AmountNotNegative
    currency: Currency
    kind: Text
    valid_from: Day
    ends_on: Day | None = None
    reason: Text
    approved_by: Text


class CustomerRegionNoted(Event):
    """The region of a customer, in whose time zone its days begin: by its file, or until that names one by its latest order."""

    TYPE: ClassVar[str] = "credit.CustomerRegionNoted"
    customer_id: Id
    region: Id
    source: Literal["file", "order"]


class CustomerRankNoted(Event):
    """The customer's importance according to customer-svc: its tier, and whether it is a key account."""

    TYPE: ClassVar[str] = "credit.CustomerRankNoted"
    customer_id: Id
    tier: Id | None = None
    is_key_account: bool = False
