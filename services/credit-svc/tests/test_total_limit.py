"""The total limit: what all customers together may be granted and may owe."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import Given, given
from contracts.credit import (
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OverrideEnded,
    TotalAmount,
    TotalLimitClaimed,
    TotalLimitClaimSettled,
    TotalLimitMeasured,
    TotalLimitProposed,
    TotalLimitSet,
    TotalLimitUseReached,
    TotalRoomAnswered,
    TotalRoomAwaited,
    TotalRoomGranted,
)
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.state import ACCOUNT_EVENTS
from credit_svc.account.total_room import AnswerRoom, NoRoom
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.policies.total_limit import TotalLimitPolicy
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, all_of, last, plainly, under
from credit_svc.total_limit import DECIDER, Total
from credit_svc.total_limit.rooms import ConfirmRoom, MeasureTotal, RequestRoom
from credit_svc.total_limit.setting import (
    ClaimLimit,
    NoRateIntoTotal,
    ProposeTotal,
    SettleClaim,
    SetTotal,
    TotalBeingMeasured,
    TotalExceeded,
    TotalNotProposed,
    TotalOfOnePerson,
)
from credit_svc.total_limit.state import Rates, granted, used

JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)
HOLDS = under(TotalLimitPolicy(on_full="hold"))


def set_to(amount: int, overbook: int = 100, valid_from: date = JUNE) -> SetTotal:
    return SetTotal(
        Decimal(amount), "CNY", Decimal(overbook), valid_from, "what the bank finances", "head of credit", "controller"
    )


def have(granted: int, used: int = 0, currency: str = "CNY") -> tuple[TotalAmount, ...]:
    return (TotalAmount(currency=currency, granted=Decimal(granted), used=Decimal(used)),)


def measured(
    amounts: tuple[TotalAmount, ...], number: int = 0, claims: Sequence[str] = (), orders: Sequence[str] = ()
) -> MeasureTotal:
    return MeasureTotal(amounts, tuple(claims), tuple(orders), number, JUNE)


def total(*commands: Any, book: PolicyBook | None = None) -> Given:
    return given(DECIDER, policies=SERVICE.policies, book=book).when(*commands)


def claim(customer_id: str, before: int, limit: int, currency: str = "CNY") -> ClaimLimit:
    return ClaimLimit(f"claim-{customer_id}", customer_id, Decimal(limit), Decimal(before), currency, JUNE)


def room(order_id: str, amount: int, priority: int = 0, currency: str = "CNY") -> RequestRoom:
    return RequestRoom(order_id, f"of {order_id}", Decimal(amount), currency, priority, JUNE)


def sums(history: Given) -> tuple[Decimal, Decimal]:
    """Granted and used."""
    rates = Rates("CNY", JUNE, history.book)
    return granted(history.state, rates), used(history.state, rates)


def test_total_limit_refuses_a_raise_that_does_not_fit_and_says_what_is_free() -> None:
    history = total(set_to(1_000_000), measured(have(940_000)))
    sentence = (
        "The limits of all customers would be 1,020,000.00 CNY, more than the total of 1,000,000.00 CNY; "
        "60,000.00 CNY are free."
    )
    history.when(claim("C-1", 100_000, 180_000)).then_refused(TotalExceeded, sentence)
    accepted = history.when(claim("C-1", 100_000, 160_000))
    accepted.then(TotalLimitClaimed)
    assert sums(accepted)[0] == 1_000_000
    accepted.when(claim("C-2", 0, 1)).then_refused(TotalExceeded, "0.00 CNY are free")


def test_two_at_once_do_not_both_take_what_is_free() -> None:
    history = total(set_to(1_000_000), measured(have(940_000)), claim("C-1", 0, 40_000))
    history.when(claim("C-2", 0, 40_000)).then_refused(TotalExceeded, "20,000.00 CNY are free")


def test_priority_first_then_age_and_what_does_not_fit_lets_others_pass() -> None:
    full = total(set_to(1_000), measured(have(0, 1_000)), book=HOLDS)
    waiting = full.when(room("older", 400, priority=5), room("newer", 300, priority=9))
    waiting.then(TotalRoomAwaited, TotalRoomAwaited)
    freed = waiting.when(measured(have(0, 650), 1))
    assert [event.order_id for event in freed.outcome if isinstance(event, TotalRoomGranted)] == ["newer"]
    assert list(freed.state.waiting) == ["older"]
    same = full.when(room("first", 300), room("second", 300)).when(measured(have(0, 700), 1))
    assert [event.order_id for event in same.outcome if isinstance(event, TotalRoomGranted)] == ["first"]


def test_one_person_proposes_the_total_and_another_one_sets_it() -> None:
    wanted = ProposeTotal(Decimal(1_000), "CNY", Decimal(100), JUNE, "what the bank finances", "alice")
    alone = SetTotal(Decimal(1_000), "CNY", Decimal(100), JUNE, "what the bank finances", "bob")
    total(alone).then_refused(TotalNotProposed, "Nobody proposed a total of 1,000.00 CNY from 2024-06-01 on")
    history = total(wanted)
    history.then(TotalLimitProposed)
    history.when(wanted).then()
    history.when(SetTotal(Decimal(999), "CNY", Decimal(100), JUNE, "less", "bob")).then_refused(TotalNotProposed)
    history.when(SetTotal(Decimal(1_000), "CNY", Decimal(100), JUNE, "x", "Alice")).then_refused(TotalOfOnePerson)
    recorded = history.when(alone)
    recorded.then(TotalLimitSet)
    assert (recorded.one(TotalLimitSet).proposed_by, recorded.one(TotalLimitSet).approved_by) == ("alice", "bob")
    recorded.when(alone).then()


def test_without_a_total_nothing_is_claimed_and_every_order_has_room() -> None:
    history = total(claim("C-1", 0, 10**9))
    history.then()
    free = history.when(room("O-1", 10**9))
    free.then(TotalRoomGranted)
    assert not free.when(ConfirmRoom("O-1", "C-1")).state.rooms


def test_a_total_below_what_is_granted_is_set_and_no_limit_rises_until_all_fit() -> None:
    history = total(set_to(1_000), measured(have(900)), set_to(500))
    history.when(claim("C-1", 100, 101)).then_refused(TotalExceeded, "0.00 CNY are free")
    lowered = history.when(claim("C-1", 800, 300), SettleClaim("claim-C-1", 7, frees=True))
    lowered.then(TotalLimitClaimed, TotalLimitClaimSettled)
    fits = lowered.when(measured(have(400), 1, claims=["claim-C-1"]))
    fits.when(claim("C-2", 0, 100)).then(TotalLimitClaimed)


def test_the_limits_may_be_overbooked() -> None:
    history = total(set_to(1_000, overbook=150), measured(have(1_000)))
    history.when(claim("C-1", 0, 500)).then(TotalLimitClaimed)
    history.when(claim("C-1", 0, 501)).then_refused(TotalExceeded, "the total of 1,500.00 CNY; 500.00 CNY are free")


def test_a_claim_whose_limit_was_refused_is_free_again() -> None:
    history = total(set_to(1_000), measured(have(900)), claim("C-1", 0, 100), SettleClaim("claim-C-1", None))
    assert sums(history)[0] == 900
    history.when(SettleClaim("claim-C-1", None)).then()


def test_nothing_is_granted_before_the_accounts_were_added_up() -> None:
    total(set_to(1_000)).when(claim("C-1", 0, 1)).then_refused(TotalBeingMeasured)


def test_a_total_that_begins_later_bounds_nothing_until_then() -> None:
    history = total(set_to(1_000, valid_from=JULY), measured(have(900)))
    history.when(claim("C-1", 0, 500)).then(TotalLimitClaimed)
    assert history.state.on(JULY) is not None


def test_a_measurement_has_what_was_claimed_and_another_one_that_is_out_of_date_changes_nothing() -> None:
    history = total(set_to(1_000), measured(have(900)), claim("C-1", 0, 50), SettleClaim("claim-C-1", 3))
    both = history.when(measured(have(950), 1, claims=["claim-C-1"]))
    both.then(TotalLimitMeasured)
    assert sums(both)[0] == 950
    both.when(measured(have(900), 1)).then()
    missed = history.when(measured(have(900), 1))
    assert sums(missed)[0] == 950


def test_amounts_of_other_currencies_count_at_the_rates_of_the_day() -> None:
    book = under(ExchangePolicy(quotations=(Quotation(currency="EUR", into="CNY", from_day=JUNE, rate=Decimal(8)),)))
    history = total(set_to(1_000), measured((*have(100, 10), *have(100, 50, "EUR"), *have(7, 7, "USD"))), book=book)
    assert sums(history) == (900, 410)
    assert last(history, TotalLimitMeasured).unquoted == ("USD",)
    history.when(claim("C-1", 0, 13, "EUR")).then_refused(TotalExceeded, "100.00 CNY are free")
    history.when(claim("C-1", 0, 1, "USD")).then_refused(NoRateIntoTotal)


def test_each_percentage_is_told_once_in_order_and_again_after_the_use_has_fallen() -> None:
    history = total(set_to(1_000), measured(have(0, 950)))
    assert [event.percent for event in all_of(history, TotalLimitUseReached)] == [80, 90]
    assert last(history, TotalLimitUseReached).used == 950
    history.when(measured(have(0, 960), 1)).then(TotalLimitMeasured)
    fallen = history.when(measured(have(0, 850), 1), measured(have(0, 1_000), 2))
    assert [event.percent for event in all_of(fallen, TotalLimitUseReached)] == [80, 90, 90, 100]


def test_orders_told_about_only_never_wait() -> None:
    waiting = total(set_to(1_000), measured(have(0, 1_000)), room("O-1", 10), book=HOLDS)
    waiting.then(TotalLimitSet, TotalLimitMeasured, *[TotalLimitUseReached] * 3, TotalRoomAwaited)
    told = total(set_to(1_000), measured(have(0, 1_000)), room("O-1", 10)).when(measured(have(0, 1_000), 1))
    told.then(TotalLimitMeasured, TotalRoomGranted)


ORDERS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 400), st.integers(0, 9)), max_size=30)


@settings(max_examples=150, deadline=None)
@for_all(ORDERS, st.integers(0, 1_000), st.lists(st.integers(0, 9), max_size=10))
def test_the_orders_with_room_never_exceed_the_total(
    orders: list[tuple[int, int, int]], at_first: int, paid: list[int]
) -> None:
    """Orders come and are answered while the accounts are added up again and again, some of them before an order counts."""
    history, counted, number = total(set_to(1_000), measured(have(0, at_first)), book=HOLDS), set[str](), 1
    for n, (which, amount, priority) in enumerate(orders):
        order_id = f"O-{which}"
        history = history.when(room(order_id, amount, priority))
        if order_id in history.state.rooms and n % 2:
            counted.add(order_id)
            history = history.when(ConfirmRoom(order_id, f"of {order_id}"))
        if n in paid:
            accounts = at_first + int(sum(history.state.rooms[each].amount for each in counted))
            history = history.when(measured(have(0, accounts), number, orders=sorted(counted)))
            at_first, number = accounts, number + 1
            counted.clear()
        assert sums(history)[1] <= 1_000


# The account


LIMIT = SetCreditLimit(CUSTOMER, Decimal(1_000), "CNY", JUNE, "reviewed", "head of credit", JUNE)
MISSING = NoRoom(Decimal(990), Decimal(1_000), Decimal(10), "CNY")


def order(number: int, amount: int, priority: int = 0) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, JUNE, Decimal(amount), "CNY", priority=priority)


def answer(number: int, missing: NoRoom | None = None) -> AnswerRoom:
    return AnswerRoom(CUSTOMER, f"O-{number}", JUNE, missing)


def test_an_order_that_fits_the_customers_limit_waits_for_room_in_the_total() -> None:
    history = account(LIMIT, book=HOLDS).when(order(1, 100, priority=7))
    held = history.one(OrderCreditHeld)
    assert (held.total_room, held.priority, history.state.orders.total) == ("requested", 7, 0)
    approved = plainly(history.when(answer(1)))
    approved.then(OrderCreditApproved)
    plainly(approved.when(answer(1))).then()


def test_where_there_is_no_room_the_order_says_what_is_used_and_free() -> None:
    waits = account(LIMIT, order(1, 100), book=HOLDS).when(answer(1, MISSING))
    held = waits.one(OrderCreditHeld)
    assert held.total_room == "waiting"
    assert held.reason == (
        "All customers together use 990.00 CNY of the total limit of 1,000.00 CNY; 10.00 CNY are free, less than the order takes."
    )
    plainly(waits.when(answer(1, MISSING))).then()
    plainly(waits.when(answer(1))).then(OrderCreditApproved)


def test_an_order_over_the_customers_own_limit_asks_for_no_room_until_it_fits() -> None:
    over = account(LIMIT, order(1, 1_200), book=HOLDS)
    assert last(over, OrderCreditHeld).total_room is None
    plainly(over.when(answer(1))).then()
    larger = SetCreditLimit(CUSTOMER, Decimal(2_000), "CNY", JUNE, "grows", "head of credit", JUNE)
    assert last(over.when(larger), OrderCreditHeld).total_room == "requested"


def test_room_does_not_help_an_order_that_the_customers_limit_holds_by_now() -> None:
    less = SetCreditLimit(CUSTOMER, Decimal(50), "CNY", JUNE, "bad news", "head of credit", JUNE)
    held = account(LIMIT, order(1, 100), less, book=HOLDS).when(answer(1)).one(OrderCreditHeld)
    assert (held.total_room, "over the limit" in held.reason) == (None, True)


def test_what_a_person_lets_through_needs_no_room_and_asks_for_some_afterwards() -> None:
    override = OverrideHold(CUSTOMER, "O-1", date(2024, 6, 10), "the season does not wait", "head of credit", JUNE)
    history = plainly(account(LIMIT, order(1, 100), answer(1, MISSING), book=HOLDS).when(override))
    history.then(OrderCreditOverridden)
    ended = plainly(history.when(EndOverride(CUSTOMER, "O-1", JUNE, is_over=False)))
    ended.then(OverrideEnded, OrderCreditHeld)
    assert ended.one(OrderCreditHeld).total_room == "requested"


@pytest.mark.parametrize("kind", [TotalRoomAnswered, TotalLimitSet])
def test_what_happens_to_the_total_stands_in_no_account(kind: type[Any]) -> None:
    assert kind not in ACCOUNT_EVENTS
    assert Total().on(JUNE) is None
