"""Calculators: what terms cost before they are offered. They record nothing."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import JsonBody, Problem, Queries, invalid_input, needs
from contracts.fields import Currency
from credit_svc.api.accounts import AsOf
from credit_svc.reports import calculators
from credit_svc.reports.credit_period import Margin, credit_period_what_if
from credit_svc.requests import PolicyCostBody
from credit_svc.requests.calculators import CREDIT_DAYS_MAX, CreditPeriodBody, PolicyComparisonBody
from credit_svc.responses.calculators import (
    CreditPeriodAnswer,
    DiscountAnswer,
    PeriodWhatIfAnswer,
    PolicyComparisonAnswer,
    PolicyCostAnswer,
)

router = APIRouter(prefix="/v1/calculators", tags=["calculators"])
what_if_router = APIRouter(prefix="/v1/reports", tags=["reports"])

OfSales = Annotated[Decimal, Field(ge=0, le=100, max_digits=8, decimal_places=6)]
CreditDays = Annotated[int, Query(ge=0, le=CREDIT_DAYS_MAX)]


@router.get("/discount", dependencies=[needs("credit.calculators.read")])
async def discount_cost(
    discount_percent: Annotated[Decimal, Query(gt=0, lt=100, max_digits=8, decimal_places=6)],
    discount_days: Annotated[int, Query(ge=0, le=3650)],
    credit_days: CreditDays,
    day_base: Annotated[Literal["360", "365"], Query(description="days of the year of the simple cost")] = "360",
) -> DiscountAnswer:
    """What it costs a customer in percent of a year not to take a discount: 2/10 n/30 is 36.73, or 44.59 compounded."""
    try:
        return calculators.discount_cost(discount_percent, discount_days, credit_days, int(day_base))
    except ValueError as error:
        raise Problem(422, "invalid-input", f"credit_days: {error}.") from error


@router.post("/credit-policy", dependencies=[needs("credit.calculators.read")])
async def policy_cost(body: JsonBody[PolicyCostBody]) -> PolicyCostAnswer:
    """What a credit policy costs a year, and what the sales yield after it: capital tied up, bad debt, collection, discounts."""
    try:
        return calculators.policy_cost(body)
    except ValueError as error:
        raise Problem(422, "invalid-input", f"portions: {error}.") from error


@router.post("/credit-policies", dependencies=[needs("credit.calculators.read")])
async def policy_costs(body: JsonBody[PolicyComparisonBody]) -> PolicyComparisonAnswer:
    """Two to ten credit policies beside each other, and the one that yields most after its cost."""
    try:
        return calculators.policy_costs(body)
    except ValueError as error:
        raise invalid_input("plans", "not_comparable", str(error)) from error


@router.post("/credit-period", dependencies=[needs("credit.calculators.read")])
async def credit_periods(body: JsonBody[CreditPeriodBody]) -> CreditPeriodAnswer:
    """Which credit period to offer: by the marginal benefit of each longer one, and by the present value of a day's sales."""
    try:
        return calculators.credit_periods(body)
    except ValueError as error:
        raise Problem(422, "invalid-input", f"{error}.") from error


@what_if_router.get("/credit-period/what-if", dependencies=[needs("credit.reports.read")])
async def credit_period(
    queries: Queries,
    credit_days: CreditDays,
    currency: Currency,
    sales_change_percent: Annotated[Decimal, Query(ge=-100, le=10_000, max_digits=12, decimal_places=6)] = Decimal(0),
    as_of: AsOf = None,
    variable_cost_percent: OfSales | None = None,
    capital_cost_percent: OfSales | None = None,
) -> PeriodWhatIfAnswer:
    """The twelve months up to a day, and the same customers with another credit period and their usual lateness added to it.

    What the sales yield is told where the share of costs that vary, and what capital costs, are given.
    """
    margin = Margin(variable_cost_percent, capital_cost_percent)
    until = as_of or queries.today
    return await credit_period_what_if(queries, until, credit_days, sales_change_percent, currency, margin)
