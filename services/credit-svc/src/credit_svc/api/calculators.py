"""Calculators: what terms cost before they are offered. They read and record nothing."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Problem
from credit_svc.figures.credit_standard import Portion, cost_of
from credit_svc.receivables.terms import effective_annual_cost, simple_annual_cost
from credit_svc.requests import PolicyCost
from credit_svc.responses import DiscountAnswer, PolicyCostAnswer

router = APIRouter(prefix="/v1/calculators", tags=["calculators"])


@router.get("/discount")
async def discount_cost(
    discount_percent: Annotated[Decimal, Query(gt=0, lt=100, max_digits=8)],
    discount_days: Annotated[int, Query(ge=0, le=3650)],
    credit_days: Annotated[int, Query(ge=1, le=3650)],
) -> DiscountAnswer:
    """What it costs a customer in percent of a year not to take a discount: 2/10 n/30 is 36.73, or 44.59 compounded."""
    if credit_days <= discount_days:
        raise Problem(422, "invalid-input", "credit_days: the credit period must be longer than the discount's.")
    return DiscountAnswer(
        simple_annual_percent=_rounded(simple_annual_cost(discount_percent, discount_days, credit_days)),
        effective_annual_percent=_rounded(effective_annual_cost(discount_percent, discount_days, credit_days)),
    )


@router.post("/credit-policy")
async def policy_cost(body: PolicyCost) -> PolicyCostAnswer:
    """What a credit policy costs a year: capital tied up, bad debt, collection, discounts; to compare two of them."""
    portions = [Portion(**portion.model_dump()) for portion in body.portions]
    try:
        found = cost_of(body.sales, portions, body.variable_cost_percent, body.capital_cost_percent, body.collection)
    except ValueError as error:
        raise Problem(422, "invalid-input", f"portions: {error}.") from error
    return PolicyCostAnswer(
        currency=body.currency,
        average_days=found.average_days,
        opportunity=_rounded(found.opportunity),
        bad_debt=_rounded(found.bad_debt),
        discount=_rounded(found.discount),
        collection=found.collection,
        total=_rounded(found.total),
    )


def _rounded(figure: Decimal) -> Decimal:
    return figure.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
