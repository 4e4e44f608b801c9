"""A refund that is heard of before its payment waits in the account; in which order the two are heard of does not matter."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, replay
from contracts import erp
from contracts.credit import OrderCreditHeld, RefundAwaitingPayment, RefundOwed, RefundRecorded
from contracts.customer import CustomersMerged, CustomerSplit
from credit_svc.account.decision import Command
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import RecordPayment
from credit_svc.account.refunds import RecordRefund
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import account as accounts
from credit_svc.read_models import payment as payments
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, payment, under

from .accounts import Accounts

DAY = date(2024, 2, 1)


def refund(number: int, amount: int, of: int | None = None, on: date = DAY) -> RecordRefund:
    return RecordRefund(
        erp.PaymentRefunded(
            refund_id=f"R-{number}", customer_id=CUSTOMER, payment_id=None if of is None else f"P-{of}",
            amount=Decimal(amount), currency="EUR", refunded_on=on,
        )
    )  # fmt: skip


def figures(history: Given) -> dict[str, Any]:
    """What is owed, by what it is paid, and which money is gone or awaited."""
    ledger = history.state.ledger("EUR")
    return {
        "open": dict(ledger.open),
        "balance": ledger.balance,
        "entries": {i: set(entries) for i, entries in ledger.entries.items() if entries},
        "unallocated": {p: ledger.unallocated(p) for p in ledger.payments},
        "refunds": {e.refund_id: set(e.parts) for e in all_of(history, RefundRecorded)},
        "waiting": dict(history.state.waiting_refunds),
        "money": {
            key: (row.amount, row.unallocated, row.refunded)
            for key, row in replay(payments.MODEL, history.facts).items()
        },
        "shown": [each for row in replay(accounts.MODEL, history.facts).values() for each in row.waiting_refunds],
    }


def test_a_refund_that_is_heard_of_first_waits_in_the_account_and_is_recorded_when_its_payment_comes() -> None:
    waiting = account().when(refund(1, 50, of=1))
    event = waiting.one(RefundAwaitingPayment)
    assert event.summary == (
        "Refund R-1 of 50.00 EUR waits for payment P-1, which is not known; it is recorded by itself once it is."
    )
    assert figures(waiting)["balance"] == 0
    (row,) = replay(accounts.MODEL, waiting.facts).values()
    assert [(each["refund_id"], each["amount"], each["summary"]) for each in row.waiting_refunds] == [
        ("R-1", "50", event.summary)
    ]
    known = waiting.when(payment(1, 100, DAY))
    assert known.one(RefundRecorded).parts[0].amount == 50
    assert figures(known) == figures(account(payment(1, 100, DAY), refund(1, 50, of=1)))
    assert figures(known)["shown"] == []


def test_what_comes_after_a_refund_that_waits_does_not_wait_with_it() -> None:
    history = account(refund(1, 50, of=1), invoice(1, 100), payment(2, 30, DAY, of=1))
    assert dict(history.state.ledger("EUR").open) == {"I-1": 70}


def test_a_refund_of_more_than_its_payment_waits_for_the_rest_whichever_is_heard_of_first() -> None:
    after = account(payment(1, 60, DAY), refund(1, 100, of=1))
    before = account(refund(1, 100, of=1), payment(1, 60, DAY))
    assert figures(after) == figures(before)
    assert figures(after)["balance"] == -60
    (waits,) = figures(after)["waiting"].values()
    assert waits.summary.startswith(
        "Refund R-1 of 100.00 EUR waits: of payment P-1 only 60.00 EUR can be paid back. Send"
    )


def test_a_refund_that_waits_comes_once_and_may_come_again_with_the_right_amount() -> None:
    known = account(payment(1, 60, DAY), refund(1, 100, of=1))
    known.when(refund(1, 100, of=1)).then()
    corrected = known.when(refund(1, 60, of=1))
    assert figures(corrected) == figures(account(payment(1, 60, DAY), refund(1, 60, of=1)))
    first = account(refund(1, 100, of=1), refund(1, 40, of=1))
    assert figures(first.when(payment(1, 60, DAY))) == figures(account(payment(1, 60, DAY), refund(1, 40, of=1)))


def test_a_refund_that_names_no_payment_waits_for_whatever_money_comes() -> None:
    waiting = account(refund(1, 50))
    part = waiting.when(payment(1, 30, DAY))
    assert part.one(RefundAwaitingPayment).found_amount == 30
    assert part.when(credit_note(1, 20, DAY)).one(RefundRecorded).amount == 50


def test_money_that_was_paid_back_before_it_was_heard_of_releases_no_order() -> None:
    book = under(CreditPolicy(default_limit=Decimal(100)))
    order = CheckOrder("O-1", CUSTOMER, DAY, Decimal(80), "EUR")
    history = account(invoice(1, 100, due_on=date(2024, 6, 1)), order, refund(1, 90, of=1), book=book)
    assert all_of(history, OrderCreditHeld)
    history = history.when(payment(1, 100, DAY, of=1))
    assert "O-1" in history.state.orders.held


def test_a_cheque_that_was_paid_back_and_bounced_is_owed_in_whichever_order_the_three_are_heard_of() -> None:
    facts: list[Command] = [payment(1, 100, DAY), refund(1, 40, of=1), bounce(1, 100, DAY + timedelta(days=9))]
    found = []
    for first, second, third in ((0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0), (2, 0, 1), (0, 2, 1)):
        history = account(facts[first], facts[second], facts[third])
        assert history.state.ledger("EUR").balance == 40
        found.append(all_of(history, RefundOwed))
    assert all(each == found[0] for each in found)


def test_a_refund_of_one_account_is_taken_out_of_a_payment_of_the_other_once_they_are_one() -> None:
    heard = Accounts()
    heard.do(refund(1, 50, of=1))
    heard.do(RecordPayment(payment(1, 80, DAY).fact.model_copy(update={"customer_id": "C-2"})))
    heard.hear(
        CustomersMerged(
            customer_id="C-2", merged_id=CUSTOMER, moved=(CUSTOMER,), because="one firm", merged_on=DAY, by="clerk"
        )
    )
    state = heard.account("C-2")
    assert (state.ledger("EUR").balance, dict(state.waiting_refunds)) == (-30, {})
    assert heard.rebuilt("C-2") == state


def test_a_payment_goes_where_its_refund_waits_after_a_merge_was_undone() -> None:
    heard = Accounts()
    heard.do(refund(1, 50, of=1))
    heard.do(RecordPayment(payment(2, 10, DAY).fact.model_copy(update={"customer_id": "C-2"})))
    heard.hear(
        CustomersMerged(
            customer_id="C-2", merged_id=CUSTOMER, moved=(CUSTOMER,), because="one firm", merged_on=DAY, by="clerk"
        )
    )
    heard.hear(
        CustomerSplit(
            customer_id="C-2", split_id=CUSTOMER, moved=(CUSTOMER,), because="two firms", split_on=DAY, by="clerk"
        )
    )
    heard.do(payment(1, 80, DAY))
    assert heard.account("C-2").ledger("EUR").balance == -40
    assert not heard.account("C-2").waiting_refunds


AMOUNTS = st.integers(1, 40)
DAYS = st.integers(0, 12).map(lambda days: DAY + timedelta(days=days))
MONEY = st.lists(
    st.tuples(AMOUNTS, DAYS, st.none() | st.integers(1, 3), st.lists(AMOUNTS, max_size=2)), min_size=1, max_size=4
)
INVOICES = st.lists(st.tuples(AMOUNTS, DAYS), max_size=3)


def facts_of(
    invoices: Sequence[tuple[int, date]], money: Sequence[tuple[int, date, int | None, list[int]]]
) -> list[Command]:
    """Each payment with what was paid back of it: all refunds fit into it, or there is one, which may be of more."""
    facts: list[Command] = [
        invoice(number, amount, due_on=day + timedelta(days=30), issued_on=day)
        for number, (amount, day) in enumerate(invoices, start=1)
    ]
    for number, (amount, day, of, back) in enumerate(money, start=1):
        facts.append(payment(number, amount, day, of=of))
        if sum(back) > amount:
            back = back[:1]
        facts += [
            refund(10 * number + n, part, of=number, on=day + timedelta(days=n)) for n, part in enumerate(back, start=1)
        ]
    return facts


@settings(max_examples=200, deadline=None)
@for_all(INVOICES, MONEY, st.randoms())
def test_any_order_of_payments_and_their_refunds_gives_the_same_balances_and_allocations(
    invoices: list[tuple[int, date]], money: list[tuple[int, date, int | None, list[int]]], random: Random
) -> None:
    facts = facts_of(invoices, money)
    shuffled = list(facts)
    random.shuffle(shuffled)
    first, second = figures(account(*facts)), figures(account(*shuffled))
    first["shown"], second["shown"] = (
        sorted(each["shown"], key=lambda shown: shown["refund_id"]) for each in (first, second)
    )
    assert first == second
