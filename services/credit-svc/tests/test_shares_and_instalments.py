"""One payment for several invoices, one invoice in instalments, and money that is paid back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, replay
from contracts import erp
from contracts.credit import (
    InvoiceSettled,
    PaymentOverdue,
    PaymentOverdueEnded,
    RefundOwed,
    RefundRecorded,
    WaitingMoneyNoted,
)
from credit_svc.account.decision import Command
from credit_svc.account.invoices import INSTALMENTS_MAX, RecordInvoice, TooManyInstalments
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import ReassignPayment, RecordPayment
from credit_svc.account.refunds import RecordRefund
from credit_svc.account.refusals import FactDiffers
from credit_svc.figures.receivables import receivables_at
from credit_svc.figures.receivables_by_day import ReceivablesByDay
from credit_svc.read_models import allocation, open_item
from credit_svc.read_models import payment as payments
from credit_svc.receivables.facts import NOTHING
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, payment, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
JANUARY = date(2024, 1, 31)


def shared(
    number: int, amount: int, *shares: tuple[int, int], paid_on: date = JANUARY, rest: int | None = None
) -> RecordPayment:
    """Payment P-{number} of which so much is for these invoices."""
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id=CUSTOMER, invoice_id=None if rest is None else f"I-{rest}",
            amount=Decimal(amount), currency="EUR", paid_on=paid_on, method="transfer",
            allocations=tuple(erp.Allocation(invoice_id=f"I-{of}", amount=Decimal(part)) for of, part in shares),
        )
    )  # fmt: skip


def in_instalments(number: int, *parts: tuple[date, int], issued_on: date = date(2024, 1, 1)) -> RecordInvoice:
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}", customer_id=CUSTOMER, issued_on=issued_on, due_on=parts[-1][0],
            amount=Decimal(sum(amount for _, amount in parts)), currency="EUR",
            instalments=tuple(erp.Instalment(due_on=due_on, amount=Decimal(amount)) for due_on, amount in parts),
        )
    )  # fmt: skip


def refund(number: int, amount: int, of: int | None = None, on: date = date(2024, 3, 1)) -> RecordRefund:
    return RecordRefund(
        erp.PaymentRefunded(
            refund_id=f"R-{number}", customer_id=CUSTOMER, payment_id=None if of is None else f"P-{of}",
            amount=Decimal(amount), currency="EUR", refunded_on=on,
        )
    )  # fmt: skip


def open_of(history: Given) -> dict[str, Decimal]:
    return dict(history.state.ledger("EUR").open)


THREE = in_instalments(1, (date(2024, 1, 31), 30), (date(2024, 2, 29), 40), (date(2024, 3, 31), 50))


def test_one_payment_pays_several_invoices_as_it_names_them() -> None:
    history = account(invoice(1), invoice(2), invoice(3), shared(1, 150, (2, 100), (3, 20), rest=1))
    assert open_of(history) == {"I-1": 70, "I-3": 80}
    assert len(replay(allocation.MODEL, history.facts)) == 3
    (row,) = replay(payments.MODEL, history.facts).values()
    assert (row.amount, row.unallocated) == (150, 0)


def test_a_share_for_an_invoice_that_is_not_known_waits_for_it_and_the_rest_pays_the_oldest() -> None:
    waiting = account(invoice(1), shared(1, 150, (9, 100)))
    assert open_of(waiting) == {"I-1": 50}
    assert waiting.state.ledger("EUR").unallocated("P-1") == 100
    assert open_of(waiting.when(invoice(9, 120))) == {"I-1": 50, "I-9": 20}


def test_a_share_that_is_more_than_its_invoice_goes_to_the_oldest() -> None:
    history = account(invoice(1), invoice(2, 60), shared(1, 100, (2, 80)))
    assert open_of(history) == {"I-1": 60}


def test_a_shared_payment_whose_cheque_bounces_is_no_money_at_all() -> None:
    history = account(invoice(1), invoice(2), shared(1, 150, (1, 100), (2, 50)), bounce(1, 150, date(2024, 3, 1)))
    assert open_of(history) == {"I-1": 100, "I-2": 100}
    assert not replay(allocation.MODEL, history.facts)


def test_other_shares_under_a_known_id_are_refused_with_the_difference() -> None:
    known = account(invoice(1), invoice(2), shared(1, 150, (1, 100), (2, 50)))
    known.when(shared(1, 150, (1, 100), (2, 50))).then()
    known.when(shared(1, 150, (1, 90), (2, 60))).then_refused(FactDiffers, "allocation to I-1 90 instead of 100")


def test_a_person_assigns_a_shared_payment_to_one_invoice() -> None:
    known = account(invoice(1), invoice(2), shared(1, 100, (1, 50), (2, 50)))
    assert open_of(known.when(ReassignPayment(CUSTOMER, "P-1", "I-2", "all of it", "clerk"))) == {"I-1": 100}


def test_each_instalment_is_overdue_by_itself() -> None:
    history = until(date(2024, 3, 15), account(THREE), TIMERS)
    assert [(e.invoice_id, e.overdue_since, e.open_amount) for e in all_of(history, PaymentOverdue)] == [
        ("I-1#1", date(2024, 2, 1), 30),
        ("I-1#2", date(2024, 3, 1), 40),
    ]
    assert history.state.position(date(2024, 3, 15), history.book, "EUR").exposure.overdue == 70
    paid = history.when(payment(1, 50, date(2024, 3, 15), of=1))
    assert paid.one(PaymentOverdueEnded).invoice_id == "I-1#1"
    assert open_of(paid) == {"I-1#2": 20, "I-1#3": 50}
    assert all_of(until(date(2024, 4, 5), paid, TIMERS), PaymentOverdue)[-1].invoice_id == "I-1#3"


def test_money_for_an_invoice_in_instalments_pays_them_in_the_order_of_their_days() -> None:
    early = account(invoice(9), payment(1, 75, date(2024, 1, 2), of=1)).when(THREE)
    assert open_of(early) == {"I-9": 100, "I-1#3": 45}
    late = account(invoice(9), THREE, payment(1, 75, date(2024, 1, 2), of=1))
    assert open_of(late) == open_of(early)
    assert [e.invoice_id for e in all_of(late, InvoiceSettled)] == ["I-1#1", "I-1#2"]


def test_an_invoice_in_instalments_counts_for_its_order_as_a_whole() -> None:
    order = CheckOrder("O-1", CUSTOMER, date(2024, 1, 1), Decimal(120), "EUR")
    of_order = RecordInvoice(THREE.fact.model_copy(update={"order_id": "O-1"}))
    history = account(order, of_order)
    assert history.state.orders.total == 0
    assert history.state.ledger("EUR").balance == 120


def test_an_invoice_in_instalments_comes_once_and_with_other_ones_is_refused() -> None:
    known = account(THREE)
    known.when(THREE).then()
    other = in_instalments(1, (date(2024, 1, 31), 40), (date(2024, 2, 29), 30), (date(2024, 3, 31), 50))
    known.when(other).then_refused(FactDiffers, "instalment 1 40 due 2024-01-31 instead of 30 due 2024-01-31")
    whole = RecordInvoice(THREE.fact.model_copy(update={"instalments": ()}))
    known.when(whole).then_refused(FactDiffers, "instalment 3")


def test_an_invoice_with_more_instalments_than_anybody_agrees_on_is_refused_before_it_fills_the_log() -> None:
    day = date(2024, 1, 31)
    account().when(in_instalments(1, *((day, 1) for _ in range(INSTALMENTS_MAX + 1)))).then_refused(
        TooManyInstalments, "has 401 instalments; an invoice has at most 400"
    )
    taken = account(in_instalments(1, *((day, 1) for _ in range(INSTALMENTS_MAX))))
    assert sum(len(fact.model_dump_json()) for fact in taken.facts) < 10_000_000


def test_an_invoice_under_the_id_of_an_instalment_is_refused_and_never_misread() -> None:
    named_alike = RecordInvoice(invoice(7).fact.model_copy(update={"invoice_id": "I-1#2"}))
    account(THREE).when(named_alike).then_refused(FactDiffers, "it is an instalment of I-1")
    account(named_alike).when(THREE).then_refused(FactDiffers, "has an instalment of this id")


def test_what_was_paid_too_much_and_is_paid_back_gives_no_more_credit() -> None:
    over = account(invoice(1), payment(1, 300, JANUARY, of=1))
    assert over.state.ledger("EUR").balance == -200
    history = over.when(refund(1, 200, of=1))
    recorded = history.one(RefundRecorded)
    assert [(part.payment_id, part.amount) for part in recorded.parts] == [("P-1", 200)]
    ledger = history.state.ledger("EUR")
    assert (dict(ledger.open), ledger.balance, ledger.unallocated("P-1")) == ({}, 0, 0)
    rows = [
        [vars(row) for row in replay(m, history.facts).values()]
        for m in (open_item.MODEL, payments.MODEL, allocation.MODEL)
    ]
    before, then = (receivables_at(*rows, day, "EUR") for day in (date(2024, 2, 29), date(2024, 3, 1)))
    assert (before.balance, then.balance) == (-200, 0), "the past stays what it was"
    assert (before.unallocated, then.unallocated) == (200, 0)


def test_a_refund_that_names_no_payment_takes_what_waits_and_of_more_opens_what_was_paid() -> None:
    paid = account(invoice(1), payment(1, 100, JANUARY, of=1), payment(2, 50, JANUARY))
    assert open_of(paid.when(refund(1, 50))) == {}
    assert open_of(paid.when(refund(1, 80))) == {"I-1": 30}


OVERPAID: list[Command] = [invoice(1), payment(1, 300, JANUARY, of=1), refund(1, 200, of=1)]
"""100 was invoiced, 300 came, 200 went back on 1 March."""
BOUNCED = bounce(1, 300, date(2024, 3, 5))


def test_what_was_paid_back_of_a_cheque_that_bounces_is_owed_beside_the_invoice() -> None:
    history = account(*OVERPAID).when(BOUNCED)
    owed = history.one(RefundOwed)
    assert (owed.invoice_id, owed.amount, owed.due_on) == ("refund:R-1", 200, date(2024, 3, 5))
    ledger = history.state.ledger("EUR")
    assert (dict(ledger.open), ledger.balance) == ({"I-1": 100, "refund:R-1": 200}, 300)
    overdue = all_of(until(date(2024, 4, 1), history, TIMERS), PaymentOverdue)
    assert {(each.invoice_id, each.open_amount) for each in overdue} == {("I-1", 100), ("refund:R-1", 200)}
    paid = history.when(payment(2, 300, date(2024, 3, 20)))
    assert {each.invoice_id for each in all_of(paid, InvoiceSettled)} == {"I-1", "refund:R-1"}
    assert paid.state.ledger("EUR").balance == 0


def test_a_refund_that_is_heard_of_after_its_cheque_bounced_is_owed_as_well() -> None:
    history = account(OVERPAID[0], OVERPAID[1], BOUNCED).when(OVERPAID[2])
    history.one(RefundOwed)
    ledger = history.state.ledger("EUR")
    assert (dict(ledger.open), ledger.balance) == ({"I-1": 100, "refund:R-1": 200}, 300)


def test_a_cheque_that_is_presented_again_pays_what_was_paid_back_of_it() -> None:
    again = payment(1, 300, date(2024, 3, 10), of=1)
    history = account(*OVERPAID, BOUNCED, again)
    assert (open_of(history), history.state.ledger("EUR").balance) == ({}, 0)
    history = history.when(bounce(1, 300, date(2024, 3, 15)))
    assert open_of(history) == {"I-1": 100, "refund:R-1": 200}
    assert len(all_of(history, RefundOwed)) == 1


def test_an_invoice_under_the_id_of_what_is_owed_of_a_refund_is_refused() -> None:
    named_alike = RecordInvoice(invoice(7).fact.model_copy(update={"invoice_id": "refund:R-1"}))
    account(*OVERPAID, BOUNCED).when(named_alike).then_refused(FactDiffers, "it is what is owed of refund R-1")
    after = account(named_alike, *OVERPAID, BOUNCED)
    assert open_of(after) == {"I-1": 100, "refund:R-1": 100, "refund:R-1#2": 200}


def test_a_refund_of_several_cheques_of_which_one_bounces_is_owed_in_part() -> None:
    history = account(payment(1, 100, JANUARY), payment(2, 150, JANUARY), refund(1, 250))
    assert history.state.ledger("EUR").balance == 0
    history = history.when(bounce(2, 150, date(2024, 3, 5)))
    assert (open_of(history), history.state.ledger("EUR").balance) == ({"refund:R-1": 150}, 150)
    assert open_of(history.when(bounce(1, 100, date(2024, 3, 6)))) == {"refund:R-1": 150, "refund:R-1#2": 100}


def money_fact(kind: str, n: int, amount: int, on: date, refund_of: int | None) -> Command:
    match kind:
        case "invoice":
            return invoice(n, amount, on + timedelta(days=30), on)
        case "payment":
            return payment(n, amount, on, of=n)
        case "note":
            return credit_note(n, amount, on, of=n)
        case "refund":
            return refund(n, amount, of=refund_of, on=on)
    return bounce(n, amount, on)


MONEY_FACTS = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), st.integers(0, 3), st.integers(2, 60)),
        st.tuples(st.just("payment"), st.integers(0, 3), st.integers(2, 90)),
        st.tuples(st.just("note"), st.integers(0, 3), st.integers(2, 30)),
        st.tuples(st.just("refund"), st.integers(0, 3), st.integers(2, 40)),
        st.tuples(st.just("bounce"), st.integers(0, 3), st.just(2)),
    ),
    max_size=12,
    unique_by=lambda each: each[:2],
)


@settings(max_examples=150, deadline=None)
@for_all(MONEY_FACTS, st.booleans(), st.randoms())
def test_invoices_and_refunds_less_money_and_credits_are_the_balance_in_whatever_order_they_are_heard_of(
    drawn: list[tuple[str, int, int]], named: bool, random: Random
) -> None:
    """A refund waits until its money is known, as a parked fact does; then it is recorded, before or after the cheque bounced."""
    day = {kind: timedelta(days=n) for n, kind in enumerate(("invoice", "payment", "note", "refund", "bounce"))}
    commands: dict[tuple[str, int], Command] = {}
    for kind, n, amount in drawn:
        on = JANUARY + day[kind] + timedelta(days=5 * n)
        commands[kind, n] = money_fact(kind, n, amount, on, n if named else None)
    order = list(commands)
    random.shuffle(order)
    history, waiting = account(), list[tuple[str, int]]()
    for key in order:
        history = replace(history.when(commands[key]), outcome=())
        waiting.append(key)
        for refused in [each for each in waiting if each[0] == "refund"]:
            history = replace(history.when(commands[refused]), outcome=())
    recorded = {each.refund_id: each.amount for each in all_of(history, RefundRecorded)}
    bounced = {n for kind, n in commands if kind == "bounce"}
    ledger = history.state.ledger("EUR")
    sums = {kind: sum(a for k, n, a in drawn if k == kind and not (k == "payment" and n in bounced)) for kind in day}
    assert ledger.balance == sums["invoice"] + sum(recorded.values()) - sums["payment"] - sums["note"]
    waits = sum((ledger.unallocated(each) for each in ledger.payments if each not in ledger.bounced), NOTHING)
    assert sum(ledger.open.values(), NOTHING) - waits == ledger.balance
    rows = [
        [vars(row) for row in replay(m, history.facts).values()]
        for m in (open_item.MODEL, payments.MODEL, allocation.MODEL)
    ]
    shown = receivables_at(*rows, date(2024, 12, 31), "EUR")
    assert (shown.balance, shown.unallocated) == (ledger.balance, waits)
    assert shown.ageing.total == sum(ledger.open.values(), NOTHING)


def test_what_is_owed_of_a_refund_is_no_sale() -> None:
    history = account(*OVERPAID, BOUNCED)
    items, met = ([vars(row) for row in replay(m, history.facts).values()] for m in (open_item.MODEL, allocation.MODEL))
    by_day = ReceivablesByDay.of(items, met, "EUR")
    assert sum(by_day.sales(date(2023, 1, 1), date(2024, 12, 31)).values()) == 100
    assert by_day.ageing(date(2024, 3, 6)).total == 300


def test_a_refund_comes_once_and_with_other_contents_is_refused_with_the_difference() -> None:
    known = account(payment(1, 100, JANUARY), refund(1, 50, of=1))
    known.when(refund(1, 50, of=1)).then()
    known.when(refund(1, 60, of=1)).then_refused(FactDiffers, "amount 60 instead of 50")


@pytest.mark.parametrize("first", ["money", "invoice"])
def test_money_that_names_an_instalment_pays_it_whichever_is_told_first(first: str) -> None:
    named = RecordPayment(payment(1, 50, JANUARY).fact.model_copy(update={"invoice_id": "I-1#3"}))
    told = [named, THREE] if first == "money" else [THREE, named]
    assert open_of(account(*told)) == {"I-1#1": 30, "I-1#2": 40}


def test_nothing_waits_for_an_invoice_of_which_the_money_was_paid_back() -> None:
    """One of the two shares names an invoice that is not known; the refund takes what comes last of both."""
    waiting = account(
        shared(1, 50, (1, 20), (9, 30)), refund(1, 30, of=1, on=JANUARY), invoice(1, 60), payment(2, 40, JANUARY, of=8)
    )
    history = until(date(2024, 3, 1), waiting, TIMERS)
    assert open_of(history) == {"I-1": 40}
    (noted,) = all_of(history, WaitingMoneyNoted)
    assert [(each.payment_id, each.amount) for each in noted.money] == [("P-2", 40)]


AMOUNTS = st.integers(1, 40)
DAYS = st.integers(0, 12).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
SHARES = st.lists(st.tuples(st.integers(1, 4), AMOUNTS), max_size=3, unique_by=lambda share: share[0])
MONEY = st.lists(st.tuples(SHARES, st.integers(0, 30), DAYS, st.none() | st.integers(1, 4)), max_size=4)
INVOICES = st.lists(st.tuples(AMOUNTS, AMOUNTS, DAYS, st.booleans()), min_size=1, max_size=3)


def facts_of(
    invoices: Sequence[tuple[int, int, date, bool]],
    money: Sequence[tuple[list[tuple[int, int]], int, date, int | None]],
) -> list[Command]:
    facts: list[Command] = []
    for number, (first, second, day, is_split) in enumerate(invoices, start=1):
        parts = ((day + timedelta(days=9), first), (day + timedelta(days=19), second))
        whole = in_instalments(number, *parts, issued_on=day)
        facts.append(whole if is_split else RecordInvoice(whole.fact.model_copy(update={"instalments": ()})))
    for number, (shares, more, day, rest) in enumerate(money, start=1):
        total = sum(amount for _, amount in shares) + more
        if total:
            facts.append(shared(number, total, *shares, paid_on=day, rest=rest))
    return facts


def test_of_two_days_on_which_money_met_an_invoice_with_the_same_amount_the_right_one_is_taken_back() -> None:
    first, second, third = (date(2024, 1, day) for day in (1, 2, 3))
    facts = facts_of(
        [(1, 1, third, False), (1, 27, second, False), (1, 40, first, False)],
        [([], 10, first, None), ([], 20, first, None), ([(1, 16)], 25, first, None)],
    )
    late = shared(9, 1, paid_on=second)
    in_time, too_late = account(late, *facts).state.ledger("EUR"), account(*facts, late).state.ledger("EUR")
    met = {(entry.payment_id, entry.on, entry.amount) for entry in too_late.entries["I-2"]}
    assert met == {("P-3", second, 14), ("P-9", second, 1), ("P-3", third, 13)}
    assert set(in_time.entries["I-2"]) == set(too_late.entries["I-2"])


@settings(max_examples=250, deadline=None)
@for_all(INVOICES, MONEY, st.randoms())
def test_any_order_of_arrival_of_shares_and_instalments_gives_the_same_ledger(
    invoices: list[tuple[int, int, date, bool]],
    money: list[tuple[list[tuple[int, int]], int, date, int | None]],
    random: Random,
) -> None:
    facts = facts_of(invoices, money)
    shuffled = list(facts)
    random.shuffle(shuffled)
    first, second = account(*facts), account(*shuffled)
    one, other = first.state.ledger("EUR"), second.state.ledger("EUR")
    assert one.open == other.open
    assert one.balance == other.balance
    assert {i: set(e) for i, e in one.entries.items() if e} == {i: set(e) for i, e in other.entries.items() if e}
    for ledger, history in ((one, first), (other, second)):
        for payment_id, paid in ledger.payments.items():
            met = sum((entry.amount for entry in ledger.entries_of(payment_id)), NOTHING)
            assert met + ledger.unallocated(payment_id) == paid.amount
        waits = sum((ledger.unallocated(p) for p in ledger.payments), NOTHING)
        assert sum(ledger.open.values(), NOTHING) - waits == ledger.balance
        rows = replay(open_item.MODEL, history.facts).values()
        assert {row.invoice_id: row.open_amount for row in rows if row.open_amount} == dict(ledger.open)
        known = {(e.invoice_id, e.payment_id): NOTHING for paid in ledger.entries.values() for e in paid}
        for entry in (e for paid in ledger.entries.values() for e in paid):
            known[entry.invoice_id, entry.payment_id] += entry.amount
        assert {
            (r.invoice_id, r.payment_id): r.amount for r in replay(allocation.MODEL, history.facts).values()
        } == known
        money_rows = replay(payments.MODEL, history.facts).values()
        assert {r.payment_id: r.unallocated for r in money_rows} == {p: ledger.unallocated(p) for p in ledger.payments}


@pytest.mark.parametrize("first", [True, False])
def test_a_payment_may_meet_an_invoice_by_a_share_and_as_the_oldest(first: bool) -> None:
    facts = [invoice(1), shared(1, 90, (1, 50))]
    history = account(*(facts if first else reversed(facts)))
    assert open_of(history) == {"I-1": 10}
    (row,) = replay(allocation.MODEL, history.facts).values()
    assert row.amount == 90
