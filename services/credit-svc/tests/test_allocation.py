"""Which money pays which invoice: oldest first, named first, and in any order of arrival the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, given
from contracts import erp
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditLimitSet,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    PaymentAllocated,
    PaymentRecorded,
)
from credit_svc.account import DECIDER
from credit_svc.account.decision import Command
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.service import SERVICE
from credit_svc.testing import plainly

JANUARY = date(2024, 1, 1)


def invoice(number: int, amount: str | int, issued: int = 0, terms: int = 30, currency: str = "EUR") -> RecordInvoice:
    """Invoice I-{number}, issued some days after 1 January 2024."""
    issued_on = JANUARY + timedelta(days=issued)
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}",
            customer_id="C-1",
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=terms),
            amount=Decimal(amount),
            currency=currency,
        )
    )


def payment(
    number: int, amount: str | int, paid: int = 10, of: int | None = None, currency: str = "EUR"
) -> RecordPayment:
    """Payment P-{number}, some days after 1 January 2024, of invoice I-{of} or of none."""
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}",
            customer_id="C-1",
            invoice_id=None if of is None else f"I-{of}",
            amount=Decimal(amount),
            currency=currency,
            paid_on=JANUARY + timedelta(days=paid),
            method="transfer",
        )
    )


def bounce(number: int, amount: str | int, on: int = 20) -> RecordBouncedCheque:
    return RecordBouncedCheque(
        erp.ChequeBounced(
            payment_id=f"P-{number}",
            customer_id="C-1",
            bounced_on=JANUARY + timedelta(days=on),
            face_amount=Decimal(amount),
            currency="EUR",
        )
    )


def account() -> Given:
    return given(DECIDER, policies=SERVICE.policies)


def open_items(commands: Sequence[Command], currency: str = "EUR") -> dict[str, Decimal]:
    return dict(ledger_after(commands, currency).open)


def ledger_after(commands: Sequence[Command], currency: str = "EUR") -> Ledger:
    ledger: Ledger = account().when(*commands).state.ledger(currency)
    return ledger


def test_a_payment_settles_the_invoice_it_names_and_says_how_late_it_was() -> None:
    history = plainly(account().when(invoice(1, 100, terms=30), payment(1, 100, paid=35, of=1)))
    history.then(InvoiceRecorded, PaymentRecorded, InvoiceSettled)
    assert history.one(InvoiceSettled).days_late == 5
    assert history.one(PaymentRecorded).unallocated == 0


def test_an_invoice_paid_on_its_due_date_is_not_late() -> None:
    assert account().when(invoice(1, 100, terms=30), payment(1, 100, paid=30, of=1)).one(InvoiceSettled).days_late == 0


def test_a_payment_told_twice_is_one_payment() -> None:
    account().when(invoice(1, 100), payment(1, 40, of=1), payment(1, 40, of=1)).then(InvoiceRecorded, PaymentRecorded)


def test_an_invoice_told_twice_is_one_invoice() -> None:
    account().when(invoice(1, 100), invoice(1, 100)).then(InvoiceRecorded)


def test_a_partial_payment_leaves_the_rest_open() -> None:
    assert open_items([invoice(1, 100), payment(1, "30.25", of=1)]) == {"I-1": Decimal("69.75")}


def test_a_payment_without_an_invoice_pays_the_oldest_first() -> None:
    assert open_items([invoice(2, 100, issued=5), invoice(1, 100), payment(1, 150)]) == {"I-2": Decimal(50)}


def test_what_a_payment_leaves_over_pays_the_oldest_other_invoice() -> None:
    commands: list[Command] = [
        invoice(1, 100),
        invoice(2, 100, issued=1),
        invoice(3, 100, issued=2),
        payment(1, 130, of=2),
    ]
    assert open_items(commands) == {"I-1": Decimal(70), "I-3": Decimal(100)}


def test_a_payment_before_its_invoice_waits_for_it_and_is_matched() -> None:
    history = account().when(invoice(1, 500), payment(1, 100, paid=3, of=2), invoice(2, 100, issued=8))
    history.then(InvoiceRecorded, PaymentRecorded, InvoiceRecorded, PaymentAllocated, InvoiceSettled)
    assert history.one(PaymentRecorded).unallocated == 100
    assert history.one(PaymentAllocated).allocated_on == JANUARY + timedelta(days=8)


def test_money_on_account_pays_the_next_invoice() -> None:
    assert open_items([payment(1, 70, paid=1), invoice(1, 100, issued=2)]) == {"I-1": Decimal(30)}


def test_an_older_invoice_told_late_takes_the_money_that_was_its_own() -> None:
    history = account().when(invoice(2, 100, issued=5), payment(1, 100, paid=10), invoice(1, 100, issued=0))
    history.then(
        InvoiceRecorded, PaymentRecorded, InvoiceSettled,
        InvoiceRecorded, AllocationWithdrawn, PaymentAllocated, InvoiceSettled, InvoiceReopened,
    )  # fmt: skip
    assert history.one(AllocationWithdrawn).because_of == "I-1"
    assert history.one(InvoiceReopened).cause == "reallocated"
    assert dict(history.state.ledger("EUR").open) == {"I-2": Decimal(100)}


def test_facts_told_in_the_order_of_their_dates_never_move_money() -> None:
    history = account().when(
        invoice(1, 100), payment(1, 150, paid=5), invoice(2, 100, issued=7), payment(2, 100, paid=9, of=2)
    )
    assert not any(isinstance(event, AllocationWithdrawn) for event in history.facts)


def test_a_bounced_cheque_opens_its_invoices_again_from_the_day_it_bounced() -> None:
    history = plainly(account().when(invoice(1, 100, terms=5), payment(1, 100, paid=4, of=1), bounce(1, 100, on=20)))
    history.then(InvoiceRecorded, PaymentRecorded, InvoiceSettled, ChequeBounced, InvoiceReopened, CreditLimitSet)
    assert history.one(InvoiceReopened).overdue_from == JANUARY + timedelta(days=20)
    assert dict(history.state.ledger("EUR").open) == {"I-1": Decimal(100)}


def test_a_cheque_that_bounced_is_told_once() -> None:
    account().when(invoice(1, 100), payment(1, 100, of=1), bounce(1, 100)).when(bounce(1, 100)).then()


def test_a_cheque_known_to_have_bounced_pays_nothing_when_it_is_told() -> None:
    history = plainly(account().when(invoice(1, 100), bounce(1, 100), payment(1, 100, of=1)))
    history.then(InvoiceRecorded, ChequeBounced, CreditLimitSet, PaymentRecorded)
    assert dict(history.state.ledger("EUR").open) == {"I-1": Decimal(100)}
    assert history.state.ledger("EUR").balance == 100


def test_money_that_was_left_over_takes_the_place_of_a_bounced_cheque() -> None:
    commands: list[Command] = [invoice(1, 100), payment(1, 100, paid=4, of=1), payment(2, 60, paid=5), bounce(1, 100)]
    assert open_items(commands) == {"I-1": Decimal(40)}


def test_a_cheque_told_late_that_moved_money_and_bounced_gives_it_back() -> None:
    late = [invoice(1, 4, issued=4), payment(2, 2, paid=4, of=1), payment(1, 3, paid=2, of=1), bounce(1, 3)]
    assert open_items(late) == {"I-1": Decimal(2)}


def test_money_that_a_late_cheque_drove_to_another_invoice_comes_back_when_it_bounces() -> None:
    late = [invoice(1, 4), payment(2, 2, paid=4, of=2), invoice(2, 4), payment(1, 4, paid=2, of=2), bounce(1, 4)]
    assert open_items(late) == {"I-1": Decimal(4), "I-2": Decimal(2)}


def test_receivables_in_two_currencies_are_two_ledgers() -> None:
    history = account().when(invoice(1, 100), invoice(2, 100, currency="USD"), payment(1, 100, currency="USD"))
    assert dict(history.state.ledger("EUR").open) == {"I-1": Decimal(100)}
    assert not history.state.ledger("USD").open


AMOUNTS = st.integers(1, 40)
DAYS = st.integers(0, 12)
INVOICES = st.lists(st.tuples(AMOUNTS, DAYS), max_size=5).map(
    lambda drawn: [invoice(n, amount, issued, terms=issued % 4) for n, (amount, issued) in enumerate(drawn)]
)
PAYMENTS = st.lists(st.tuples(AMOUNTS, DAYS, st.none() | st.integers(0, 5)), max_size=5).map(
    lambda drawn: [payment(n, amount, paid, of) for n, (amount, paid, of) in enumerate(drawn)]
)
BOUNCES = st.lists(st.integers(0, 5), max_size=2, unique=True).map(lambda drawn: [bounce(n, 1) for n in drawn])
FACTS = st.tuples(INVOICES, PAYMENTS, BOUNCES).map(lambda parts: [*parts[0], *parts[1], *parts[2]])


@settings(max_examples=300, deadline=None)
@for_all(FACTS, st.randoms())
def test_any_order_of_arrival_gives_the_same_open_items(facts: list[Command], random: Random) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    first, second = ledger_after(facts), ledger_after(shuffled)
    assert first.open == second.open
    assert first.balance == second.balance
    assert {i: set(e) for i, e in first.entries.items() if e} == {i: set(e) for i, e in second.entries.items() if e}


@settings(max_examples=200, deadline=None)
@for_all(FACTS.flatmap(st.permutations))
def test_what_a_payment_paid_and_what_of_it_waits_make_the_payment(facts: list[Command]) -> None:
    ledger = ledger_after(facts)
    for payment_id, paid in ledger.payments.items():
        if payment_id not in ledger.bounced:
            allocated = sum((entry.amount for entry in ledger.entries_of(payment_id)), NOTHING)
            assert allocated + ledger.unallocated(payment_id) == paid.amount


@settings(max_examples=200, deadline=None)
@for_all(FACTS.flatmap(st.permutations))
def test_what_is_open_less_what_waits_is_the_balance(facts: list[Command]) -> None:
    ledger = ledger_after(facts)
    waiting = sum((ledger.unallocated(p) for p in ledger.payments if p not in ledger.bounced), NOTHING)
    assert sum(ledger.open.values(), NOTHING) - waiting == ledger.balance
    assert all(amount > 0 for amount in ledger.open.values())


@settings(max_examples=200, deadline=None)
@for_all(FACTS.flatmap(st.permutations))
def test_the_ledger_is_what_its_facts_give_in_the_order_of_their_dates(facts: list[Command]) -> None:
    ledger = ledger_after(facts)
    assert ledger.open == in_order_of_dates(ledger).open
