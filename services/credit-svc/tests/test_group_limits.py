"""Caps for groups of companies: the shares that accounts keep within are never more than the cap."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import Given, given
from contracts.credit import CapSet, CapShareAsked, CapShareGranted, CapShareReturned, CapShareTaken, OrderCreditHeld
from credit_svc.account import DECIDER as ACCOUNT
from credit_svc.account.limits import AcceptCapShare, SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.group_limits.cap import DECIDER as CAP
from credit_svc.group_limits.cap import (
    CapBelowShares,
    CapExceeded,
    ConfirmCapShare,
    SetCap,
    SetCapShare,
    UnknownCap,
)
from credit_svc.service import SERVICE
from credit_svc.testing import account, last, plainly

JUNE = date(2024, 6, 1)
GROUP = SetCap("G-1", "Bright Group", Decimal(100), "EUR", "one owner", "head of credit")


def cap(*commands: Any) -> Given:
    return given(CAP, policies=SERVICE.policies).when(*commands)


def share(customer_id: str, amount: int) -> SetCapShare:
    return SetCapShare("G-1", customer_id, Decimal(amount), JUNE)


def test_a_cap_is_divided_into_shares_that_fit() -> None:
    history = cap(GROUP, share("C-1", 60), share("C-2", 40))
    history.then(CapSet, CapShareGranted, CapShareGranted)
    history.when(share("C-3", 1)).then_refused(CapExceeded, "0.00 EUR are free")
    history.when(share("C-1", 60), GROUP).then()
    cap(share("C-1", 1)).then_refused(UnknownCap)


def test_a_smaller_share_is_free_only_after_the_account_has_taken_it() -> None:
    history = cap(GROUP, share("C-1", 60), share("C-2", 40)).when(share("C-1", 20))
    history.then(CapShareAsked)
    history.when(share("C-2", 80)).then_refused(CapExceeded)
    confirmed = history.when(ConfirmCapShare("G-1", "C-1", Decimal(20), JUNE))
    confirmed.then(CapShareReturned)
    confirmed.when(share("C-2", 80)).then(CapShareGranted)


def test_a_cap_does_not_fall_below_its_shares() -> None:
    less = SetCap("G-1", "Bright Group", Decimal(59), "EUR", "bad news", "head of credit")
    cap(GROUP, share("C-1", 60)).when(less).then_refused(CapBelowShares, "60.00 EUR of cap G-1 are granted")


def test_an_account_keeps_within_its_smallest_share() -> None:
    limit = SetCreditLimit("C-1", Decimal(1_000), "EUR", JUNE, "reviewed", "head", JUNE)
    taken = AcceptCapShare("C-1", "G-1", Decimal(60), "EUR", JUNE)
    history = account(limit).when(taken)
    history.then(CapShareTaken)
    assert history.state.limit_on(JUNE, history.book) == 60
    held = history.when(CheckOrder("O-1", "C-1", JUNE, Decimal(61), "EUR"))
    plainly(held).then(OrderCreditHeld)


def test_a_share_in_a_currency_without_a_quotation_allows_nothing() -> None:
    limit = SetCreditLimit("C-1", Decimal(1_000), "EUR", JUNE, "reviewed", "head", JUNE)
    history = account(limit, AcceptCapShare("C-1", "G-1", Decimal(60), "USD", JUNE))
    assert (last(history, CapShareTaken).share, last(history, CapShareTaken).currency) == (0, "EUR")


CUSTOMERS = st.sampled_from(["C-1", "C-2", "C-3"])


@settings(max_examples=200, deadline=None)
@for_all(st.lists(st.tuples(CUSTOMERS, st.integers(0, 100), st.booleans()), max_size=12))
def test_what_the_accounts_keep_within_is_never_more_than_the_cap(changes: list[tuple[str, int, bool]]) -> None:
    """Shares are changed while others are still on their way to their accounts."""
    book = PolicyBook.of(SERVICE.policies)
    history, accounts = cap(GROUP), dict[str, Account]()
    for customer_id, amount, arrives in changes:
        state = history.when(share(customer_id, amount))
        history = history if isinstance(state.outcome, Exception) else state
        wanted = history.state.requested.get(customer_id, history.state.shares.get(customer_id))
        if arrives and wanted is not None:
            before = accounts.get(customer_id, Account())
            for event in ACCOUNT.decide(AcceptCapShare(customer_id, "G-1", wanted, "EUR", JUNE), before, book):
                before = ACCOUNT.evolve(before, event)
            accounts[customer_id] = before
            history = history.when(ConfirmCapShare("G-1", customer_id, wanted, JUNE))
        shares = sum((each.line.shares.get("G-1", Decimal(0)) for each in accounts.values()), Decimal(0))
        assert shares <= history.state.granted <= 100
