"""An invoice that is paid in another currency: settled at the day's rate by rule, or put before a person."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import Given, replay
from contracts.credit import (
    InvoiceReopened,
    InvoiceSettled,
    PaymentExchanged,
    PaymentInOtherCurrencyNoted,
    PaymentOverdue,
)
from credit_svc.account.payments import NoRate, ReassignPayment
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.read_models import allocation, open_item
from credit_svc.read_models import payment as payments
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
PAID = date(2024, 1, 20)


def rates(**fields: object) -> ExchangePolicy:
    """1 USD is 0.90 EUR in the old year and 0.92 from 15 January on."""
    quoted = (("0.90", date(2023, 12, 1)), ("0.92", date(2024, 1, 15)))
    return ExchangePolicy(
        quotations=tuple(Quotation(currency="USD", into="EUR", from_day=on, rate=Decimal(rate)) for rate, on in quoted),
        **fields,  # type: ignore[arg-type]
    )


IN_EUR = invoice(9, 1_000, due_on=date(2024, 1, 1))
IN_USD = invoice(1, 100, currency="USD")


def in_usd(history: Given) -> dict[str, Decimal]:
    return dict(history.state.ledger("USD").open)


@pytest.mark.parametrize("facts", [(IN_USD, payment(1, 92, PAID, of=1)), (payment(1, 92, PAID, of=1), IN_USD)])
def test_an_invoice_that_is_paid_in_another_currency_is_settled_at_the_rate_of_the_day(
    facts: tuple[object, object],
) -> None:
    history = account(IN_EUR, *facts, book=under(rates()))  # type: ignore[arg-type]
    (exchanged,) = all_of(history, PaymentExchanged)
    assert (exchanged.counted, exchanged.into, exchanged.gain, exchanged.gain_currency) == (100, "USD", 2, "EUR")
    assert [each.invoice_id for each in all_of(history, InvoiceSettled)] == ["I-1"]
    assert (in_usd(history), history.state.ledger("USD").balance) == ({}, 0)
    assert dict(history.state.ledger("EUR").open) == {"I-9": 1_000}
    assert history.state.ledger("EUR").balance == 1_000
    assert "I-1" not in {e.invoice_id for e in all_of(until(date(2024, 6, 1), history, TIMERS), PaymentOverdue)}
    (row,) = replay(payments.MODEL, history.facts).values()
    assert (row.currency, row.amount, row.unallocated, row.exchanged["amount"]) == ("USD", 100, 0, "92")
    items = {row.invoice_id: row.open_amount for row in replay(open_item.MODEL, history.facts).values()}
    assert items == {"I-1": 0, "I-9": 1_000}


@pytest.mark.parametrize(
    ("paid", "left", "gain"), [("90", "0", "0"), ("96", "0", "6"), ("46", "50", "1"), ("80", "13.04", "1.74")]
)
def test_a_small_difference_of_the_rates_is_a_gain_or_a_loss_and_a_part_pays_a_part(
    paid: str, left: str, gain: str
) -> None:
    history = account(IN_EUR, IN_USD, payment(1, paid, PAID, of=1), book=under(rates()))
    assert sum(in_usd(history).values(), Decimal(0)) == Decimal(left)
    assert all_of(history, PaymentExchanged)[0].gain == Decimal(gain)


def test_without_a_rate_a_person_hears_of_it_and_assigns_it_once_there_is_one() -> None:
    history = account(IN_EUR, IN_USD).when(payment(1, 92, PAID, of=1))
    noted = history.one(PaymentInOtherCurrencyNoted)
    assert "names invoice I-1, which is in USD" in noted.summary
    move = ReassignPayment(CUSTOMER, "P-1", "I-1", "paid in euro", "clerk")
    history.when(move).then_refused(NoRate, "Publish one")
    quoted = Given(history.decider, under(rates()), history.facts)
    assert in_usd(quoted.when(move)) == {}


def test_a_policy_may_leave_every_payment_in_another_currency_to_a_person() -> None:
    left_to_people = under(rates(settles_other_currencies=False))
    history = account(IN_EUR, IN_USD, payment(1, 92, PAID, of=1), book=left_to_people)
    assert all_of(history, PaymentInOtherCurrencyNoted)
    assert in_usd(history) == {"I-1": 100}
    assert in_usd(history.when(ReassignPayment(CUSTOMER, "P-1", "I-1", "agreed", "clerk"))) == {}


def test_money_that_paid_in_its_own_currency_leaves_what_it_paid_open_again() -> None:
    paid = account(IN_EUR, IN_USD, payment(1, 92, PAID), book=under(rates()))
    history = paid.when(ReassignPayment(CUSTOMER, "P-1", "I-1", "it was for the other one", "clerk"))
    assert dict(history.state.ledger("EUR").open) == {"I-9": 1_000}
    assert in_usd(history) == {}
    assert len(replay(allocation.MODEL, history.facts)) == 1


def test_a_cheque_in_another_currency_that_bounces_opens_its_invoice_again() -> None:
    paid = account(IN_EUR, IN_USD, payment(1, 92, PAID, of=1), book=under(rates()))
    history = paid.when(bounce(1, 92, date(2024, 1, 25)))
    assert history.one(InvoiceReopened).currency == "USD"
    assert in_usd(history) == {"I-1": 100}
    assert history.state.ledger("EUR").balance == 1_000


@pytest.mark.parametrize("first", ["credit note", "invoice"])
def test_a_credit_note_on_an_invoice_of_another_currency_waits_whichever_is_told_first(first: str) -> None:
    """A credit note is in the currency of its invoice, so that it is a slip for people; it is exchanged at no rate."""
    note = credit_note(1, 10, PAID, of=1)
    history = account(IN_EUR, *((note, IN_USD) if first == "credit note" else (IN_USD, note)), book=under(rates()))
    assert in_usd(history) == {"I-1": 100}
    assert dict(history.state.ledger("EUR").open) == {"I-9": 1_000}
    assert history.state.ledger("EUR").balance == 990
