"""The worked examples of the rules page, and the laws of the arithmetic behind them."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.calendar import add_months
from contracts.credit import CreditClass, Financials
from credit_svc.assessment.rating import rate
from credit_svc.figures.credit_standard import Portion, cost_of
from credit_svc.limits.methods import by_minimum_rule, by_turnover, suggest
from credit_svc.policies.assessment import ClassPolicy, Weights
from credit_svc.policies.limits import LimitPolicy
from credit_svc.policies.receivables import DatedRate, ExchangePolicy, InterestPolicy, Quotation
from credit_svc.receivables.exchange import rate_on
from credit_svc.receivables.interest import charges, total
from credit_svc.receivables.terms import Terms, effective_annual_cost, simple_annual_cost, to_pay

D = Decimal


def rounded(figure: D) -> D:
    return round(figure, 2)


# Classes


def every_factor(score: str) -> dict[str, D]:
    return dict.fromkeys(("character", "capacity", "capital", "collateral", "conditions"), D(score))


@pytest.mark.parametrize(
    ("score", "credit_class"),
    [
        ("90.1", "AAA"), ("90", "AA"), ("80.1", "AA"), ("80", "A"), ("70.1", "A"), ("70", "BBB"), ("60.1", "BBB"),
        ("60", "BB"), ("50.1", "BB"), ("50", "B"), ("0", "B"),
    ],
)  # fmt: skip
def test_above_90_is_aaa_above_80_aa_above_70_a_above_60_bbb_above_50_bb_else_b(
    score: str, credit_class: CreditClass
) -> None:
    assert rate(every_factor(score), ClassPolicy()).credit_class == credit_class


def test_the_five_factors_weigh_30_25_20_15_and_10_and_each_says_what_it_contributes() -> None:
    found = rate(
        {"character": D(90), "capacity": D(80), "capital": D(70), "collateral": D(60), "conditions": D(50)},
        ClassPolicy(),
    )
    assert found.score == 75
    assert [factor.points for factor in found.factors] == [27, 20, 14, 9, 5]
    assert (found.credit_class, found.next_class, found.missing) == ("A", "AA", 5)
    assert found.because == (
        "A score of 75 is class A: character 27, capacity 20, capital 14, collateral 9, conditions 5."
    )


def test_weights_that_do_not_make_100_cannot_work() -> None:
    with pytest.raises(ValidationError, match="must make 100 percent, not 110"):
        Weights(character=D(40))


# Terms

TWO_TEN_NET_THIRTY = Terms(credit_days=30, discount_days=10, discount_percent=D(2))


def test_2_10_n_30_costs_36_73_percent_a_year_simple_and_44_59_effective() -> None:
    assert rounded(simple_annual_cost(D(2), 10, 30)) == D("36.73")
    assert rounded(effective_annual_cost(D(2), 10, 30)) == D("44.59")


def test_200_000_with_3_percent_for_paying_now_is_194_000() -> None:
    now = Terms(credit_days=30, discount_days=0, discount_percent=D(3))
    assert to_pay(D(200_000), "EUR", now, date(2024, 5, 1), date(2024, 5, 1)) == 194_000


def test_a_discount_is_earned_until_the_last_of_its_days() -> None:
    issued = date(2024, 5, 1)
    assert to_pay(D(100), "EUR", TWO_TEN_NET_THIRTY, issued, date(2024, 5, 11)) == 98
    assert to_pay(D(100), "EUR", TWO_TEN_NET_THIRTY, issued, date(2024, 5, 12)) == 100


# Limits


def test_worth_80_000_and_turnover_700_000_make_28_000_by_the_minimum_rule() -> None:
    assert by_minimum_rule(D(80_000), D(700_000), D(35), D(5)) == 28_000


@pytest.mark.parametrize(
    ("credit_class", "limit"),
    [("AAA", 90_000), ("AA", 60_000), ("A", 48_000), ("BBB", 36_000), ("BB", 36_000), ("B", 0)],
)
def test_the_turnover_formula_multiplies_sales_months_and_the_coefficient_of_the_class(
    credit_class: CreditClass, limit: int
) -> None:
    percent = LimitPolicy().class_percents[credit_class]
    assert by_turnover(D(40_000), 45, percent) == limit


FILE = Financials(
    currency="CNY", net_assets=D(1_000_000), net_working_capital=D(400_000), liquidation_surplus=D(900_000),
    tangible_net_worth=D(80_000), annual_turnover=D(700_000), monthly_purchases=D(100_000),
)  # fmt: skip


def test_the_default_limit_is_the_smallest_of_three_shares_and_the_need() -> None:
    found = suggest(FILE, "A", 30, LimitPolicy())
    assert {factor.name: factor.points for factor in found.factors} == {
        "net_assets": 100_000, "net_working_capital": 80_000, "liquidation_surplus": 90_000, "need": 100_000,
        "cap": 400_000, "return_risk": 360_000, "working_capital": 80_000, "liquidation": 90_000, "income": 35_000,
    }  # fmt: skip
    assert found.limit == 80_000


def test_no_limit_is_above_net_assets_or_working_capital() -> None:
    poor = FILE.model_copy(update={"net_working_capital": D(20_000)})
    by_sales = LimitPolicy(method="turnover")
    assert suggest(FILE, "AAA", 60, by_sales).limit == 300_000
    assert suggest(poor, "AAA", 60, by_sales).limit == 20_000
    assert suggest(poor, "AAA", 60, LimitPolicy(method="turnover", is_capped_by_working_capital=False)).cap == 1_000_000


def test_a_file_that_says_nothing_suggests_nothing() -> None:
    assert suggest(Financials(currency="CNY"), None, 30, LimitPolicy()).limit is None


# What a credit policy costs

PORTIONS = (
    Portion(D(30), D(10), discount_percent=D(2)),
    Portion(D(20), D(20), discount_percent=D(1)),
    Portion(D(50), D(90), bad_debt_percent=D(4)),
)


def test_sales_of_5_400_paid_on_day_10_20_and_90_cost_238_64() -> None:
    found = cost_of(D(5_400), PORTIONS, D(60), D(8), D(50))
    assert found.average_days == 52
    assert found.opportunity == D("37.44")
    assert found.bad_debt == 108
    assert found.discount == D("43.2")
    assert found.collection == 50
    assert found.total == D("238.64")


def test_portions_that_do_not_make_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="must make 100 percent"):
        cost_of(D(1), PORTIONS[:2], D(60), D(8), D(0))


# Interest

RATES = InterestPolicy(
    published=(
        DatedRate(from_day=date(2024, 1, 1), percent=D("3.45")),
        DatedRate(from_day=date(2024, 7, 22), percent=D("3.35")),
    ),
    markup_percent=D(50),
)


def test_each_day_has_the_rate_of_its_own_date_and_the_parts_say_so() -> None:
    found = charges(date(2024, 7, 16), date(2024, 7, 26), D(36_500), [], None, RATES)
    assert [(charge.begins_on, charge.days, charge.annual_percent) for charge in found] == [
        (date(2024, 7, 17), 5, D("5.175")),
        (date(2024, 7, 22), 5, D("5.025")),
    ]
    assert total(found, "EUR", RATES) == D("51.00")
    assert "3.45 % and a markup of 50 %" in found[0].source


def test_the_contracts_rate_goes_before_the_published_one() -> None:
    found = charges(date(2024, 1, 1), date(2024, 1, 31), D(36_500), [], D(10), RATES)
    assert (len(found), found[0].source, total(found, "EUR", RATES)) == (1, "the contract", D("300.00"))


def test_a_partial_payment_lowers_the_principal_from_the_next_day_on() -> None:
    found = charges(date(2024, 1, 1), date(2024, 1, 11), D(100), [(date(2024, 1, 6), D(60))], D(10), RATES)
    assert [(charge.days, charge.principal) for charge in found] == [(5, 100), (5, 40)]


def test_nothing_is_owed_until_the_due_date_has_passed() -> None:
    assert charges(date(2024, 1, 31), date(2024, 1, 31), D(100), [], None, RATES) == ()


DAYS = st.integers(0, 400).map(lambda days: date(2024, 1, 1) + timedelta(days=days))


@settings(max_examples=150, deadline=None)
@for_all(
    st.lists(DAYS, min_size=2, max_size=8, unique=True).map(sorted),
    st.lists(st.tuples(DAYS, st.integers(1, 60).map(D)), max_size=4),
    st.none() | st.decimals("0.1", "24", places=2),
    st.sampled_from(["JPY", "EUR", "KWD", "CLF"]),
)
def test_interest_of_a_period_is_the_sum_of_its_parts(
    ends: list[date], payments: list[tuple[date, D]], contract: D | None, currency: str
) -> None:
    def until(day: date) -> list[D]:
        return [charge.weight for charge in charges(ends[0], day, D(100), payments, contract, RATES)]

    def accrued(day: date) -> D:
        return total(charges(ends[0], day, D(100), payments, contract, RATES), currency, RATES)

    # Before it is divided and rounded: every day once, and each at its own rate and principal.
    days = [ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)]
    assert sum(sum(until(b)) - sum(until(a)) for a, b in pairwise(days)) == sum(until(ends[-1]))
    # And as it is charged: each charge is what the whole has become, less what was charged before.
    assert sum(accrued(b) - accrued(a) for a, b in pairwise(ends)) == accrued(ends[-1])


def test_published_rates_stand_in_order() -> None:
    with pytest.raises(ValidationError, match="oldest first"):
        InterestPolicy(published=tuple(reversed(RATES.published)))


# Currencies


def test_an_amount_is_converted_at_the_quotation_in_force_on_its_day_either_way_round() -> None:
    policy = ExchangePolicy(
        quotations=(
            Quotation(currency="USD", into="CNY", from_day=date(2024, 1, 1), rate=D("7.1")),
            Quotation(currency="USD", into="CNY", from_day=date(2024, 6, 1), rate=D("7.25")),
        )
    )
    may, june = (rate_on("USD", "CNY", date(2024, month, 15), policy) for month in (5, 6))
    assert (may and may.rate, june and june.rate, june and june.quoted_on) == (D("7.1"), D("7.25"), date(2024, 6, 1))
    back = rate_on("CNY", "USD", date(2024, 5, 15), policy)
    assert back is not None
    assert back.converted(D(710)) == D("100.00")
    assert rate_on("EUR", "CNY", date(2024, 5, 15), policy) is None
    assert rate_on("USD", "CNY", date(2023, 5, 15), policy) is None


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -13) == date(2023, 2, 28)
    assert add_months(date(2024, 12, 15), 1) == date(2025, 1, 15)
