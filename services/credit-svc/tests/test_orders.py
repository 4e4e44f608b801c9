"""The order check: what a customer may owe, and what a held order waits for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, given
from contracts import Event, erp
from contracts.credit import (
    CreditLimitSet,
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    PaymentRecorded,
)
from credit_svc.account import DECIDER
from credit_svc.account.decision import Command
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder, Release, ReleaseOrder
from credit_svc.account.payments import RecordPayment
from credit_svc.account.refusals import LimitBeginsLater, LimitInAnotherCurrency
from credit_svc.service import SERVICE
from credit_svc.testing import plainly

JUNE = date(2024, 6, 1)


def limit(amount: int, currency: str = "EUR", valid_from: date = JUNE, on: date = JUNE) -> SetCreditLimit:
    return SetCreditLimit("C-1", Decimal(amount), currency, valid_from, "reviewed", "head of credit", on)


def order(number: int, amount: int, currency: str = "EUR", on: date = JUNE) -> CheckOrder:
    return CheckOrder(f"O-{number}", "C-1", on, Decimal(amount), currency)


def invoice(
    number: int, amount: int, of_order: int | None = None, due_on: date = date(2024, 7, 1), currency: str = "EUR"
) -> RecordInvoice:
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}",
            customer_id="C-1",
            order_id=None if of_order is None else f"O-{of_order}",
            issued_on=due_on - timedelta(days=30),
            due_on=due_on,
            amount=Decimal(amount),
            currency=currency,
        )
    )


def payment(number: int, amount: int, on: date = JUNE) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}",
            customer_id="C-1",
            amount=Decimal(amount),
            currency="EUR",
            paid_on=on,
            method="transfer",
        )
    )


def release(number: int, because: Release) -> ReleaseOrder:
    return ReleaseOrder(f"O-{number}", "C-1", JUNE, because)


def after(*commands: Command) -> Given:
    """The account after these commands."""
    history = given(DECIDER, policies=SERVICE.policies).when(*commands)
    return given(DECIDER, *history.facts, policies=SERVICE.policies)


def owing_98_000_of_100_000() -> Given:
    return after(limit(100_000), invoice(1, 98_000))


def test_limit_100_000_receivable_98_000_an_order_of_2_000_is_approved() -> None:
    approved = owing_98_000_of_100_000().when(order(1, 2_000)).one(OrderCreditApproved)
    assert approved.exposure.total == 98_000
    assert approved.exposure.available == 2_000
    assert approved.status == "watch"
    assert not approved.after_hold


def test_limit_100_000_receivable_98_000_an_order_of_3_000_is_held() -> None:
    held = owing_98_000_of_100_000().when(order(1, 3_000)).one(OrderCreditHeld)
    assert held.status == "hold"
    assert held.reason == (
        "The exposure of 98,000.00 EUR and the order of 3,000.00 EUR make 101,000.00 EUR, "
        "1,000.00 EUR over the limit of 100,000.00 EUR."
    )
    assert held.releases_at == (
        "Released when 1,000.00 EUR is paid or leaves the exposure, or when the limit is 101,000.00 EUR or more."
    )


def test_limit_120_000_receivable_98_000_an_order_of_3_000_is_approved() -> None:
    after(limit(120_000), invoice(1, 98_000)).when(order(1, 3_000)).then(OrderCreditApproved)


def test_a_higher_limit_releases_a_held_order() -> None:
    history = owing_98_000_of_100_000().when(order(1, 3_000), limit(120_000))
    history.then(OrderCreditHeld, CreditLimitSet, OrderCreditApproved)
    assert history.one(OrderCreditApproved).after_hold


def test_a_payment_releases_held_orders_the_oldest_first_and_only_those_that_fit() -> None:
    history = owing_98_000_of_100_000().when(order(2, 3_000), order(1, 9_000), order(3, 4_500), payment(1, 5_000))
    history.then(OrderCreditHeld, OrderCreditHeld, OrderCreditHeld, PaymentRecorded, OrderCreditApproved)
    assert history.one(OrderCreditApproved).order_id == "O-2"


def test_an_order_is_answered_once() -> None:
    plainly(owing_98_000_of_100_000().when(order(1, 2_000), order(1, 2_000))).then(OrderCreditApproved)


@pytest.mark.parametrize("because", ["delivered", "cancelled"])
def test_an_order_that_is_delivered_or_cancelled_frees_its_exposure_for_one_that_waits(because: Release) -> None:
    history = plainly(after(limit(1_000)).when(order(1, 1_000), order(2, 400), release(1, because)))
    history.then(OrderCreditApproved, OrderCreditHeld, OrderExposureReleased, OrderCreditApproved)


def test_an_invoiced_order_counts_as_a_receivable_and_no_longer_as_an_order() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 800), invoice(1, 800, of_order=1), release(1, "delivered")))
    history.then(OrderCreditApproved, InvoiceRecorded, OrderExposureReleased)
    assert history.one(OrderExposureReleased).cause == "invoiced"
    assert history.state.position(JUNE, history.book, "EUR").exposure.total == 800


def test_an_order_told_after_its_invoice_is_approved_and_counts_once() -> None:
    history = after(limit(1_000), invoice(1, 800, of_order=1)).when(order(1, 800))
    history.then(OrderCreditApproved, OrderExposureReleased)
    assert history.state.position(JUNE, history.book, "EUR").exposure.total == 800


def test_an_order_that_was_cancelled_needs_no_answer() -> None:
    after(limit(1_000), release(1, "cancelled")).when(order(1, 800)).then()


def test_above_90_percent_of_the_limit_an_account_is_watched() -> None:
    assert after(limit(1_000)).when(order(1, 900)).one(OrderCreditApproved).status == "ok"
    assert after(limit(1_000)).when(order(1, 901)).one(OrderCreditApproved).status == "watch"


def test_an_invoice_46_days_past_due_stops_every_new_order() -> None:
    owing = after(limit(1_000), invoice(1, 10, due_on=date(2024, 4, 1)))
    owing.when(order(1, 10, on=date(2024, 5, 16))).then(OrderCreditApproved)
    held = owing.when(order(1, 10, on=date(2024, 5, 17))).one(OrderCreditHeld)
    assert held.status == "stop"
    assert "I-1 is 46 days past due" in held.reason


def test_a_customer_without_a_limit_has_the_limit_of_the_policy() -> None:
    assert after().when(order(1, 100_000)).one(OrderCreditApproved).exposure.limit == 100_000
    after().when(order(1, 100_001)).then(OrderCreditHeld)


def test_an_order_in_another_currency_is_held_because_no_rate_is_recorded() -> None:
    held = owing_98_000_of_100_000().when(order(1, 1, currency="USD")).one(OrderCreditHeld)
    assert "no rate between them is recorded" in held.reason
    assert held.exposure.currency == "EUR"


def test_an_invoice_in_another_currency_leaves_the_exposure_alone() -> None:
    history = after(limit(1_000), invoice(1, 5_000, currency="USD")).when(order(1, 1_000))
    assert history.one(OrderCreditApproved).exposure.receivable == 0


def test_money_on_account_counts_for_the_customer() -> None:
    history = after(limit(1_000), invoice(1, 1_000), payment(1, 1_200)).when(order(1, 1_200))
    plainly(history).then(OrderCreditApproved)


def test_a_limit_may_be_set_below_the_exposure_and_then_holds_new_orders() -> None:
    plainly(owing_98_000_of_100_000().when(limit(50_000), order(1, 1))).then(CreditLimitSet, OrderCreditHeld)


def test_a_limit_told_twice_is_one_limit() -> None:
    after(limit(500)).when(limit(500)).then()


def test_a_limit_in_another_currency_is_refused() -> None:
    owing_98_000_of_100_000().when(limit(1, currency="USD")).then_refused(
        LimitInAnotherCurrency, "set its limit in EUR"
    )


def test_a_limit_does_not_begin_in_the_future() -> None:
    after().when(limit(1, valid_from=date(2024, 6, 2))).then_refused(LimitBeginsLater, "2024-06-02 is after 2024-06-01")


AMOUNT = st.integers(1, 60)
NUMBER = st.integers(1, 6)
WHAT_HAPPENS = st.lists(
    st.one_of(
        st.builds(order, NUMBER, AMOUNT),
        st.builds(invoice, NUMBER, AMOUNT, st.none() | NUMBER),
        st.builds(payment, NUMBER, AMOUNT),
        st.builds(release, NUMBER, st.sampled_from(["delivered", "cancelled"])),
        st.builds(limit, st.integers(0, 100)),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@for_all(WHAT_HAPPENS)
def test_no_approval_of_a_new_claim_goes_beyond_the_limit(commands: list[Command]) -> None:
    outcome = after(limit(100)).when(*commands).outcome
    assert isinstance(outcome, tuple)
    for event, following in zip(outcome, (*outcome, None)[1:], strict=True):
        if isinstance(event, OrderCreditApproved) and not _released_at_once(event, following):
            assert event.exposure.total + event.amount <= event.exposure.limit


def _released_at_once(approved: OrderCreditApproved, following: Event | None) -> bool:
    """An order told after its invoice: its amount is in the receivables already."""
    return isinstance(following, OrderExposureReleased) and following.order_id == approved.order_id
