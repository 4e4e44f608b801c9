"""Charge, judge, case, held orders: on every path in this order, and what the paths that omit a step leave out."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import Given
from contracts.credit import (
    BehaviourClassChanged,
    CapShareTaken,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditLimitSet,
    DeliveriesStopped,
    InterestCharged,
    InvoiceDisputed,
    InvoiceSettled,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    PaymentOverdue,
    PromiseBroken,
)
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.limits import AcceptCapShare, SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.promises import RecordPromise
from credit_svc.policies.credit import CreditPolicy
from credit_svc.testing import CUSTOMER, account, all_of, bounce, invoice, last, payment, plainly, under, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TODO: tuple[Any, ...] = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
FEBRUARY = date(2024, 2, 20)


def order(number: int, amount: int, on: date) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


def limit(amount: int, on: date) -> SetCreditLimit:
    return SetCreditLimit(CUSTOMER, Decimal(amount), "EUR", on, "reviewed", "head", on)


def kinds(given: Given) -> list[type]:
    assert not isinstance(given.outcome, Exception)
    return [type(event) for event in given.outcome]


def overdue(on: date, *first: Any, due_on: date = date(2024, 1, 31)) -> Given:
    """Invoice I-1 of 100, unpaid until a day."""
    return until(on, account(*first, invoice(1, due_on=due_on)), TODO)


# The whole order


def test_money_charges_then_closes_the_case_then_releases_the_orders() -> None:
    owing = account(limit(1_000, date(2024, 1, 1)), invoice(1, 1_000, due_on=date(2024, 1, 31)))
    late = until(FEBRUARY, owing, TODO).when(order(1, 500, FEBRUARY))
    assert all_of(late, OrderCreditHeld)
    paid = late.when(payment(1, 1_000, FEBRUARY, of=1))
    order_of_events = [InvoiceSettled, InterestCharged, CollectionCaseClosed, OrderCreditApproved]
    assert [kind for kind in kinds(paid) if kind in order_of_events] == order_of_events


def test_a_refusal_is_judged_before_the_case_stops_deliveries() -> None:
    history = overdue(FEBRUARY).when(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", FEBRUARY))
    assert last(history, BehaviourClassChanged).after == "D"
    assert not all_of(history, OrderCreditApproved)


# An invoice


def test_an_invoiced_order_does_not_count_twice_when_deliveries_are_decided() -> None:
    """100 overdue for more than 30 days and an order of 40 are within the limit of 150; so is its invoice."""
    march = date(2024, 3, 10)
    late = overdue(date(2024, 1, 20), limit(150, date(2024, 1, 1))).when(order(1, 40, date(2024, 1, 20)))
    assert kinds(plainly(late)) == [OrderCreditApproved]
    late = until(march, late, TODO)
    history = late.when(invoice(2, 40, due_on=date(2024, 4, 9), of_order=1))
    assert OrderExposureReleased in kinds(history)
    assert not all_of(history, DeliveriesStopped)


def test_an_invoice_whose_money_settles_an_older_one_releases_what_the_case_held() -> None:
    """A payment names an invoice that comes later and is smaller: what is left over settles the overdue one."""
    late = overdue(FEBRUARY).when(payment(1, 110, FEBRUARY, of=2)).when(order(1, 5, FEBRUARY))
    assert "New credit is held since the collection step" in last(late, OrderCreditHeld).reason
    history = late.when(invoice(2, 10, due_on=date(2024, 3, 21), issued_on=FEBRUARY))
    assert [kind for kind in kinds(history) if kind in (CollectionCaseClosed, OrderCreditApproved)] == [
        CollectionCaseClosed,
        OrderCreditApproved,
    ]


def test_an_invoice_that_falls_overdue_on_the_day_of_a_better_class_releases_what_the_class_held() -> None:
    """A refusal is forgotten on the day on which another invoice falls overdue, and the day is judged only once."""
    refused, forgotten = date(2024, 1, 10), date(2025, 1, 11)
    held = account(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", refused)).when(order(1, 5, refused))
    assert "behaviour class is D" in last(held, OrderCreditHeld).reason
    history = held.when(invoice(1, due_on=date(2025, 1, 10))).when(MarkOverdue(CUSTOMER, "I-1", forgotten))
    assert (last(history, BehaviourClassChanged).before, last(history, BehaviourClassChanged).after) == ("D", "B")
    assert kinds(history)[-1] is OrderCreditApproved


# A bounced cheque


def test_a_cheque_that_bounces_opens_a_case_where_the_rest_was_disputed() -> None:
    """What was open was disputed when the invoice fell overdue, so there was no case; what the cheque paid is not."""
    history = account(invoice(1), payment(1, 60, date(2024, 1, 10), of=1))
    history = history.when(DisputeInvoice(CUSTOMER, "I-1", None, "broken", "clerk", date(2024, 1, 20)))
    history = until(date(2024, 2, 5), history, TODO)
    assert all_of(history, PaymentOverdue)
    assert not all_of(history, CollectionCaseOpened)
    history = history.when(bounce(1, 60, date(2024, 2, 6)))
    assert last(history, CollectionCaseOpened).overdue == 60


def test_a_cheque_that_bounces_releases_no_order() -> None:
    held = account(limit(100, date(2024, 1, 1)), invoice(1), payment(1, 60, date(2024, 1, 10), of=1))
    held = held.when(order(1, 70, date(2024, 1, 15)))
    assert all_of(held, OrderCreditHeld)
    assert not all_of(held.when(bounce(1, 60, date(2024, 1, 20))), OrderCreditApproved)


# Paths that omit a step


def test_a_dispute_moves_the_case_and_releases_no_order() -> None:
    """The order was held because of the oldest invoice; disputing it does not pay it."""
    book = under(CreditPolicy(stop_after_days=10))
    late = until(FEBRUARY, account(invoice(1), book=book), TODO).when(order(1, 5, FEBRUARY))
    assert "days past due" in last(late, OrderCreditHeld).reason
    history = late.when(DisputeInvoice(CUSTOMER, "I-1", None, "broken", "clerk", FEBRUARY))
    assert kinds(history)[0] is InvoiceDisputed
    assert not {OrderCreditApproved, BehaviourClassChanged, InterestCharged} & set(kinds(history))
    upheld = history.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(0), "unfounded", "head", FEBRUARY))
    assert not all_of(upheld, OrderCreditApproved)


def test_a_step_of_a_case_releases_no_order_and_a_broken_promise_is_judged_before_it() -> None:
    late = overdue(date(2024, 2, 4), limit(100, date(2024, 1, 1))).when(order(1, 5, date(2024, 2, 4)))
    promise = RecordPromise("C-1-1", CUSTOMER, Decimal(100), date(2024, 2, 10), "clerk", date(2024, 2, 4))
    history = until(date(2024, 2, 11), late.when(promise), TODO)
    assert [kind for kind in map(type, history.facts) if kind in (PromiseBroken, CollectionStepTaken)][-2:] == [
        PromiseBroken,
        CollectionStepTaken,
    ]
    assert not all_of(history, OrderCreditApproved)


def test_limits_and_shares_go_to_the_held_orders_alone() -> None:
    """They change what may be ordered and nothing of what is owed: nothing is charged, judged or pursued."""
    late = overdue(date(2024, 2, 4), limit(100, date(2024, 1, 1))).when(order(1, 50, date(2024, 2, 4)))
    higher = late.when(limit(200, date(2024, 2, 4)))
    assert kinds(plainly(higher)) == [CreditLimitSet, OrderCreditApproved]
    share = higher.when(AcceptCapShare(CUSTOMER, "G-1", Decimal(300), "EUR", date(2024, 2, 4)))
    assert kinds(plainly(share)) == [CapShareTaken]
