"""Calculators: what terms cost before they are offered. They read and record nothing."""

from decimal import Decimal
from itertools import pairwise

from contracts.currencies import rounded as in_currency
from credit_svc.figures import credit_period
from credit_svc.figures.credit_period import Alternative, Costs, Outcome, Step
from credit_svc.figures.credit_standard import Portion, cost_of
from credit_svc.figures.rounding import rounded
from credit_svc.receivables.terms import effective_annual_cost, simple_annual_cost
from credit_svc.requests import PolicyCostBody
from credit_svc.requests.calculators import CreditPeriodBody, PolicyComparisonBody
from credit_svc.responses.calculators import (
    ComparedPolicyAnswer,
    CreditPeriodAnswer,
    DiscountAnswer,
    PeriodAnswer,
    PeriodStepAnswer,
    PolicyComparisonAnswer,
    PolicyCostAnswer,
)

EFFECTIVE_BELOW = Decimal(10) ** 20
"""Percent of a year: 50 % of a day compound to a number of 112 digits, which says nothing to anybody."""


def discount_cost(
    discount_percent: Decimal, discount_days: int, credit_days: int, year_days: int = 360
) -> DiscountAnswer:
    """Raises ValueError when the discount lasts as long as the credit, and when compounding makes more of it than a figure holds. The
    effective cost is always that of 365 days."""
    if credit_days <= discount_days:
        raise ValueError("the credit period must be longer than the discount's")
    effective = effective_annual_cost(discount_percent, discount_days, credit_days)
    if effective >= EFFECTIVE_BELOW:
        raise ValueError(
            f"{credit_days - discount_days} days more for {discount_percent:f} % cost more in a year than can be told; "
            "take a longer credit period or a smaller discount"
        )
    return DiscountAnswer(
        simple_annual_percent=rounded(simple_annual_cost(discount_percent, discount_days, credit_days, year_days)),
        effective_annual_percent=rounded(effective),
    )


def policy_cost(body: PolicyCostBody) -> PolicyCostAnswer:
    """Each figure in the smallest unit of the currency, so that those shown add up. Raises ValueError when the portions do not make the
    whole.
    """
    portions = [Portion(**portion.model_dump()) for portion in body.portions]
    found = cost_of(body.sales, portions, body.variable_cost_percent, body.capital_cost_percent, body.collection)
    opportunity, bad_debt, discount, contribution, receivable, funds = (
        in_currency(amount, body.currency)
        for amount in (
            found.opportunity, found.bad_debt, found.discount, found.contribution, found.receivable, found.funds,
        )
    )  # fmt: skip
    credit_cost = opportunity + bad_debt + found.collection
    return PolicyCostAnswer(
        currency=body.currency,
        average_days=found.average_days,
        receivable=receivable,
        funds=funds,
        contribution=contribution,
        before=contribution - discount,
        after=contribution - discount - credit_cost,
        opportunity=opportunity,
        bad_debt=bad_debt,
        discount=discount,
        collection=found.collection,
        credit_cost=credit_cost,
        total=credit_cost + discount,
    )


def policy_costs(body: PolicyComparisonBody) -> PolicyComparisonAnswer:
    """Raises ValueError where the plans are in several currencies, or a plan's portions do not make the whole."""
    if len(currencies := dict.fromkeys(plan.currency for plan in body.plans)) > 1:
        raise ValueError(f"the plans are in {', '.join(currencies)}; compare them in one currency")
    found = [policy_cost(plan) for plan in body.plans]
    first = found[0]
    return PolicyComparisonAnswer(
        currency=first.currency,
        plans=[
            ComparedPolicyAnswer(
                **each.model_dump(),
                plan_number=number,
                difference_contribution=each.contribution - first.contribution,
                difference_cost=each.total - first.total,
                gain=each.after - first.after,
            )
            for number, each in enumerate(found, start=1)
        ],
        chosen_plan=1 + max(range(len(found)), key=lambda number: found[number].after),
    )


def credit_periods(body: CreditPeriodBody) -> CreditPeriodAnswer:
    """Raises ValueError where the periods do not grow longer."""
    if any(longer.credit_days <= shorter.credit_days for shorter, longer in pairwise(body.alternatives)):
        raise ValueError("credit_days must rise")
    alternatives = [Alternative(**each.model_dump()) for each in body.alternatives]
    costs = Costs(body.variable_cost_percent, body.capital_cost_percent, body.extra_fixed)
    found = credit_period.outcomes(alternatives, costs)
    return CreditPeriodAnswer(
        currency=body.currency,
        alternatives=[_period(each, body.currency) for each in found],
        steps=[
            _step(step, before, after, body.currency)
            for step, (before, after) in zip(credit_period.steps(found), pairwise(found), strict=True)
        ],
        chosen_marginal=credit_period.chosen_by_margin(found),
        chosen_npv=credit_period.chosen_by_value(found),
    )


def _period(found: Outcome, currency: str) -> PeriodAnswer:
    each = found.alternative
    return PeriodAnswer(
        credit_days=each.credit_days,
        sales=each.sales,
        contribution=in_currency(found.contribution, currency),
        opportunity=in_currency(found.opportunity, currency),
        bad_debt=in_currency(found.bad_debt, currency),
        collection=each.collection,
        discount=each.discount,
        fixed=found.fixed,
        after=in_currency(found.after, currency),
        npv_per_day=in_currency(found.npv_per_day, currency),
    )


def _step(step: Step, before: Outcome, after: Outcome, currency: str) -> PeriodStepAnswer:
    return PeriodStepAnswer(
        from_days=before.alternative.credit_days,
        to_days=after.alternative.credit_days,
        marginal_revenue=in_currency(step.revenue, currency),
        marginal_cost=in_currency(step.cost, currency),
        marginal_benefit=in_currency(step.benefit, currency),
    )
