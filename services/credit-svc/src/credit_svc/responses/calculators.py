"""Responses of the calculators."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel


class DiscountAnswer(PlainModel):
    """What forgoing a discount costs in percent of a year."""

    simple_annual_percent: Decimal
    effective_annual_percent: Decimal


class PolicyCostAnswer(PlainModel):
    """What a credit policy costs, in the currency of the sales.

    ``receivable`` is owed on an average day, ``funds`` of it were spent. ``before`` = ``contribution`` − ``discount``; ``after`` =
    ``before`` − ``credit_cost``, which is ``opportunity`` + ``bad_debt`` + ``collection``; ``total`` is that with the discount.
    """

    currency: str
    average_days: Decimal
    receivable: Decimal
    funds: Decimal
    contribution: Decimal
    before: Decimal
    after: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    discount: Decimal
    collection: Decimal
    credit_cost: Decimal
    total: Decimal


class ComparedPolicyAnswer(PolicyCostAnswer):
    """One of several policies, and what it has more than the first; ``gain`` is that of ``after``."""

    plan_number: int
    difference_contribution: Decimal
    difference_cost: Decimal
    gain: Decimal


class PolicyComparisonAnswer(PlainModel):
    """The policies in the order of the request; ``chosen_plan`` is the number of the one that yields most after its cost, from 1."""

    currency: str
    plans: list[ComparedPolicyAnswer]
    chosen_plan: int


class PeriodAnswer(PlainModel):
    """What a year with a credit period yields; ``fixed`` is what it adds to the fixed costs, ``npv_per_day`` the present value of a
    day's sales."""

    credit_days: int
    sales: Decimal
    contribution: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    collection: Decimal
    discount: Decimal
    fixed: Decimal
    after: Decimal
    npv_per_day: Decimal


class PeriodStepAnswer(PlainModel):
    """What is gained, and what it costs, to go from one credit period to the next longer one."""

    from_days: int
    to_days: int
    marginal_revenue: Decimal
    marginal_cost: Decimal
    marginal_benefit: Decimal


class CreditPeriodAnswer(PlainModel):
    """``chosen_marginal``: the longest period whose steps up to it all benefit; ``chosen_npv``: the one with the largest present
    value a day; both in days."""

    currency: str
    alternatives: list[PeriodAnswer]
    steps: list[PeriodStepAnswer]
    chosen_marginal: int
    chosen_npv: int


class PeriodSideAnswer(PlainModel):
    """Twelve months under one credit period; None where nothing was sold, or a cost is not known.

    ``payment_days`` = ``credit_days`` + ``lateness_days``, which are below zero where customers pay early; all three are averages by
    amount. ``receivable``: what is owed on an average day. ``after`` = ``contribution`` − ``opportunity`` − ``bad_debt``.
    """

    credit_days: Decimal | None
    lateness_days: Decimal | None
    payment_days: Decimal | None
    sales: Decimal
    receivable: Decimal | None
    bad_debt_percent: Decimal | None
    bad_debt: Decimal
    contribution: Decimal | None
    opportunity: Decimal | None
    after: Decimal | None


class PeriodWhatIfAnswer(PlainModel):
    """The last twelve months, and the same with another credit period and other sales."""

    currency: str
    starts_on: date
    ends_on: date
    customer_count: int
    before: PeriodSideAnswer
    after: PeriodSideAnswer
    gain: Decimal | None
    """What ``after`` yields more; None where the costs are not known."""
