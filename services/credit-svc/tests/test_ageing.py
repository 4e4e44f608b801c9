"""Ageing and its allowance, on their own and out of the read models."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import given, replay
from contracts import erp
from credit_svc.account import DECIDER
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.figures.ageing import ageing, allowance, bucket
from credit_svc.figures.receivables import receivables_at
from credit_svc.figures.receivables_by_day import ReceivablesByDay
from credit_svc.read_models import allocation, item_row, open_item, payment
from credit_svc.service import SERVICE


def numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_18_000_5_000_2_000_and_200_at_1_1_5_5_and_50_percent_are_an_allowance_of_455() -> None:
    assert allowance(numbers("18000", "5000", "2000", "200"), numbers("1", "1.5", "5", "50")) == 455


@pytest.mark.parametrize(
    ("days", "number"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (120, 4), (121, 5), (999, 5)],
)
def test_the_borders_of_the_buckets(days: int, number: int) -> None:
    assert bucket(days) == number


def test_open_items_fall_into_the_bucket_of_their_age() -> None:
    as_of = date(2024, 6, 30)
    found = ageing([(as_of, Decimal(10)), (as_of - timedelta(days=45), Decimal(7))], as_of)
    assert found.by_name()["not_due"] == 10
    assert found.by_name()["days_31_60"] == 7
    assert found.total == 17
    assert found.current == 10


START = date(2024, 1, 1)
DAY = st.integers(0, 20).map(lambda days: START + timedelta(days=days))


def _invoice(number: int, amount: int, issued_on: date, terms: int) -> RecordInvoice:
    due_on = issued_on + timedelta(days=terms)
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}", customer_id="C-1", issued_on=issued_on, due_on=due_on,
            amount=Decimal(amount), currency="EUR",
        )
    )  # fmt: skip


def _payment(number: int, amount: int, paid_on: date, of: int | None) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id="C-1", invoice_id=None if of is None else f"I-{of}",
            amount=Decimal(amount), currency="EUR", paid_on=paid_on, method="transfer",
        )
    )  # fmt: skip


def _bounce(number: int, on: date) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=f"P-{number}", customer_id="C-1", bounced_on=on, face_amount=Decimal(1), currency="EUR"
        )
    )


FACTS = st.lists(
    st.one_of(
        st.builds(_invoice, st.integers(0, 4), st.integers(1, 40), DAY, st.integers(0, 9)),
        st.builds(_payment, st.integers(0, 4), st.integers(1, 60), DAY, st.none() | st.integers(0, 4)),
        st.builds(_bounce, st.integers(0, 4), DAY),
    ),
    max_size=10,
)


def rows(facts: list[Any]) -> tuple[list[item_row.Row], list[payment.Row], list[allocation.Row]]:
    events = given(DECIDER, policies=SERVICE.policies).when(*facts).facts
    return (
        list(replay(open_item.MODEL, events).values()),
        list(replay(payment.MODEL, events).values()),
        list(replay(allocation.MODEL, events).values()),
    )


@settings(max_examples=300, deadline=None)
@for_all(FACTS, DAY)
def test_ageing_ties_to_the_balance_at_any_date(facts: list[Any], as_of: date) -> None:
    items, payments, allocations = rows(facts)
    issued = [item for item in items if item.issued_on <= as_of]
    received = [p for p in payments if p.paid_on and p.paid_on <= as_of and p.bounced_on is None]
    met = [a for a in allocations if a.allocated_on <= as_of]
    paid = {item.invoice_id: sum(a.amount for a in met if a.invoice_id == item.invoice_id) for item in issued}
    found = ageing([(item.due_on, item.amount - paid[item.invoice_id]) for item in issued], as_of)
    unallocated = sum(p.amount for p in received) - sum(a.amount for a in met)
    balance = sum(item.amount for item in issued) - sum(p.amount for p in received)
    assert found.total - unallocated == balance
    assert unallocated >= 0
    assert all(item.amount >= paid[item.invoice_id] for item in issued)


@settings(max_examples=200, deadline=None)
@for_all(FACTS)
def test_the_read_models_hold_what_the_ledger_holds(facts: list[Any]) -> None:
    history = given(DECIDER, policies=SERVICE.policies).when(*facts)
    ledger = history.state.ledger("EUR")
    items, payments, _ = rows(facts)
    assert {i.invoice_id: i.open_amount for i in items if i.open_amount} == dict(ledger.open)
    assert {i.invoice_id for i in items if i.status == "settled"} == set(ledger.invoices) - set(ledger.open)
    waiting = {p.payment_id: p.unallocated for p in payments if p.unallocated}
    live = [p for p in ledger.payments if p not in ledger.bounced]
    assert waiting == {p: ledger.unallocated(p) for p in live if ledger.unallocated(p)}


@settings(max_examples=200, deadline=None)
@for_all(FACTS, DAY)
def test_a_book_of_many_days_says_of_each_what_the_ageing_of_that_day_says(facts: list[Any], as_of: date) -> None:
    items, payments, met = ([vars(row) for row in found] for found in rows(facts))
    book = ReceivablesByDay.of(items, met, "EUR")
    assert book.ageing(as_of) == receivables_at(items, payments, met, as_of, "EUR").ageing
    assert sum(book.sales(date.min, as_of).values()) == sum(i["amount"] for i in items if i["issued_on"] <= as_of)
    assert ReceivablesByDay.of(items, met, "USD").ageing(as_of).total == 0
