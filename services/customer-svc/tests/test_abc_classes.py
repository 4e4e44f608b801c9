"""80/20: who brings the sales."""

from datetime import date
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import strategies as st

from customer_svc.policies.value import AbcPolicy
from customer_svc.tiers.abc_classes import abc
from customer_svc.tiers.value import CustomerValue


def classes(*amounts: int) -> str:
    population = [CustomerValue(f"C-{n:03}", 1, Decimal(amount), date(2024, 1, 1)) for n, amount in enumerate(amounts)]
    return "".join(line.letter for line in abc(population, AbcPolicy()))


def test_a_to_80_percent_b_to_95_percent_c_the_rest() -> None:
    assert classes(50, 30, 10, 5, 3, 2) == "AABBCC"


def test_the_customer_that_crosses_a_border_belongs_to_the_better_class() -> None:
    assert classes(79, 10, 8, 3) == "AABC"


def test_one_customer_that_brings_everything_is_a() -> None:
    assert classes(100, 0) == "AC"


def test_equal_sales_share_the_better_class() -> None:
    assert classes(40, 40, 40) == "AAA"


def test_without_sales_everybody_is_c() -> None:
    assert classes(0, 0) == "CC"


@for_all(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_a_brings_at_least_its_share_and_equals_are_classed_alike(amounts: list[int]) -> None:
    population = [CustomerValue(f"C-{n}", 1, Decimal(amount), date(2024, 1, 1)) for n, amount in enumerate(amounts)]
    lines = abc(population, AbcPolicy())
    assert len({(line.amount, line.letter) for line in lines}) == len(set(amounts))
    total = sum(amounts)
    if total:
        assert sum(line.amount for line in lines if line.letter == "A") * 100 >= total * 80
        assert lines[-1].cumulative == 100
