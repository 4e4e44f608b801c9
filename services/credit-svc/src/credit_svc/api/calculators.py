"""Calculators: what terms cost before they are offered. They read and record nothing."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import JsonBody, Problem, needs
from credit_svc.reports import calculators
from credit_svc.requests import PolicyCostBody
from credit_svc.responses.calculators import DiscountAnswer, PolicyCostAnswer

router = APIRouter(prefix="/v1/calculators", tags=["calculators"])


@router.get("/discount", dependencies=[needs("credit.calculators.read")])
async def discount_cost(
    discount_percent: Annotated[Decimal, Query(gt=0, lt=100, max_digits=8, decimal_places=6)],
    discount_days: Annotated[int, Query(ge=0, le=3650)],
    credit_days: Annotated[int, Query(ge=1, le=3650)],
) -> DiscountAnswer:
    """What it costs a customer in percent of a year not to take a discount: 2/10 n/30 is 36.73, or 44.59 compounded."""
    try:
        return calculators.discount_cost(discount_percent, discount_days, credit_days)
    except ValueError as error:
        raise Problem(422, "invalid-input", f"credit_days: {error}.") from error


@router.post("/credit-policy", dependencies=[needs("credit.calculators.read")])
async def policy_cost(body: JsonBody[PolicyCostBody]) -> PolicyCostAnswer:
    """What a credit policy costs a year: capital tied up, bad debt, collection, discounts; to compare two of them."""
    try:
        return calculators.policy_cost(body)
    except ValueError as error:
        raise Problem(422, "invalid-input", f"portions: {error}.") from error
