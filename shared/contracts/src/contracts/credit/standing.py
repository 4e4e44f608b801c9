"""Who the customer is as a debtor: file, classes, terms, security, reviews."""

from typing import Annotated, ClassVar, Literal

from contracts.credit.exposure import AmountNotNegative, BehaviourClass, CreditClass, Factor, Number
from contracts.envelope import Event, Part
from contracts.fields import Amount, Count, Currency, Day, Id, Percent, Quantity, Text, formerly

ReviewCause = Literal["date", "cheque_bounced", "promise_broken", "behaviour_worse", "asked"]


class Financials(Part):
    """What the customer's statements say, all in one currency; None where they do not say it."""

    currency: Currency
    net_assets: Amount | None = None
    tangible_net_worth: Amount | None = None
    net_working_capital: Amount | None = None
    liquidation_surplus: Amount | None = None
    annual_turnover: AmountNotNegative | None = None
    """Of the customer with everybody."""
    monthly_purchases: AmountNotNegative | None = None
    """What the customer buys of us, or wants to, in an average month."""


class CreditFileRecorded(Event):
    """The customer's file was assessed: the five Cs from 0 to 100, and its statements; reviewed again by a date."""

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
    """The score of the file gave another credit class; ``before`` is None for the first one."""

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
    """How the customer pays gave another behaviour class: A pays in time, B late, C hard to collect, D not at all."""

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

    What ended before ``history_from`` counts no more.
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
    """How long a customer may owe, and what paying early is worth. Rate: of a year, for days beyond the due date."""

    TYPE: ClassVar[str] = "credit.TermsSet"
    customer_id: Id
    credit_days: Count
    discount_days: Count = 0
    discount_percent: Percent
    interest_percent: Quantity | None = None
    """The contract's rate; None: the policy's."""
    has_arbitration_clause: bool | None = None
    """None: the policy's."""
    valid_from: Day
    reason: Text
    approved_by: Text


class SecuritySet(Event):
    """What secures the claims on a customer from a day to another, of all kinds together: it reduces the exposure."""

    TYPE: ClassVar[str] = "credit.SecuritySet"
    customer_id: Id
    amount: AmountNotNegative
    currency: Currency
    kind: Text
    valid_from: Day
    ends_on: Day | None = None
    reason: Text
    approved_by: Text


class CustomerRankNoted(Event):
    """What customer-svc says of the customer's weight: its tier, and whether it is a key account."""

    TYPE: ClassVar[str] = "credit.CustomerRankNoted"
    customer_id: Id
    tier: Id | None = None
    is_key_account: bool = False
