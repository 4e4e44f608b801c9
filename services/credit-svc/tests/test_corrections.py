"""A known id with other contents: an invoice is restated, other facts are refused with the difference; never dropped."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, replay
from contracts.credit import (
    ChequeBounced,
    ChequeClaimRaised,
    CollectionCaseClosed,
    CollectionStepRescheduled,
    CustomerOverdueCleared,
    InterestCharged,
    InvoiceCorrected,
    InvoiceReopened,
    InvoiceSettled,
    OrderExposureChanged,
    OrderExposureReleased,
    PaymentOverdue,
    PaymentOverdueEnded,
)
from credit_svc.account.decision import Command
from credit_svc.account.invoices import MarkOverdue, RecordInvoice
from credit_svc.account.orders import CheckOrder
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.read_models import open_item
from credit_svc.read_models import payment as payments
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, payment, plainly, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
JANUARY = date(2024, 1, 31)
MARCH = date(2024, 3, 1)


def again(command: Any, **fields: Any) -> Any:
    """The fact of a command with other contents."""
    return replace(command, fact=command.fact.model_copy(update=fields))


def open_of(history: Given) -> dict[str, Decimal]:
    return dict(history.state.ledger("EUR").open)


def test_an_invoice_that_comes_again_with_another_amount_and_day_is_restated() -> None:
    history = account(invoice(1)).when(again(invoice(1), amount=Decimal(120), due_on=MARCH))
    corrected = history.one(InvoiceCorrected)
    assert corrected.difference == "due_on 2024-03-01 instead of 2024-01-31, amount 120 instead of 100"
    assert (corrected.before.amount, corrected.amount, corrected.overdue_from) == (100, 120, date(2024, 3, 2))
    assert open_of(history) == {"I-1": 120}
    assert all_of(until(date(2024, 4, 1), history, TIMERS), PaymentOverdue)[0].overdue_since == date(2024, 3, 2)
    history.when(again(invoice(1), amount=Decimal(120), due_on=MARCH)).then()


def test_a_correction_takes_back_money_that_is_too_much_and_settles_what_is_paid() -> None:
    history = account(invoice(1), invoice(2, 50), payment(1, 100, JANUARY, of=1)).when(
        again(invoice(1), amount=Decimal(80))
    )
    assert open_of(history) == {"I-2": 30}
    assert last(history, InvoiceSettled).invoice_id == "I-1"
    more = account(invoice(1), payment(1, 100, JANUARY, of=1)).when(again(invoice(1), amount=Decimal(130)))
    assert more.one(InvoiceReopened).cause == "corrected"
    assert open_of(more) == {"I-1": 30}
    nothing = account(invoice(1), payment(1, 100, JANUARY, of=1)).when(again(invoice(1), amount=Decimal(0)))
    assert (open_of(nothing), nothing.state.ledger("EUR").balance) == ({}, -100)


def test_an_overdue_invoice_that_is_due_later_after_all_is_not_overdue_and_its_case_closes() -> None:
    late = until(date(2024, 2, 20), account(invoice(1)), TIMERS)
    history = late.when(again(invoice(1), due_on=MARCH))
    ended = history.one(PaymentOverdueEnded)
    assert (ended.because, ended.customer_overdue, ended.customer_overdue_invoices) == ("restated", 0, 0)
    assert history.one(CollectionCaseClosed).cause == "restated"
    assert not history.state.overdue
    assert history.state.behaviour.current == "A"
    assert last(until(date(2024, 4, 1), history, TIMERS), PaymentOverdue).overdue_since == date(2024, 3, 2)


def test_an_overdue_invoice_that_stays_overdue_goes_on_with_the_steps_of_its_new_day() -> None:
    late = until(date(2024, 2, 10), account(invoice(1)), TIMERS)
    history = late.when(again(invoice(1), due_on=date(2024, 2, 5)))
    assert history.one(InvoiceCorrected).is_overdue
    assert not [event for event in history.outcome if isinstance(event, PaymentOverdueEnded)]  # type: ignore[union-attr]
    assert history.one(CollectionStepRescheduled).next_step_on == date(2024, 2, 20)
    assert len(all_of(until(date(2024, 3, 1), history, TIMERS), PaymentOverdue)) == 1


def test_a_correction_restates_the_interest_that_was_charged() -> None:
    paid = account(
        invoice(1, 100_000), MarkOverdue(CUSTOMER, "I-1", date(2024, 2, 1)), payment(1, 100_000, MARCH, of=1)
    )
    charged = last(paid, InterestCharged).total
    history = paid.when(again(invoice(1, 100_000), due_on=MARCH))
    assert last(history, InvoiceSettled).days_late == 0
    assert history.one(InterestCharged).amount == -charged


def test_a_corrected_invoice_counts_for_its_order_anew() -> None:
    order = CheckOrder("O-1", CUSTOMER, date(2024, 1, 1), Decimal(100), "EUR")
    history = account(order, invoice(1, 100, of_order=1)).when(again(invoice(1, of_order=1), amount=Decimal(40)))
    changed = history.one(OrderExposureChanged)
    assert (changed.cause, changed.counted) == ("corrected", 60)
    other = history.when(again(invoice(1, of_order=1), amount=Decimal(40), order_id=None))
    assert other.one(OrderExposureChanged).counted == 100
    assert history.when(invoice(1, 100, of_order=1)).one(OrderExposureReleased).cause == "invoiced"


@pytest.mark.parametrize(
    ("known", "given", "difference"),
    [
        (invoice(1), again(invoice(1), currency="USD"), "currency USD instead of EUR"),
        (payment(1, 40, JANUARY), payment(1, 50, JANUARY), "amount 50 instead of 40"),
        (payment(1, 40, JANUARY), payment(1, 40, MARCH), "paid_on 2024-03-01 instead of 2024-01-31"),
        (payment(1, 40, JANUARY), payment(1, 40, JANUARY, of=1), "invoice_id I-1 instead of none"),
        (payment(1, 40, JANUARY), payment(1, 40, JANUARY, currency="USD"), "currency USD instead of EUR"),
        (credit_note(1, 40, JANUARY), credit_note(1, 41, JANUARY), "amount 41 instead of 40"),
        (bounce(1, 40, MARCH), bounce(1, 41, MARCH), "face_amount 41 instead of 40"),
        (bounce(1, 40, MARCH), bounce(1, 40, JANUARY), "bounced_on 2024-01-31 instead of 2024-03-01"),
    ],
)
def test_a_fact_with_other_contents_that_no_rule_restates_is_refused_with_the_difference(
    known: Command, given: Command, difference: str
) -> None:
    history = account(known)
    history.when(known).then()
    history.when(given).then_refused(FactDiffers, difference)


def test_an_invoice_that_two_people_wrote_off_is_not_restated() -> None:
    lost = account(
        invoice(1), ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "collector", MARCH),
        ApproveWriteOff(CUSTOMER, "I-1", "head of credit", MARCH),
    )  # fmt: skip
    lost.when(again(invoice(1), amount=Decimal(120))).then_refused(FactDiffers, "It is written off")


def test_a_cheque_that_bounced_and_is_presented_again_counts() -> None:
    bounced = account(invoice(1), payment(1, 100, JANUARY, of=1), bounce(1, 100, date(2024, 2, 10)))
    history = bounced.when(payment(1, 100, date(2024, 2, 20), of=1))
    assert history.one(InvoiceSettled).settled_on == date(2024, 2, 20)
    assert (open_of(history), history.state.ledger("EUR").balance) == ({}, 0)
    (row,) = replay(payments.MODEL, history.facts).values()
    assert (row.bounced_on, row.paid_on, row.unallocated) == (None, date(2024, 2, 20), 0)
    (item,) = replay(open_item.MODEL, history.facts).values()
    assert (item.open_amount, item.status) == (0, "settled")


def test_a_cheque_that_was_presented_again_may_bounce_again_and_is_claimed_again() -> None:
    facts = [
        invoice(1), payment(1, 100, JANUARY, of=1), bounce(1, 100, date(2024, 2, 10)),
        payment(1, 100, date(2024, 2, 20), of=1), bounce(1, 100, date(2024, 2, 25)),
    ]  # fmt: skip
    history = account(*facts)
    assert open_of(history) == {"I-1": 100}
    assert [each.raised_on for each in all_of(history, ChequeClaimRaised)] == [date(2024, 2, 10), date(2024, 2, 25)]
    for fact in facts:
        history.when(fact).then()


def test_a_payment_by_http_of_an_earlier_presentation_that_bounced_changes_nothing() -> None:
    known = account(invoice(1), bounce(1, 100, date(2024, 2, 10)), payment(1, 100, date(2024, 2, 20), of=1))
    known.when(payment(1, 100, JANUARY, of=1)).then()
    assert open_of(known) == {}


def test_an_invoice_of_nothing_is_settled_as_it_is_issued() -> None:
    history = plainly(account().when(invoice(1, 0)))
    settled = history.one(InvoiceSettled)
    assert (settled.settled_on, settled.days_late) == (date(2024, 1, 1), 0)
    assert open_of(history) == {}
    assert open_of(account(payment(1, 30, JANUARY, of=1), invoice(1, 0), invoice(2, 100))) == {"I-2": 70}
    assert not all_of(until(date(2024, 12, 1), history, TIMERS), PaymentOverdue)


def test_what_ended_an_overdue_is_in_the_same_commit_with_what_is_still_overdue() -> None:
    late = until(date(2024, 3, 9), account(invoice(1, 1_000), invoice(2, 500)), TIMERS)
    assert [each.customer_overdue for each in all_of(late, PaymentOverdue)] == [1_000, 1_500]
    paid = late.when(payment(1, 1_000, date(2024, 3, 10), of=1))
    ended = paid.one(PaymentOverdueEnded)
    assert (ended.because, ended.ended_on, ended.customer_overdue, ended.customer_overdue_invoices) == (
        "settled", date(2024, 3, 10), 500, 1,
    )  # fmt: skip
    credited = paid.when(credit_note(1, 500, date(2024, 3, 12), of=2))
    ended = credited.one(PaymentOverdueEnded)
    assert (ended.because, ended.days_overdue, ended.customer_overdue) == ("credited", 41, 0)
    cleared = credited.one(CustomerOverdueCleared)
    assert (cleared.cleared_on, cleared.longest_days) == (date(2024, 3, 12), 41)


def test_a_part_payment_ends_no_overdue() -> None:
    late = until(date(2024, 2, 10), account(invoice(1)), TIMERS)
    assert not all_of(late.when(payment(1, 60, date(2024, 2, 10), of=1)), PaymentOverdueEnded)


def test_a_payment_told_late_ends_the_overdue_on_its_own_day() -> None:
    late = until(date(2024, 3, 20), account(invoice(1, due_on=date(2024, 2, 28))), TIMERS)
    ended = late.when(payment(1, 100, MARCH, of=1)).one(PaymentOverdueEnded)
    assert (ended.ended_on, ended.days_overdue) == (MARCH, 2)


def test_an_invoice_whose_cheque_bounces_is_overdue_a_second_time() -> None:
    late = until(date(2024, 2, 10), account(invoice(1)), TIMERS)
    paid = late.when(payment(1, 100, date(2024, 2, 10), of=1), bounce(1, 100, date(2024, 2, 20)))
    history = until(date(2024, 3, 1), paid, TIMERS)
    assert [each.overdue_since for each in all_of(history, PaymentOverdue)] == [date(2024, 2, 1), date(2024, 2, 20)]
    assert len(all_of(history, PaymentOverdueEnded)) == 1


AMOUNTS = st.integers(0, 30)
DAYS = st.integers(0, 12)


def drawn_invoice(number: int, amount: int, days: int) -> RecordInvoice:
    return again(invoice(number, amount), issued_on=date(2024, 1, 1) + timedelta(days=days), due_on=JANUARY)  # type: ignore[no-any-return]


@settings(max_examples=200, deadline=None)
@for_all(
    st.lists(st.tuples(AMOUNTS, DAYS, AMOUNTS, DAYS), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 40), DAYS, st.none() | st.integers(1, 4)), max_size=4),
    st.randoms(),
)
def test_a_corrected_ledger_is_the_one_that_had_the_right_invoices_from_the_first(
    invoices: list[tuple[int, int, int, int]], money: list[tuple[int, int, int | None]], random: Random
) -> None:
    paid: list[Command] = [
        payment(n, amount, date(2024, 1, 1) + timedelta(days=day), of=of) for n, (amount, day, of) in enumerate(money)
    ]
    wrong: list[Command] = [drawn_invoice(n, amount, day) for n, (amount, day, _, _) in enumerate(invoices, start=1)]
    right: list[Command] = [drawn_invoice(n, amount, day) for n, (_, _, amount, day) in enumerate(invoices, start=1)]
    first = [*wrong, *paid]
    random.shuffle(first)
    corrected, expected = account(*first, *right), account(*paid, *right)
    ledger, other = corrected.state.ledger("EUR"), expected.state.ledger("EUR")
    assert dict(ledger.open) == dict(other.open)
    assert ledger.balance == other.balance
    assert {i: set(e) for i, e in ledger.entries.items() if e} == {i: set(e) for i, e in other.entries.items() if e}
    rows = replay(open_item.MODEL, corrected.facts).values()
    assert {row.invoice_id: row.open_amount for row in rows if row.open_amount} == dict(ledger.open)
    assert {row.invoice_id for row in rows if row.status == "settled"} == set(ledger.invoices) - set(ledger.open)


def test_every_presentation_of_a_cheque_counts_whatever_the_order_of_arrival() -> None:
    facts = [
        payment(1, 100, JANUARY, of=1),
        bounce(1, 100, date(2024, 2, 10)),
        payment(1, 100, date(2024, 2, 20), of=1),
    ]
    for order in ((0, 1, 2), (1, 0, 2), (1, 2, 0)):
        history = account(invoice(1), *(facts[n] for n in order))
        assert open_of(history) == {}, order
        assert len(all_of(history, ChequeBounced)) == 1
    early = account(invoice(1), facts[0])
    early.when(facts[2]).then_refused(FactDiffers, "paid_on")
    assert open_of(early.when(facts[1], facts[2])) == {}
