"""Calculators: the published cases of credit policies, credit periods and discounts, and what another period would have made of a year.

Published cases, a year of 360 days: a policy with discounts against one without (CP1), three periods with their bad debt (CP2),
customers who pay on three days (CP3), and two periods by marginal benefit and by the present value of a day (the last).
"""

import json
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.http import Body
from credit_svc.figures.credit_period import Alternative, Costs, outcomes, steps
from credit_svc.reports.calculators import credit_periods, discount_cost, policy_cost, policy_costs
from credit_svc.reports.credit_period import Habit, Margin, side
from credit_svc.requests import PolicyCostBody
from credit_svc.requests.calculators import CreditPeriodBody, PolicyComparisonBody

from .running import Running

Of = TypeVar("Of", bound=Body)


def read(kind: type[Of], body: dict[str, Any]) -> Of:
    """A body as it comes in."""
    return kind.model_validate_json(json.dumps(body))


def portion(share: int, day: int, discount: str = "0", bad_debt: str = "0") -> dict[str, str]:
    return {
        "share_percent": str(share), "paid_on_day": str(day), "discount_percent": discount, "bad_debt_percent": bad_debt,
    }  # fmt: skip


def plan(sales: int, variable: int, capital: int, collection: int, *portions: dict[str, str]) -> dict[str, Any]:
    return {
        "sales": str(sales), "currency": "CNY", "portions": portions, "variable_cost_percent": str(variable),
        "capital_cost_percent": str(capital), "collection": str(collection),
    }  # fmt: skip


N_45 = plan(5_000, 60, 8, 20, portion(100, 45, bad_debt="2"))
WITH_DISCOUNTS = plan(
    5_400, 60, 8, 50, portion(30, 10, discount="2"), portion(20, 20, discount="1"), portion(50, 90, bad_debt="4")
)


def test_cp1_a_policy_with_discounts_yields_more_than_one_without() -> None:
    found = policy_costs(read(PolicyComparisonBody, {"plans": [N_45, WITH_DISCOUNTS]}))
    first, second = found.plans
    assert (first.total, first.after) == (150, 1_850)
    assert (second.average_days, second.opportunity, second.discount) == (52, Decimal("37.44"), Decimal("43.2"))
    assert (second.total, second.contribution) == (Decimal("238.64"), 2_160)
    assert (second.before, second.after) == (Decimal("2116.80"), Decimal("1921.36"))
    assert (second.difference_contribution, second.difference_cost) == (160, Decimal("88.64"))
    assert (second.gain, found.chosen_plan) == (Decimal("71.36"), 2)


def test_cp2_of_three_periods_the_one_in_the_middle_yields_most() -> None:
    plans = [
        plan(2_400, 80, 10, 40, portion(100, 60, bad_debt="2")),
        plan(2_600, 80, 10, 20, portion(100, 90, bad_debt="2.5")),
        plan(2_700, 80, 10, 10, portion(100, 120, bad_debt="3")),
    ]
    found = policy_costs(read(PolicyComparisonBody, {"plans": plans}))
    assert [each.after for each in found.plans] == [360, 383, 377]
    assert found.chosen_plan == 2


def test_cp3_customers_who_pay_on_three_days() -> None:
    found = policy_cost(
        read(
            PolicyCostBody,
            plan(
                5_000,
                40,
                10,
                120,
                portion(60, 10, "3", "2.5"),
                portion(18, 20, "2", "2.5"),
                portion(22, 45, "0", "2.5"),
            ),
        )
    )
    assert (found.average_days, found.receivable, found.funds) == (
        Decimal("19.5"), Decimal("270.83"), Decimal("108.33"),
    )  # fmt: skip
    assert (found.opportunity, found.credit_cost) == (Decimal("10.83"), Decimal("255.83"))
    assert (found.before, found.after) == (2_892, Decimal("2636.17"))


def test_of_equal_policies_the_first_is_chosen() -> None:
    assert policy_costs(read(PolicyComparisonBody, {"plans": [N_45, N_45]})).chosen_plan == 1


TWO_PERIODS: dict[str, Any] = {
    "alternatives": [{"credit_days": 30, "sales": "500000"}, {"credit_days": 45, "sales": "600000"}],
    "currency": "CNY", "variable_cost_percent": "80", "capital_cost_percent": "15",
}  # fmt: skip


def test_period_a_longer_one_is_chosen_by_marginal_benefit_and_by_present_value() -> None:
    found = credit_periods(read(CreditPeriodBody, TWO_PERIODS))
    assert [each.opportunity for each in found.alternatives] == [5_000, 9_000]
    assert [each.contribution for each in found.alternatives] == [100_000, 120_000]
    assert [each.npv_per_day for each in found.alternatives] == [Decimal("260.63"), Decimal("302.66")]
    assert [each.marginal_benefit for each in found.steps] == [16_000]
    assert (found.chosen_marginal, found.chosen_npv) == (45, 45)


def test_a_step_whose_fixed_costs_eat_its_benefit_is_not_taken() -> None:
    found = credit_periods(read(CreditPeriodBody, {**TWO_PERIODS, "extra_fixed": "16000"}))
    assert (found.steps[0].marginal_benefit, found.chosen_marginal) == (0, 30)


SALES = st.decimals(1, 1_000_000, places=2)
DAYS = st.lists(st.integers(0, 400), min_size=2, max_size=5, unique=True).map(sorted)


@given(DAYS, st.lists(SALES, min_size=5, max_size=5), st.integers(0, 100), st.integers(0, 50), st.integers(0, 1_000))
def test_what_each_step_benefits_adds_up_to_what_the_last_period_yields_more(
    days: list[int], sales: list[Decimal], variable: int, capital: int, fixed: int
) -> None:
    alternatives = [Alternative(day, amount) for day, amount in zip(days, sales, strict=False)]
    found = outcomes(alternatives, Costs(Decimal(variable), Decimal(capital), Decimal(fixed)))
    benefit = sum((step.benefit for step in steps(found)), Decimal(0))
    assert abs(benefit - (found[-1].after - found[0].after)) < Decimal("0.000001")


@pytest.mark.parametrize(("percent", "credit_days"), [("50", 1), ("99.999999", 2)])
def test_a_discount_that_compounds_beyond_every_figure_is_refused_in_words(percent: str, credit_days: int) -> None:
    with pytest.raises(
        ValueError, match=f"{credit_days} days more for {percent} % cost more in a year than can be told"
    ):
        discount_cost(Decimal(percent), 0, credit_days)


@pytest.mark.parametrize(
    ("percent", "discount_days", "credit_days", "of_360", "of_365", "effective"),
    [(2, 10, 30, "36.73", "37.24", "44.59"), (2, 20, 45, "29.39", "29.80", "34.31"), (1, 10, 45, "10.39", "10.53", "11.05")],
)  # fmt: skip
def test_what_forgoing_a_discount_costs(
    percent: int, discount_days: int, credit_days: int, of_360: str, of_365: str, effective: str
) -> None:
    found = [discount_cost(Decimal(percent), discount_days, credit_days, year) for year in (360, 365)]
    assert [each.simple_annual_percent for each in found] == [Decimal(of_360), Decimal(of_365)]
    assert {each.effective_annual_percent for each in found} == {Decimal(effective)}


# What another period would have made of a year


def test_the_same_customers_stay_as_late_as_they_are() -> None:
    """C-1 sold 300 at 30 days and paid 10 days late, C-2 sold 100 at 60 days and paid 20 days early: 2.5 days late on average."""
    found = [
        Habit(*map(Decimal, (300, 9_000, 300, 3_000, 0))),
        Habit(*map(Decimal, (100, 6_000, 100, -2_000, 0))),
    ]
    before = side(found, None, Decimal(0), "EUR", Margin())
    assert (before.credit_days, before.lateness_days, before.payment_days) == (
        Decimal("37.50"), Decimal("2.50"), Decimal("40.00"),
    )  # fmt: skip
    after = side(found, 45, Decimal(20), "EUR", Margin(Decimal(80), Decimal(15)))
    assert (after.sales, after.payment_days, after.receivable) == (480, Decimal("47.50"), Decimal("63.33"))
    assert (after.contribution, after.opportunity, after.after) == (96, Decimal("7.60"), Decimal("88.40"))


def test_the_same_period_and_the_same_sales_change_nothing() -> None:
    found = [Habit(*map(Decimal, (300, 9_000, 200, 3_000, 20))), Habit(*map(Decimal, (100, 3_000, 0, 0, 0)))]
    margin = Margin(Decimal(80), Decimal(15))
    assert side(found, 30, Decimal(0), "EUR", margin) == side(found, None, Decimal(0), "EUR", margin)


def test_of_a_year_without_sales_nothing_is_known() -> None:
    found = side([], 45, Decimal(20), "EUR", Margin(Decimal(80), Decimal(15)))
    assert (found.sales, found.payment_days, found.bad_debt_percent, found.after) == (0, None, None, None)


async def test_calculators_and_the_what_if_answer_over_http(running: Running) -> None:
    compared = await running.post("/v1/calculators/credit-policies", {"plans": [N_45, WITH_DISCOUNTS]})
    assert (compared["chosen_plan"], compared["plans"][1]["gain"]) == (2, "71.36")
    euros = {**WITH_DISCOUNTS, "currency": "EUR"}
    mixed = await running.post("/v1/calculators/credit-policies", {"plans": [N_45, euros]}, 422)
    assert mixed["detail"] == "plans: the plans are in CNY, EUR; compare them in one currency."
    chosen = await running.post("/v1/calculators/credit-period", TWO_PERIODS)
    assert (chosen["chosen_marginal"], chosen["chosen_npv"]) == (45, 45)
    falling = {**TWO_PERIODS, "alternatives": TWO_PERIODS["alternatives"][::-1]}
    assert (await running.post("/v1/calculators/credit-period", falling, 422))["detail"] == "credit_days must rise."
    terms = {"discount_percent": 2, "discount_days": 10, "credit_days": 30}
    cost = await running.get("/v1/calculators/discount", **terms, day_base=365)
    assert cost == {"simple_annual_percent": "37.24", "effective_annual_percent": "44.59"}

    await running.move_to("2024-12-31")
    for number, (customer, issued_on, due_on, amount) in enumerate(
        [("C-1", "2024-03-01", "2024-03-31", "300"), ("C-2", "2024-05-01", "2024-06-30", "100")], start=1
    ):
        invoice = {
            "invoice_id": f"I-{number}", "customer_id": customer, "issued_on": issued_on, "due_on": due_on,
            "amount": amount, "currency": "EUR",
        }  # fmt: skip
        await running.post("/v1/invoices", invoice)
    for number, (customer, paid_on, amount) in enumerate(
        [("C-1", "2024-04-10", "300"), ("C-2", "2024-06-10", "100")], start=1
    ):
        payment = {
            "payment_id": f"P-{number}", "customer_id": customer, "invoice_id": f"I-{number}", "amount": amount,
            "currency": "EUR", "paid_on": paid_on, "method": "transfer",
        }  # fmt: skip
        await running.post("/v1/payments", payment)
    asked = {"credit_days": 45, "sales_change_percent": 20, "currency": "EUR"}
    found = await running.get("/v1/reports/credit-period/what-if", **asked)
    assert (found["customer_count"], found["before"]["credit_days"], found["before"]["payment_days"]) == (
        2, "37.50", "40.00",
    )  # fmt: skip
    assert (found["after"]["sales"], found["after"]["payment_days"], found["gain"]) == ("480.00", "47.50", None)
    with_costs = await running.get(
        "/v1/reports/credit-period/what-if", **asked, variable_cost_percent=80, capital_cost_percent=15
    )
    assert with_costs["after"]["after"] == "88.40"
