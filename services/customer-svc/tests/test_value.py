"""RFM by fixed bins: the worked examples of the rule, and its borders."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from customer_svc.policies.tiering import Bins, TieringPolicy
from customer_svc.tiers.value import CustomerValue, scores

JULY = date(2008, 7, 1)


def code(last_order_on: date, orders: int, amount: Decimal) -> str:
    return scores(CustomerValue("C-1", orders, amount, last_order_on), "CNY", JULY, TieringPolicy()).code


@pytest.mark.parametrize(
    ("last_order_on", "orders", "amount", "expected"),
    [
        (date(2008, 5, 1), 12, 6_000, "422"),
        (date(2008, 1, 1), 18, 9_000, "322"),
        (date(2008, 7, 1), 1, 1_000, "511"),
    ],
)
def test_the_worked_examples_422_322_511(last_order_on: date, orders: int, amount: int, expected: str) -> None:
    assert code(last_order_on, orders, Decimal(amount)) == expected


@pytest.mark.parametrize(
    ("last_order_on", "score"),
    [
        (date(2008, 6, 30), 4),
        (date(2008, 4, 1), 4),
        (date(2008, 3, 31), 3),
        (date(2008, 1, 31), 3),
        (date(2007, 12, 31), 2),
        (date(2007, 10, 1), 2),
        (date(2007, 9, 30), 1),
    ],
)
def test_recency_counts_calendar_months_and_a_border_shares_the_higher_bin(last_order_on: date, score: int) -> None:
    assert code(last_order_on, 1, Decimal(1))[0] == str(score)


@pytest.mark.parametrize(
    ("orders", "score"), [(41, 5), (40, 4), (30, 4), (29, 3), (20, 3), (19, 2), (10, 2), (9, 1), (0, 1)]
)
def test_frequency_bins(orders: int, score: int) -> None:
    assert code(JULY, orders, Decimal(1))[1] == str(score)


@pytest.mark.parametrize(
    ("amount", "score"),
    [("50000.01", 5), ("50000", 4), ("20000", 4), ("19999.99", 3), ("10000", 3), ("5000", 2), ("4999.99", 1), ("0", 1)],
)
def test_monetary_bins(amount: str, score: int) -> None:
    assert code(JULY, 1, Decimal(amount))[2] == str(score)


@for_all(st.integers(0, 60), st.integers(0, 60))
def test_more_orders_never_score_less(some: int, more: int) -> None:
    low, high = sorted((some, more))
    assert code(JULY, low, Decimal(1)) <= code(JULY, high, Decimal(1))


def test_bins_that_neither_rise_nor_fall_are_no_policy() -> None:
    with pytest.raises(ValidationError, match="must rise or fall"):
        Bins(beyond=Decimal(10), reaching=(Decimal(30), Decimal(20), Decimal(5)))
