"""Amounts for people have the places of their currency, and neither hide nor invent anything."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.currencies import FORMER, ISO_4217, figure, money, places_of, rounded

CODES = st.sampled_from(sorted(ISO_4217))
AMOUNTS = st.decimals(min_value=-(10**14) + 1, max_value=10**14 - 1, places=6)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0.004", "KWD", "0.004 KWD"),
        ("1234.567", "BHD", "1,234.567 BHD"),
        ("1000", "KWD", "1,000.000 KWD"),
        ("1234.5", "EUR", "1,234.50 EUR"),
        ("2E+4", "JPY", "20,000 JPY"),
        ("0.4", "JPY", "0.4 JPY"),
        ("0.004", "EUR", "0.004 EUR"),
        ("-0.00", "EUR", "0.00 EUR"),
        ("1234", "HRK", "1,234.00 HRK"),
    ],
)
def test_an_amount_is_said_with_the_places_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert money(Decimal(amount), currency) == text


@given(AMOUNTS, CODES)
def test_what_is_said_is_the_amount_itself(amount: Decimal, currency: str) -> None:
    said = figure(amount, currency)
    assert Decimal(said.replace(",", "")) == amount
    assert len(said.partition(".")[2]) >= places_of(currency)


@given(AMOUNTS, CODES)
def test_a_rounded_amount_is_said_with_exactly_the_places_of_its_currency(amount: Decimal, currency: str) -> None:
    assert len(figure(rounded(amount, currency), currency).partition(".")[2]) == places_of(currency)


def test_a_currency_has_ended_after_it_began() -> None:
    assert all(first < last for first, last in FORMER.values())
    assert {"XCG", "ZWG", "SLE", "VED"} <= ISO_4217 - FORMER.keys()
    assert {"HRK", "ANG", "BGN", "DEM", "ZWL"} <= FORMER.keys()
