"""Ids of payments as other systems write them, and what stands beside the money in a ledger under ids of our own."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, given, replay
from contracts import erp
from contracts.credit import (
    Allocation,
    CreditNoteRecorded,
    InvoiceRecorded,
    PaymentAllocated,
    PaymentReassigned,
    PaymentRecorded,
)
from credit_svc.account import DECIDER
from credit_svc.account.decision import Command
from credit_svc.account.files import SetTerms
from credit_svc.account.payments import ReassignPayment, RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.read_models import allocation, payment
from credit_svc.receivables.money_ids import CREDIT_NOTE
from credit_svc.testing import CUSTOMER, account, invoice

JANUARY = date(2024, 1, 1)
LIKE_OURS = ("write-off:I-1", "discount:I-1", "credit-note:7", "credit-note:", "write-off:", "payment:1", "7")


def pay(payment_id: str, amount: int, of: str | None = None, paid: int = 5) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=payment_id, customer_id=CUSTOMER, invoice_id=of, amount=Decimal(amount), currency="EUR",
            paid_on=JANUARY + timedelta(days=paid), method="transfer",
        )
    )  # fmt: skip


def note(note_id: str, amount: int, of: str | None = None, issued: int = 5) -> RecordCreditNote:
    return RecordCreditNote(
        erp.CreditNoteIssued(
            credit_note_id=note_id, customer_id=CUSTOMER, invoice_id=of, issued_on=JANUARY + timedelta(days=issued),
            amount=Decimal(amount), currency="EUR",
        )
    )  # fmt: skip


def bounced(payment_id: str, amount: int) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=payment_id, customer_id=CUSTOMER, bounced_on=JANUARY + timedelta(days=9),
            face_amount=Decimal(amount), currency="EUR",
        )
    )  # fmt: skip


def open_of(history: Given) -> dict[str, Decimal]:
    return dict(history.state.ledger("EUR").open)


@pytest.mark.parametrize("payment_id", LIKE_OURS)
def test_a_payment_counts_whatever_its_id_looks_like(payment_id: str) -> None:
    history = account(invoice(1), pay(payment_id, 60, "I-1"))
    assert open_of(history) == {"I-1": 40}
    assert history.state.ledger("EUR").balance == 40
    (row,) = replay(payment.MODEL, history.facts).values()
    assert (row.kind, row.payment_id, row.unallocated) == ("payment", payment_id, 0)
    back = account(invoice(1), pay(payment_id, 60, "I-1"), bounced(payment_id, 60))
    assert open_of(back) == {"I-1": 100}


def test_a_payment_and_a_credit_note_of_the_same_text_are_two() -> None:
    for facts in ((pay("credit-note:7", 60), note("7", 30)), (note("7", 30), pay("credit-note:7", 60))):
        history = account(invoice(1), *facts)
        assert open_of(history) == {"I-1": 10}
        assert {(row.kind, row.amount) for row in replay(payment.MODEL, history.facts).values()} == {
            ("payment", 60),
            ("credit_note", 30),
        }
        assert len(replay(allocation.MODEL, history.facts)) == 2


def test_a_payment_named_like_the_write_off_of_its_invoice_stands_beside_it() -> None:
    history = account(
        invoice(1),
        pay("write-off:I-1", 60, "I-1"),
        ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "collector", date(2024, 6, 1)),
        ApproveWriteOff(CUSTOMER, "I-1", "head of credit", date(2024, 6, 1)),
    )
    ledger = history.state.ledger("EUR")
    assert (dict(ledger.open), ledger.balance) == ({}, 0)
    rows = replay(allocation.MODEL, history.facts).values()
    assert {(row.kind, row.payment_id, row.amount) for row in rows} == {
        ("payment", "write-off:I-1", 60),
        ("write_off", "write-off:I-1", 40),
    }


def test_a_payment_named_like_a_credit_note_earns_its_discount() -> None:
    terms = SetTerms(CUSTOMER, 30, 10, Decimal(2), None, None, date(2023, 1, 1), "agreed", "head of credit")
    assert not open_of(account(terms, invoice(1, issued_on=JANUARY), pay("credit-note:1", 98, "I-1")))


def test_a_credit_note_and_an_invoice_may_have_ids_as_long_as_ids_may_be() -> None:
    longest = "N" * 100
    history = account(invoice(1), note(longest, 30, of=None, issued=1)).when(invoice(2, 50))
    assert open_of(account(note(longest, 130, "I-9"), invoice(1))) == {"I-1": 100}
    assert history.state.ledger("EUR").balance == 120


def test_a_person_reassigns_a_credit_note_by_the_text_that_pages_show_and_a_payment_of_that_text_before_it() -> None:
    both = account(invoice(1), invoice(2), note("7", 30, "I-1"))
    move = ReassignPayment(CUSTOMER, "credit-note:7", "I-2", "it was for the other one", "clerk")
    history = both.when(move)
    assert history.one(PaymentReassigned).kind == "credit_note"
    assert open_of(history) == {"I-1": 100, "I-2": 70}
    other = account(invoice(1), invoice(2), note("7", 30, "I-1"), pay("credit-note:7", 60, "I-1")).when(move)
    assert other.one(PaymentReassigned).kind == "payment"
    assert open_of(other) == {"I-1": 70, "I-2": 40}


def test_events_of_old_logs_say_by_their_text_alone_what_paid() -> None:
    issued = InvoiceRecorded(
        invoice_id="I-1", customer_id=CUSTOMER, issued_on=JANUARY, due_on=JANUARY, amount=Decimal(100), currency="EUR",
        overdue_from=JANUARY, policy_version=1,
    )  # fmt: skip
    noted = CreditNoteRecorded(
        credit_note_id="7", payment_id="credit-note:7", customer_id=CUSTOMER, invoice_id="I-1", amount=Decimal(30),
        currency="EUR", issued_on=JANUARY, reason="", allocations=(), unallocated=Decimal(30),
    )  # fmt: skip
    met = PaymentAllocated(
        payment_id="credit-note:7", customer_id=CUSTOMER, allocation=Allocation(invoice_id="I-1", amount=Decimal(30)),
        currency="EUR", allocated_on=JANUARY,
    )  # fmt: skip
    old = given(DECIDER, issued, noted, met)
    ledger = old.state.ledger("EUR")
    assert (dict(ledger.open), ledger.unallocated(f"{CREDIT_NOTE}7")) == ({"I-1": 70}, 0)
    (row,) = replay(allocation.MODEL, old.facts).values()
    assert (row.kind, row.payment_id) == ("credit_note", "credit-note:7")


FACTS = st.lists(
    st.one_of(
        st.builds(pay, st.sampled_from(LIKE_OURS), st.integers(1, 40), st.sampled_from([None, "I-1", "I-2"])),
        st.builds(note, st.sampled_from(["7", "I-1", ""]).filter(bool), st.integers(1, 40)),
    ),
    max_size=6,
    unique_by=lambda fact: (type(fact), getattr(fact.fact, "payment_id", None) or fact.fact.credit_note_id),
)


@settings(max_examples=200, deadline=None)
@for_all(FACTS, st.randoms())
def test_all_money_counts_once_whatever_its_ids_and_its_order_of_arrival(facts: list[Command], random: Random) -> None:
    known: list[Command] = [invoice(1), invoice(2), *facts]
    shuffled = list(known)
    random.shuffle(shuffled)
    first, second = account(*known), account(*shuffled)
    assert open_of(first) == open_of(second)
    paid = sum((fact.fact.amount for fact in facts), Decimal(0))  # type: ignore[attr-defined]
    assert first.state.ledger("EUR").balance == second.state.ledger("EUR").balance == 200 - paid
    recorded = [fact for fact in first.facts if isinstance(fact, PaymentRecorded | CreditNoteRecorded)]
    assert len(recorded) == len(facts)
