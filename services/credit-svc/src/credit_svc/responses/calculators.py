"""Responses of the calculators."""

from decimal import Decimal

from contracts.figures import PlainModel


class DiscountAnswer(PlainModel):
    """What forgoing a discount costs in percent of a year."""

    simple_annual_percent: Decimal
    effective_annual_percent: Decimal


class PolicyCostAnswer(PlainModel):
    """What a credit policy costs, in the currency of the sales."""

    currency: str
    average_days: Decimal
    opportunity: Decimal
    bad_debt: Decimal
    discount: Decimal
    collection: Decimal
    total: Decimal
