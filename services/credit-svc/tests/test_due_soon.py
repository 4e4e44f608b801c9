"""Before the due date: who may forget is reminded in time, who pays without a reminder is left alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given
from contracts.credit import (
    BehaviourClassChanged,
    DiscountEndsSoon,
    DueReminderScheduled,
    InvoiceRecorded,
    PaymentsDueSoon,
)
from contracts.fields import STORED
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.due_soon import RemindOfDue
from credit_svc.account.files import SetTerms
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.testing import CUSTOMER, account, all_of, credit_note, invoice, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, reminder_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, reminder_due.TODO)
DUE, BEFORE = date(2025, 6, 30), date(2025, 6, 27)


def payer(*commands: Any, book: Any = None) -> Given:
    """A customer of class A that has paid an invoice in time."""
    first = invoice(0, due_on=date(2025, 3, 31))
    return until(
        date(2025, 4, 1), account(first, payment(0, 100, date(2025, 3, 20), of=0), *commands, book=book), TIMERS
    )


def late_payer(book: Any = None) -> Given:
    """A customer of class B: it paid once, two weeks late."""
    late = until(date(2025, 4, 10), account(invoice(0, due_on=date(2025, 3, 31)), book=book), TIMERS)
    paid = late.when(payment(0, 100, date(2025, 4, 14), of=0))
    assert all_of(paid, BehaviourClassChanged)[-1].after == "B"
    return paid


def reminders(history: Given) -> list[PaymentsDueSoon]:
    """Without that of its very first invoice, in March."""
    return [each for each in all_of(history, PaymentsDueSoon) if each.reminded_on > date(2025, 4, 30)]


def test_due_in_three_days_is_one_reminder_of_all_three_invoices_with_their_sum() -> None:
    three = late_payer().when(*(invoice(n, amount, due_on=DUE) for n, amount in ((1, 100), (2, 250), (3, "49.50"))))
    assert not reminders(until(BEFORE - timedelta(days=1), three, TIMERS)), "not before its day"
    (reminder,) = reminders(until(DUE, three, TIMERS))
    assert (reminder.reminded_on, reminder.due_on, reminder.days_left) == (BEFORE, DUE, 3)
    assert (reminder.total, reminder.currency) == (Decimal("399.50"), "EUR")
    assert [(each.invoice_id, each.open_amount) for each in reminder.invoices] == [
        ("I-1", 100), ("I-2", 250), ("I-3", Decimal("49.50")),
    ]  # fmt: skip


def test_of_two_currencies_and_two_due_days_each_has_its_own_reminder() -> None:
    later = DUE + timedelta(days=1)
    facts = (invoice(1, due_on=DUE), invoice(2, due_on=DUE, currency="USD"), invoice(3, due_on=later))
    found = reminders(until(DUE, late_payer().when(*facts), TIMERS))
    assert [(each.reminded_on, each.due_on, each.currency) for each in found] == [
        (BEFORE, DUE, "EUR"), (BEFORE, DUE, "USD"), (BEFORE + timedelta(days=1), later, "EUR"),
    ]  # fmt: skip


def test_class_a_not_asked() -> None:
    history = until(DUE, payer().when(invoice(1, due_on=DUE)), TIMERS)
    assert not reminders(history)
    assert all_of(history, InvoiceRecorded)[-1].remind_on is None, "nothing waits for a day on which nobody is reminded"


def test_class_d_is_pursued_and_not_reminded() -> None:
    refused = payer().when(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", date(2025, 4, 2)))
    assert all_of(refused, BehaviourClassChanged)[-1].after == "D"
    assert not reminders(until(DUE, refused.when(invoice(1, due_on=DUE)), TIMERS))


def test_who_has_not_paid_an_invoice_yet_is_reminded_and_then_no_more() -> None:
    assert len(reminders(until(DUE, account(invoice(1, due_on=DUE)), TIMERS))) == 1
    credited = account(invoice(1), credit_note(1, 100, date(2024, 1, 10), of=1), invoice(2, due_on=DUE))
    assert len(reminders(until(DUE, credited, TIMERS))) == 1, "a credit note is no payment"
    paid = account(invoice(1, due_on=DUE), invoice(2, due_on=DUE), payment(1, 100, date(2025, 6, 10), of=1))
    history = until(DUE, paid, TIMERS)
    assert not reminders(history)
    assert all_of(history, DueReminderScheduled)[-1].remind_on is None


@pytest.mark.parametrize(
    "paid",
    [
        pytest.param(payment(1, 100, date(2025, 6, 20), of=1), id="paid"),
        pytest.param(credit_note(1, 100, date(2025, 6, 20), of=1), id="credited"),
        pytest.param(payment(1, 100, date(2025, 6, 20), of=9), id="covered by money that waits"),
        pytest.param(
            DisputeInvoice(CUSTOMER, "I-1", Decimal(10), "damaged", "sales", date(2025, 6, 20)), id="disputed"
        ),
        pytest.param(payment(1, "99.50", date(2025, 6, 20), of=1), id="within what nobody pursues"),
    ],
)
def test_paid_before_is_none(paid: Any) -> None:
    assert not reminders(until(DUE, late_payer().when(invoice(1, due_on=DUE), paid), TIMERS))


def test_of_a_part_payment_the_rest_is_asked_for() -> None:
    part = late_payer().when(invoice(1, due_on=DUE), payment(1, 60, date(2025, 6, 20), of=1))
    (reminder,) = reminders(until(DUE, part, TIMERS))
    assert reminder.total == reminder.invoices[0].open_amount == 40


def test_who_becomes_class_b_is_reminded_of_what_it_owes_already() -> None:
    history = payer().when(invoice(1, due_on=date(2025, 5, 31)), invoice(2, due_on=DUE))
    found = reminders(until(DUE, history, TIMERS))
    assert [(each.due_on, each.reminded_on) for each in found] == [(DUE, BEFORE)], "I-1 was of class A still"


def test_the_policy_says_when_of_how_much_and_to_whom() -> None:
    often = under(ReceivablesPolicy(remind_before_days=(7, 3), remind_behaviour=("A",), remind_min=Decimal(200)))
    history = payer(book=often).when(invoice(1, 200, due_on=DUE), invoice(2, 100, due_on=DUE + timedelta(days=9)))
    found = reminders(until(date(2025, 7, 20), history, TIMERS))
    assert [(each.due_on, each.days_left) for each in found] == [(DUE, 7), (DUE, 3)]
    never = under(ReceivablesPolicy(remind_before_days=()))
    assert not reminders(until(DUE, account(invoice(1, due_on=DUE), book=never), TIMERS))
    stored = ReceivablesPolicy.model_validate({"grace_days": 2}, context=STORED)
    assert stored.remind_before_days == (), "a document of the time before reminders goes on without them"


def test_a_discount_that_ends_is_a_reason_of_its_own() -> None:
    book = under(ReceivablesPolicy(remind_discount_days=(2,)))
    terms = SetTerms(CUSTOMER, 30, 10, Decimal(2), None, None, date(2025, 4, 1), "agreed", "head")
    open_one, paid_in_part = (invoice(n, due_on=DUE, issued_on=date(2025, 5, 31)) for n in (1, 2))
    history = late_payer(book).when(terms, open_one, paid_in_part, payment(1, 60, date(2025, 6, 2), of=2))
    (reminder,) = all_of(until(DUE, history, TIMERS), DiscountEndsSoon)
    assert (reminder.reminded_on, reminder.due_on, reminder.days_left) == (date(2025, 6, 8), date(2025, 6, 10), 2)
    (item,) = reminder.invoices
    assert (item.invoice_id, item.discount_until, item.discount_amount) == ("I-1", date(2025, 6, 10), 2)


def test_of_what_is_recorded_too_late_nobody_is_reminded() -> None:
    late = late_payer().when(payment(8, 1, date(2025, 6, 28)), invoice(1, due_on=DUE))
    assert not reminders(until(DUE, late, TIMERS))


def test_a_day_that_is_searched_again_reminds_nobody_twice() -> None:
    history = until(DUE, late_payer().when(invoice(1, due_on=DUE)), TIMERS)
    assert len(reminders(history)) == 1
    history.when(RemindOfDue(CUSTOMER, BEFORE)).then()


OPEN = st.lists(st.tuples(st.integers(0, 40), st.integers(2, 500)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@for_all(OPEN, st.sets(st.integers(0, 10), min_size=1, max_size=3))
def test_each_open_invoice_is_in_one_reminder_for_each_number_of_days(
    drawn: list[tuple[int, int]], before: set[int]
) -> None:
    book = under(ReceivablesPolicy(remind_before_days=tuple(before)))
    issued = date(2025, 5, 1)
    facts = [
        invoice(n, amount, due_on=issued + timedelta(days=15 + days), issued_on=issued)
        for n, (days, amount) in enumerate(drawn, start=1)
    ]
    history = until(date(2025, 7, 1), account(*facts, book=book), (reminder_due.TODO,))
    found = [(each.invoice_id, reminder.days_left) for reminder in reminders(history) for each in reminder.invoices]
    assert sorted(found) == sorted((fact.fact.invoice_id, days) for fact in facts for days in before)
    days = [(each.due_on, each.days_left) for each in reminders(history)]
    assert len(days) == len(set(days)), "one a customer, currency and due day"
    assert all_of(history, DueReminderScheduled)[-1].remind_on is None
