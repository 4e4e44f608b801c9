"""What is not pursued: differences within the tolerance, and what money that waits for an unknown invoice covers."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import Given, replay
from contracts import Event
from contracts.credit import (
    CasePaused,
    CaseResumed,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditLimitSet,
    DeliveriesStopped,
    InterestCharged,
    InvoiceReopened,
    InvoiceSettled,
    InvoiceWrittenOff,
    OrderCreditApproved,
    PaymentOverdue,
    PaymentRecorded,
    WaitingMoneyNoted,
)
from contracts.currencies import FORMER, ISO_4217, places_of, rounded
from credit_svc.account.decision import Command
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import ReassignPayment
from credit_svc.policies.receivables import InterestPolicy, ReceivablesPolicy
from credit_svc.read_models import open_item
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, due, invoice, last, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
DUE = date(2024, 1, 31)
LATER = date(2024, 12, 31)
CURRENT = ISO_4217 - FORMER.keys()
PURSUIT: tuple[type[Event], ...] = (
    PaymentOverdue, CollectionCaseOpened, CollectionStepTaken, DeliveriesStopped, CreditLimitSet, InterestCharged,
)  # fmt: skip


def year_after(*commands: Command, book: PolicyBook | None = None) -> Given:
    """The account at the end of the year, everything due having been done on its day."""
    history = account(book=book)
    for command in commands:
        history = until(command.on or DUE, history, TIMERS).when(command)
    return until(LATER, history, TIMERS)


def pursuit(history: Given) -> list[type[Event]]:
    return [type(fact) for fact in history.facts if isinstance(fact, PURSUIT)]


def test_99_99_paid_of_100_is_settled_by_rule_and_nothing_is_pursued() -> None:
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 1, 20), of=1))
    assert pursuit(history) == []
    given_up = last(history, InvoiceWrittenOff)
    assert (given_up.amount, given_up.cause, given_up.written_off_on) == (
        Decimal("0.01"),
        "small_difference",
        date(2024, 2, 1),
    )
    assert given_up.approved_by == "policy receivables, version 1"
    assert (last(history, InvoiceSettled).days_late, last(history, InvoiceSettled).settled_on) == (0, date(2024, 1, 20))
    assert history.state.ledger("EUR").balance == 0
    (row,) = replay(open_item.MODEL, history.facts).values()
    assert (row.status, row.small_difference, row.written_off, row.open_amount) == ("settled", Decimal("0.01"), 0, 0)


@pytest.mark.parametrize(
    ("currency", "amount", "paid", "pursued"),
    [
        ("EUR", "100", "99", False), ("EUR", "100", "98.99", True), ("JPY", "10000", "9900", False),
        ("JPY", "10000", "9899", True), ("KWD", "100", "99.995", False), ("KWD", "100", "99.500", True),
        ("BIF", "500000", "497000", False), ("BIF", "500000", "496999", True), ("GNF", "500000", "490000", False),
        ("UGX", "500000", "496000", False), ("XOF", "100000", "99400", False), ("XOF", "100000", "99399", True),
    ],
)  # fmt: skip
def test_the_tolerance_is_each_currencys_own(currency: str, amount: str, paid: str, pursued: bool) -> None:
    facts = invoice(1, amount, currency=currency), payment(1, paid, date(2024, 1, 20), of=1, currency=currency)
    assert (PaymentOverdue in pursuit(year_after(*facts))) == pursued


@pytest.mark.parametrize("currency", sorted(ISO_4217))
def test_a_small_difference_is_an_amount_of_its_currency_and_many_units_where_a_unit_is_nothing(currency: str) -> None:
    amounts = ReceivablesPolicy().tolerance(currency), InterestPolicy().smallest(currency)
    assert amounts[0] == amounts[1] == rounded(amounts[0], currency) > 0
    if places_of(currency) == 0 and currency in CURRENT:
        assert amounts[0] >= 100, "a currency without cents has units that are worth less than a cent of the others"


def test_a_payment_that_leaves_a_small_difference_of_an_overdue_invoice_closes_its_case_as_settled() -> None:
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 2, 20), of=1))
    assert last(history, CollectionCaseClosed).cause == "settled"
    assert last(history, InvoiceSettled).days_late == 20
    assert not due(history, (invoice_due.TODO, step_due.TODO))


def test_a_policy_may_pursue_every_cent() -> None:
    every_cent = under(ReceivablesPolicy(small_difference=Decimal(0), small_differences={}))
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 1, 20), of=1), book=every_cent)
    assert PaymentOverdue in pursuit(history)


def test_a_small_difference_that_is_disputed_waits_for_the_dispute() -> None:
    disputed = DisputeInvoice(CUSTOMER, "I-1", None, "not ours", "sales", date(2024, 1, 21))
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 1, 20), of=1), disputed)
    assert not all_of(history, InvoiceWrittenOff)


def test_the_small_difference_of_a_cheque_that_bounces_is_owed_again_with_the_rest() -> None:
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 1, 20), of=1)).when(bounce(1, "99.99", LATER))
    assert history.one(InvoiceReopened).open_amount == 100
    assert dict(history.state.ledger("EUR").open) == {"I-1": 100}


def test_the_missing_cent_that_comes_after_all_pays_the_invoice() -> None:
    history = year_after(invoice(1), payment(1, "99.99", date(2024, 1, 20), of=1)).when(payment(2, "0.01", LATER, of=1))
    entries = history.state.ledger("EUR").entries["I-1"]
    assert {entry.payment_id: entry.amount for entry in entries} == {"P-1": Decimal("99.99"), "P-2": Decimal("0.01")}


def test_interest_below_the_smallest_charge_is_not_charged() -> None:
    assert InterestCharged not in pursuit(year_after(invoice(1), payment(1, 100, date(2024, 2, 5), of=1)))
    all_charges = under(InterestPolicy(smallest_charge=Decimal(0), smallest_charges={}))
    assert InterestCharged in pursuit(year_after(invoice(1), payment(1, 100, date(2024, 2, 5), of=1), book=all_charges))


@pytest.mark.parametrize(
    "money", [payment(1, 100, date(2024, 1, 20), of=9), credit_note(1, 100, date(2024, 1, 20), of=9)]
)
def test_nothing_is_pursued_while_money_for_an_unknown_invoice_makes_the_balance_nothing(money: Command) -> None:
    history = year_after(invoice(1), money)
    assert history.state.ledger("EUR").balance == 0
    assert pursuit(history) == []
    (noted,) = all_of(history, WaitingMoneyNoted)
    assert (noted.noted_on, noted.invoice_ids, noted.overdue) == (date(2024, 2, 1), ("I-1",), 100)
    assert (noted.money[0].invoice_id, noted.money[0].amount) == ("I-9", 100)
    assert "names invoice I-9, which is not known" in noted.summary
    assert "Assign the money to I-1" in noted.summary
    checked = history.when(CheckOrder("O-1", CUSTOMER, LATER, Decimal(10), "EUR"))
    assert checked.one(OrderCreditApproved).exposure.overdue == 0


def test_the_waiting_money_once_assigned_settles_the_invoice() -> None:
    history = year_after(invoice(1), payment(1, 100, date(2024, 1, 20), of=9))
    settled = history.when(ReassignPayment(CUSTOMER, "P-1", "I-1", "a slip of the pen", "collector"))
    assert settled.one(InvoiceSettled).days_late == 0
    assert not settled.state.covered


def test_what_the_money_covered_is_overdue_when_its_own_invoice_comes_or_its_cheque_bounces() -> None:
    covered = year_after(invoice(1), payment(1, 100, date(2024, 1, 20), of=9))
    own = covered.when(invoice(9, 100, issued_on=LATER, due_on=LATER + timedelta(days=30)))
    assert own.one(PaymentOverdue).invoice_id == "I-1"
    assert own.one(CollectionCaseOpened).invoice_id == "I-1"
    assert covered.when(bounce(1, 100, LATER)).one(PaymentOverdue).overdue_since == LATER


def test_a_case_waits_while_money_for_an_unknown_invoice_covers_what_it_pursues_and_goes_on_after_it() -> None:
    history = year_after(invoice(1), payment(1, 100, date(2024, 2, 5), of=9))
    assert [step.step for step in all_of(history, CollectionStepTaken)] == ["reminder", "call"]
    assert last(history, CasePaused).cause == "waiting_money"
    assert len(all_of(history, WaitingMoneyNoted)) == 1
    resumed = history.when(bounce(1, 100, LATER))
    assert last(resumed, CaseResumed).cause == "money_assigned"
    assert last(resumed, CollectionStepTaken).step == "letter_1"


def test_only_what_waiting_money_leaves_is_pursued() -> None:
    history = year_after(invoice(1), payment(1, 60, date(2024, 1, 20), of=9))
    assert last(history, CollectionStepTaken).overdue == 40


AMOUNTS = st.integers(1, 40)
MONEY = st.lists(st.tuples(AMOUNTS, st.integers(1, 9), st.integers(0, 60)), max_size=4)


@settings(max_examples=60, deadline=None)
@for_all(st.lists(AMOUNTS, min_size=1, max_size=3), MONEY)
def test_no_step_is_taken_while_nothing_is_owed_in_sum(
    amounts: Sequence[int], money: Sequence[tuple[int, int, int]]
) -> None:
    facts: list[Command] = [invoice(n, amount) for n, amount in enumerate(amounts, start=1)]
    received = sorted(enumerate(money), key=lambda each: each[1][2])
    facts += [payment(n, amount, DUE + timedelta(days=days), of=of) for n, (amount, of, days) in received]
    balance, seen = Decimal(0), 0
    for fact in year_after(*facts).facts[seen:]:
        if isinstance(fact, PaymentRecorded):
            balance -= fact.amount
        elif type(fact).__name__ == "InvoiceRecorded":
            balance += fact.amount  # type: ignore[attr-defined]
        elif isinstance(fact, CollectionStepTaken | PaymentOverdue):
            assert balance > 0


def test_an_overdue_mark_that_comes_before_its_day_does_nothing() -> None:
    account(invoice(1)).when(MarkOverdue(CUSTOMER, "I-1", DUE)).then()
