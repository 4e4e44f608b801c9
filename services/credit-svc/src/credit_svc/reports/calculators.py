"""Calculators: what terms cost before they are offered. They read and record nothing."""

from decimal import Decimal

from contracts.currencies import rounded as in_currency
from credit_svc.figures.credit_standard import Portion, cost_of
from credit_svc.figures.rounding import rounded
from credit_svc.receivables.terms import effective_annual_cost, simple_annual_cost
from credit_svc.requests import PolicyCostBody
from credit_svc.responses.calculators import DiscountAnswer, PolicyCostAnswer


def discount_cost(discount_percent: Decimal, discount_days: int, credit_days: int) -> DiscountAnswer:
    """Raises ValueError when the discount lasts as long as the credit."""
    if credit_days <= discount_days:
        raise ValueError("the credit period must be longer than the discount's")
    return DiscountAnswer(
        simple_annual_percent=rounded(simple_annual_cost(discount_percent, discount_days, credit_days)),
        effective_annual_percent=rounded(effective_annual_cost(discount_percent, discount_days, credit_days)),
    )


def policy_cost(body: PolicyCostBody) -> PolicyCostAnswer:
    """Raises ValueError when the portions do not make the whole."""
    portions = [Portion(**portion.model_dump()) for portion in body.portions]
    found = cost_of(body.sales, portions, body.variable_cost_percent, body.capital_cost_percent, body.collection)
    parts = [in_currency(cost, body.currency) for cost in (found.opportunity, found.bad_debt, found.discount)]
    return PolicyCostAnswer(
        currency=body.currency,
        average_days=found.average_days,
        opportunity=parts[0],
        bad_debt=parts[1],
        discount=parts[2],
        collection=found.collection,
        total=sum(parts, found.collection),
    )
