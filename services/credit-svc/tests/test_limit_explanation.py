"""Why a limit is what it is: which one is in force, where it came from, and what would change it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from immutables import Map

from contracts.currencies import money
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.limits import AcceptCapShare, ProposeLimit, SetCreditLimit
from credit_svc.limits.credit_line import CreditLine, Limit, TemporaryIncrease
from credit_svc.limits.explanation import ExplainedLimit, explain_limit
from credit_svc.testing import CUSTOMER, account

DAY = date(2024, 6, 1)
SET = SetCreditLimit(CUSTOMER, Decimal(1_000), "EUR", DAY, "reviewed", "head of credit", DAY)
RAISED = IncreaseLimitTemporarily(
    CUSTOMER, Decimal(1_500), "EUR", DAY, date(2024, 6, 30), "a fair", "seller", "head of credit", DAY
)
SHARE = AcceptCapShare(CUSTOMER, "GROUP", Decimal(700), "EUR", DAY)
WANTED = ProposeLimit(CUSTOMER, Decimal(2_000), "EUR", DAY, "grows", "seller", DAY)


def explained(*commands: object, on: date = DAY) -> ExplainedLimit:
    return explain_limit(account(*commands).state.line, on, "EUR", Decimal(100), 3)  # type: ignore[arg-type]


def test_without_a_limit_that_of_the_policy_counts_and_is_named() -> None:
    found = explained()
    assert (found.amount, found.source, found.limit) == (100, "policy", None)
    assert found.because == "No limit is set, so that of the policy credit, version 3, counts: 100.00 EUR."


def test_a_limit_that_was_set_says_by_whom_since_when_and_why() -> None:
    found = explained(SET)
    assert (found.amount, found.source) == (1_000, "set")
    assert found.because == "head of credit set 1,000.00 EUR from 2024-06-01 on: reviewed."
    assert explained(SET, on=DAY - timedelta(days=1)).changes[0] == (
        "On 2024-06-01 it becomes 1,000.00 EUR: a limit that is set already begins."
    )


def test_an_increase_says_until_when_and_what_comes_after_it() -> None:
    found = explained(SET, RAISED)
    assert (found.amount, found.source) == (1_500, "increase")
    assert "to 1,500.00 EUR counts until 2024-06-30. head of credit set 1,000.00 EUR" in found.because
    assert found.changes[0].startswith("On 2024-07-01 it becomes 1,000.00 EUR: the increase ")


def test_a_share_of_a_cap_that_keeps_the_limit_down_is_named_with_what_it_keeps_back() -> None:
    found = explained(SET, SHARE)
    assert (found.amount, found.source) == (700, "share")
    assert found.because.startswith("The share of the cap GROUP is 700.00 EUR, and no more may be owed.")
    assert "A larger share of the cap GROUP raises it, up to 1,000.00 EUR." in found.changes


def test_a_proposal_that_waits_is_named_and_the_way_to_another_limit_always() -> None:
    found = explained(SET, WANTED)
    assert found.changes[0].endswith("of 2,000.00 EUR by seller counts once another person approves it.")
    assert (
        found.changes[-1]
        == explained().changes[-1]
        == "A person proposes another limit, and another person approves it."
    )


@pytest.mark.parametrize("currency", [None, "KWD"])
def test_amounts_are_those_of_the_currency_of_the_account_if_it_has_one(currency: str | None) -> None:
    assert explain_limit(CreditLine(), DAY, currency, Decimal(5), 1).because.endswith(
        "5.000 KWD." if currency else ": 5."
    )


DAYS = st.dates(DAY - timedelta(days=9), DAY + timedelta(days=9))
AMOUNTS = st.integers(0, 5).map(Decimal)
LIMITS = st.lists(st.builds(Limit, AMOUNTS, DAYS, st.just("r"), st.just("p")), max_size=3)
INCREASES = st.lists(st.tuples(AMOUNTS, DAYS, st.integers(0, 6)), max_size=3)
SHARES = st.dictionaries(st.sampled_from(["X", "Y"]), AMOUNTS)


@for_all(LIMITS, INCREASES, SHARES)
def test_the_explained_amount_is_the_limit_and_every_day_on_which_time_changes_it_is_named(
    limits: list[Limit], increases: list[tuple[Decimal, date, int]], shares: dict[str, Decimal]
) -> None:
    raised = {
        f"R-{number}": TemporaryIncrease(amount, since, since + timedelta(days=days))
        for number, (amount, since, days) in enumerate(increases)
    }
    line = CreditLine(limits=tuple(limits), increases=Map(raised), shares=Map(shares))
    found = explain_limit(line, DAY, "EUR", Decimal(3), 1)
    assert found.amount == line.on(DAY, Decimal(3))
    assert money(found.amount, "EUR") in found.because
    changes, before = list[str](), found.amount
    for day in (DAY + timedelta(days=each) for each in range(1, 30)):
        if (then := line.on(day, Decimal(3))) != before:
            changes.append(f"On {day} it becomes {money(then, 'EUR')}: ")
            before = then
    named = [each for each in found.changes if each.startswith("On ")]
    assert len(named) == len(changes)
    assert all(sentence.startswith(begin) for sentence, begin in zip(named, changes, strict=True))
