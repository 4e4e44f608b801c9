"""The order check: what a customer may owe, and what a held order waits for."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.domain import Refusal
from chassis.testing import Given, given
from contracts import Event, erp
from contracts.credit import (
    CreditLimitSet,
    Exposure,
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderDeliveryNoted,
    OrderExposureChanged,
    OrderExposureReleased,
    PaymentRecorded,
)
from credit_svc.account import DECIDER
from credit_svc.account.decision import Command
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder, CloseOrder, OrderNotOpen, OrderOfAnotherAmount, ReleaseOrder
from credit_svc.account.payments import RecordPayment
from credit_svc.account.refusals import LimitBeginsLater, LimitInAnotherCurrency
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.receivables.facts import NOTHING
from credit_svc.service import SERVICE
from credit_svc.testing import account, plainly, under

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


def release(number: int, because: Literal["delivered", "cancelled"]) -> ReleaseOrder:
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


def test_an_order_that_is_cancelled_frees_its_exposure_for_one_that_waits() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 1_000), order(2, 400), release(1, "cancelled")))
    history.then(OrderCreditApproved, OrderCreditHeld, OrderExposureReleased, OrderCreditApproved)


def test_an_order_counts_for_what_of_it_is_not_invoiced_yet() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 1_000), invoice(1, 100, of_order=1), order(2, 900)))
    history.then(OrderCreditApproved, InvoiceRecorded, OrderExposureChanged, OrderCreditHeld)
    changed = history.one(OrderExposureChanged)
    assert (changed.rest, changed.counted, changed.cause) == (900, 900, "invoiced")
    held = history.one(OrderCreditHeld)
    assert (held.exposure.receivable, held.exposure.approved_orders) == (100, 900)


def test_the_last_of_several_invoices_of_an_order_releases_it() -> None:
    history = after(limit(1_000)).when(order(1, 1_000), *(invoice(n, 250, of_order=1) for n in range(1, 5)))
    assert history.one(OrderExposureReleased).cause == "invoiced"
    assert total(history) == 1_000


def test_a_delivered_order_counts_until_it_is_invoiced() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 900), release(1, "delivered"), order(2, 900)))
    history.then(OrderCreditApproved, OrderDeliveryNoted, OrderCreditHeld)
    assert total(history.when(invoice(1, 900, of_order=1))) == 900


def test_a_held_order_that_was_delivered_all_the_same_counts() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 1_200), release(1, "delivered"), order(2, 1)))
    history.then(OrderCreditHeld, OrderDeliveryNoted, OrderExposureChanged, OrderCreditHeld)
    assert total(history) == 1_200


def test_an_order_told_after_its_delivery_is_approved_and_counts() -> None:
    history = plainly(after(limit(1_000)).when(release(1, "delivered"), order(1, 1_200)))
    history.then(OrderDeliveryNoted, OrderCreditApproved)
    assert total(history) == 1_200


def test_an_order_told_after_a_part_of_it_was_invoiced_is_checked_for_the_rest() -> None:
    sold = after(limit(1_000), invoice(1, 700, of_order=1))
    approved = sold.when(order(1, 1_000))
    assert approved.one(OrderCreditApproved).rest == 300
    assert total(approved) == 1_000
    held = sold.when(order(1, 1_001)).one(OrderCreditHeld)
    assert "the order of 301.00 EUR" in held.reason


def test_an_invoice_of_more_than_its_order_takes_nothing_off_another_order() -> None:
    history = after(limit(5_000)).when(order(1, 500), order(2, 500), invoice(1, 800, of_order=1))
    assert total(history) == 1_300


def test_an_invoice_in_another_currency_than_its_order_takes_off_what_it_is_worth() -> None:
    book = under(
        ExchangePolicy(
            quotations=(Quotation(currency="USD", into="EUR", from_day=date(2024, 1, 1), rate=Decimal("0.5")),)
        )
    )
    history = account(limit(1_000), order(1, 1_000), invoice(1, 600, of_order=1, currency="USD"), book=book)
    assert history.state.orders.approved["O-1"] == 700
    unknown = account(limit(1_000), order(1, 1_000), invoice(1, 600, of_order=1, currency="GBP"), book=book)
    assert unknown.state.orders.approved["O-1"] == 1_000, "what has no rate is in no exposure, so the order counts on"


def test_a_person_closes_an_order_of_which_nothing_more_will_be_invoiced() -> None:
    closing = CloseOrder("C-1", "O-1", "the rest was not available", "seller", JUNE)
    delivered = after(limit(1_000), order(1, 900), invoice(1, 600, of_order=1), release(1, "delivered"), order(2, 400))
    history = plainly(delivered.when(closing))
    history.then(OrderExposureReleased, OrderCreditApproved)
    released = history.one(OrderExposureReleased)
    assert (released.cause, released.released_by) == ("closed", "seller")
    history.when(closing).then_refused(OrderNotOpen, "nothing to close")


def test_an_order_that_was_cancelled_and_is_placed_again_is_checked_again() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 900), release(1, "cancelled"), order(1, 1_100)))
    history.then(OrderCreditApproved, OrderExposureReleased, OrderCreditHeld)


def test_an_order_of_another_amount_under_a_known_id_is_refused_with_both() -> None:
    known = after(limit(1_000), order(1, 100))
    known.when(order(1, 200)).then_refused(OrderOfAnotherAmount, "known with 100.00 EUR")
    known.when(order(1, 100, currency="USD")).then_refused(OrderOfAnotherAmount, "with 100.00 USD")


def test_an_invoiced_order_counts_as_a_receivable_and_no_longer_as_an_order() -> None:
    history = plainly(after(limit(1_000)).when(order(1, 800), invoice(1, 800, of_order=1), release(1, "delivered")))
    history.then(OrderCreditApproved, InvoiceRecorded, OrderExposureReleased)
    assert history.one(OrderExposureReleased).cause == "invoiced"
    assert history.state.position(JUNE, history.book, "EUR").exposure.total == 800


def test_an_order_told_after_its_invoice_is_approved_and_counts_once() -> None:
    history = after(limit(1_000), invoice(1, 800, of_order=1)).when(order(1, 800))
    history.then(OrderCreditApproved, OrderExposureReleased)
    assert history.state.position(JUNE, history.book, "EUR").exposure.total == 800


def test_an_order_that_waited_until_its_invoice_came_waits_again_when_the_invoice_is_of_no_order_after_all() -> None:
    invoiced = after(limit(5), order(1, 10), invoice(1, 10, of_order=1))
    corrected = invoiced.when(invoice(1, 1))
    assert corrected.one(OrderCreditHeld).order_id == "O-1"
    assert total(corrected) == 1
    assert (
        after(limit(100), order(1, 110), invoice(1, 110, of_order=1), limit(200))
        .when(invoice(1, 1))
        .one(OrderCreditApproved)
    )


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


def test_the_order_itself_stands_against_what_was_asked_about_it_before() -> None:
    asked = after(limit(1_000), order(1, 100))
    placed = CheckOrder("O-1", "C-1", JUNE, Decimal(200), "EUR", is_placed=True)
    history = plainly(asked.when(placed))
    history.then(OrderExposureReleased, OrderCreditApproved)
    assert history.one(OrderExposureReleased).cause == "restated"
    assert total(history) == 200
    asked.when(CheckOrder("O-1", "C-1", JUNE, Decimal(2_000), "EUR", is_placed=True)).one(OrderCreditHeld)
    asked.when(CheckOrder("O-1", "C-1", JUNE, Decimal(100), "EUR", is_placed=True)).then()


AMOUNT = st.integers(1, 60)
NUMBER = st.integers(1, 6)
WHAT_HAPPENS = st.lists(
    st.one_of(
        NUMBER.map(lambda number: order(number, 10 * number)),
        st.builds(invoice, st.integers(1, 12), AMOUNT, st.none() | NUMBER),
        st.builds(payment, NUMBER, AMOUNT),
        st.builds(release, NUMBER, st.sampled_from(["delivered", "cancelled"])),
        st.builds(limit, st.integers(0, 100)),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@for_all(WHAT_HAPPENS)
def test_no_approval_of_a_new_claim_goes_beyond_the_limit(commands: list[Command]) -> None:
    history = after(limit(100))
    for command in commands:
        gone = dict(history.state.orders.delivered)
        history = accepted(history, command)
        assert isinstance(history.outcome, tuple)
        for event, following in zip(history.outcome, (*history.outcome, None)[1:], strict=True):
            if not isinstance(event, OrderCreditApproved) or event.order_id in gone:
                continue
            if not _released_at_once(event, following):
                claim = event.amount if event.rest is None else event.rest
                assert event.exposure.total + claim <= event.exposure.limit


@settings(max_examples=400, deadline=None)
@for_all(WHAT_HAPPENS)
def test_the_exposure_is_all_that_is_approved_delivered_or_invoiced_and_not_paid(commands: list[Command]) -> None:
    history = after(limit(100))
    ordered, delivered, gone, approved = dict[str, Decimal](), set[str](), set[str](), set[str]()
    invoices, paid = dict[str, tuple[Decimal, str | None]](), dict[str, Decimal]()
    for command in commands:
        tried = history.when(command)
        if isinstance(tried.outcome, Refusal):
            continue
        history = tried
        if isinstance(command, RecordInvoice):
            invoices[command.fact.invoice_id] = (command.fact.amount, command.fact.order_id)
        elif isinstance(command, RecordPayment):
            paid.setdefault(command.fact.payment_id, command.fact.amount)
        elif isinstance(command, CheckOrder) and (command.order_id not in gone or command.order_id in ordered):
            ordered[command.order_id] = command.amount
            gone.discard(command.order_id)
        elif isinstance(command, ReleaseOrder) and command.cause == "delivered":
            delivered.add(command.order_id)
            gone.discard(command.order_id)
        elif isinstance(command, ReleaseOrder):
            gone.add(command.order_id)
            delivered.discard(command.order_id)
            approved.discard(command.order_id)
        approved |= {event.order_id for event in tried.outcome if isinstance(event, OrderCreditApproved)}
        owed = sum((amount for amount, _ in invoices.values()), NOTHING) - sum(paid.values(), NOTHING)
        for order_id in approved | (delivered & ordered.keys()):
            invoiced = sum((amount for amount, of in invoices.values() if of == order_id), NOTHING)
            owed += max(NOTHING, ordered[order_id] - invoiced)
        assert total(history) == owed


def accepted(history: Given, command: Command) -> Given:
    """The account after a command; a refused one changes nothing."""
    after_it = history.when(command)
    return replace(history, outcome=()) if isinstance(after_it.outcome, Refusal) else after_it


def total(history: Given) -> Decimal:
    exposure: Exposure = history.state.position(JUNE, history.book, "EUR").exposure
    return exposure.total


def _released_at_once(approved: OrderCreditApproved, following: Event | None) -> bool:
    """An order told after its invoice: its amount is in the receivables already."""
    return isinstance(following, OrderExposureReleased) and following.order_id == approved.order_id
