"""What comes in over HTTP for the calculators that compare several terms."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Currency, Percent, PositiveAmount, Quantity
from credit_svc.requests import PolicyCostBody

PLANS_MAX = 10
CREDIT_DAYS_MAX = 3_650


class PolicyComparisonBody(Body):
    """Several credit policies, all in one currency; the first is the one that the others are compared with."""

    plans: tuple[PolicyCostBody, ...] = Field(min_length=2, max_length=PLANS_MAX)


class PeriodBody(Body):
    """A credit period, and what is expected of it in a year."""

    credit_days: Annotated[int, Field(ge=0, le=CREDIT_DAYS_MAX)]
    sales: PositiveAmount
    bad_debt_percent: Percent = Decimal(0)
    collection: Quantity = Decimal(0)
    discount: Quantity = Decimal(0)


class CreditPeriodBody(Body):
    """Credit periods to choose from, the shortest first; ``extra_fixed``: fixed costs that each longer one adds."""

    alternatives: tuple[PeriodBody, ...] = Field(min_length=2, max_length=20)
    currency: Currency
    variable_cost_percent: Percent
    capital_cost_percent: Percent
    extra_fixed: Quantity = Decimal(0)
