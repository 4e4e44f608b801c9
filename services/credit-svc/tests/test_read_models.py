"""Accounts, orders, cases and timelines as questions see them."""

import warnings
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import WARN_LINTING

from chassis.testing import envelope, given, replay
from contracts import erp
from contracts.credit import CapEvent, CreditLimitSet, OrderCreditApproved, OrderCreditHeld, TotalEvent
from credit_svc.account import DECIDER
from credit_svc.account.cases import TakeNextStep
from credit_svc.account.invoices import MarkOverdue, RecordInvoice
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordPayment
from credit_svc.policies.collection import CollectionPolicy, WorklistWeights
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import (
    account,
    allocation,
    collection_case,
    history,
    item_sums,
    limit_proposal,
    open_item,
    order_credit,
    payment,
    shadow_check,
)
from credit_svc.reports import effectiveness, segments
from credit_svc.reports.worklist import worklist
from credit_svc.service import SERVICE
from credit_svc.timers import invoice_due

MAY = date(2024, 5, 1)
INVOICE = RecordInvoice(
    erp.InvoiceIssued(
        invoice_id="I-1", customer_id="C-1", order_id="O-1", issued_on=date(2024, 4, 1), due_on=MAY,
        amount=Decimal(900), currency="EUR",
    )
)  # fmt: skip
PAYMENT = RecordPayment(
    erp.PaymentReceived(
        payment_id="P-1", customer_id="C-1", invoice_id="I-1", amount=Decimal(1000), currency="EUR",
        paid_on=date(2024, 5, 6), method="cheque",
    )
)  # fmt: skip
BOUNCE = RecordBouncedCheque(
    erp.ChequeBounced(
        payment_id="P-1", customer_id="C-1", bounced_on=date(2024, 5, 20), face_amount=Decimal(1000), currency="EUR"
    )
)
LIMIT = SetCreditLimit("C-1", Decimal(1000), "EUR", MAY, "reviewed", "head of credit", MAY)
OVERDUE = MarkOverdue("C-1", "I-1", date(2024, 5, 2))
CALL = TakeNextStep("C-1-1", "C-1", date(2024, 5, 4))


def order(number: int, amount: int) -> CheckOrder:
    return CheckOrder(f"O-{number}", "C-1", MAY, Decimal(amount), "EUR")


def only(model: Any, *commands: Any) -> Any:
    """The only row of a read model after these commands."""
    (row,) = rows(model, *commands)
    return row


def rows(model: Any, *commands: Any) -> list[Any]:
    facts = given(DECIDER, policies=SERVICE.policies).when(*commands).facts
    at = datetime(2024, 5, 1, tzinfo=UTC)
    return list(replay(model, [(f, envelope(n, at=at, type=f.TYPE)) for n, f in enumerate(facts, start=1)]).values())


def test_an_account_has_the_currency_of_its_first_fact_and_the_limit_told_last() -> None:
    row = only(account.MODEL, INVOICE, LIMIT)
    assert (row.customer_id, row.currency, row.limit_from) == ("C-1", "EUR", MAY)
    assert row.limits == [{"amount": "1000", "valid_from": "2024-05-01"}]
    assert row.limit_approved_by == "head of credit"


def test_an_account_without_a_limit_leaves_it_to_the_policy() -> None:
    assert only(account.MODEL, INVOICE).limits == []


def test_a_held_order_tells_why_and_what_releases_it_until_it_is_approved() -> None:
    held = only(order_credit.MODEL, LIMIT, order(2, 1_500))
    assert (held.state, held.account_status, held.decided_on) == ("held", "hold", MAY)
    assert "500.00 EUR over the limit" in held.reason
    assert held.exposure["limit"] == "1000"
    approved = only(order_credit.MODEL, LIMIT, order(2, 1_500), replace(LIMIT, limit=Decimal(9000)))
    assert (approved.state, approved.after_hold, approved.reason) == ("approved", True, None)


def test_an_order_that_waited_is_decided_on_the_day_on_which_it_was_released_and_an_old_decision_on_that_of_its_instant() -> (
    None
):
    released = given(DECIDER, policies=SERVICE.policies).when(
        LIMIT, order(2, 1_500), replace(LIMIT, limit=Decimal(9000))
    )
    june = [
        fact.model_copy(update={"decided_on": date(2024, 6, 1)}) if isinstance(fact, OrderCreditApproved) else fact
        for fact in released.facts
    ]
    old = [
        fact.model_copy(update={"decided_on": None})
        if isinstance(fact, OrderCreditApproved | OrderCreditHeld)
        else fact
        for fact in released.facts
    ]
    at = datetime(2024, 5, 7, 23, tzinfo=UTC)
    days = [
        next(
            iter(replay(order_credit.MODEL, [(f, envelope(n, at=at)) for n, f in enumerate(facts, start=1)]).values())
        ).decided_on
        for facts in (released.facts, june, old)
    ]
    assert days == [MAY, date(2024, 6, 1), date(2024, 5, 7)]


def test_a_released_order_tells_because_of_what() -> None:
    row = only(order_credit.MODEL, order(2, 10), ReleaseOrder("O-2", "C-1", MAY, "cancelled"))
    assert (row.state, row.amount, row.released_because) == ("released", 10, "cancelled")


def test_a_delivered_order_shows_its_day_and_what_of_it_still_counts() -> None:
    part = erp.InvoiceIssued(
        invoice_id="I-9",
        customer_id="C-1",
        order_id="O-2",
        issued_on=MAY,
        due_on=MAY,
        amount=Decimal(4),
        currency="EUR",
    )
    delivered = ReleaseOrder("O-2", "C-1", MAY, "delivered")
    row = only(order_credit.MODEL, order(2, 10), RecordInvoice(part), delivered)
    assert (row.state, row.amount, row.rest, row.counted, row.delivered_on) == ("approved", 10, 6, 6, MAY)


def test_a_held_order_that_was_delivered_all_the_same_counts() -> None:
    row = only(order_credit.MODEL, LIMIT, order(2, 1_500), ReleaseOrder("O-2", "C-1", MAY, "delivered"))
    assert (row.state, row.counted) == ("delivered", 1_500)


def test_an_invoice_paid_late_and_more_than_in_full() -> None:
    item, paid = only(open_item.MODEL, INVOICE, OVERDUE, PAYMENT), only(payment.MODEL, INVOICE, OVERDUE, PAYMENT)
    assert (item.status, item.open_amount, item.settled_on, item.days_late) == ("settled", 0, date(2024, 5, 6), 5)
    assert (paid.amount, paid.unallocated) == (1000, 100)
    met = only(allocation.MODEL, INVOICE, OVERDUE, PAYMENT)
    assert (met.amount, met.allocated_on) == (900, date(2024, 5, 6))


def test_a_bounced_cheque_leaves_nothing_but_its_date() -> None:
    commands = (INVOICE, OVERDUE, PAYMENT, BOUNCE)
    item, paid = only(open_item.MODEL, *commands), only(payment.MODEL, *commands)
    assert (item.status, item.open_amount, item.settled_on) == ("open", 900, None)
    assert (paid.unallocated, paid.bounced_on) == (0, date(2024, 5, 20))
    assert rows(allocation.MODEL, *commands) == []
    assert only(invoice_due.TODO, *commands).due_on == date(2024, 5, 20)


def test_a_cheque_that_bounced_before_it_was_told_is_known_as_bounced() -> None:
    early = only(payment.MODEL, INVOICE, BOUNCE)
    assert (early.paid_on, early.amount, early.bounced_on) == (None, 1000, date(2024, 5, 20))
    late = only(payment.MODEL, INVOICE, BOUNCE, PAYMENT)
    assert (late.paid_on, late.unallocated, late.bounced_on) == (date(2024, 5, 6), 0, date(2024, 5, 20))


def test_a_case_shows_its_steps_with_their_days_and_the_next_one() -> None:
    row = only(collection_case.MODEL, INVOICE, OVERDUE, CALL)
    assert [(step["step"], step["taken_on"], step["days_past_due"]) for step in row.steps] == [
        ("reminder", "2024-05-02", 1),
        ("call", "2024-05-04", 3),
    ]
    assert (row.current_step, row.next_step, row.next_step_on) == ("call", "letter_1", date(2024, 5, 8))


def test_a_closed_case_has_no_next_step() -> None:
    row = only(collection_case.MODEL, INVOICE, OVERDUE, CALL, PAYMENT)
    assert (row.closed_on, row.closed_because, row.next_step_on) == (date(2024, 5, 6), "settled", None)


def test_the_timeline_holds_every_event_once_in_order() -> None:
    found = rows(history.MODEL, LIMIT, INVOICE, PAYMENT)
    assert [row.type.removeprefix("credit.") for row in found] == [
        "CreditLimitSet",
        "InvoiceRecorded",
        "PaymentRecorded",
        "InvoiceSettled",
        "BehaviourClassChanged",
        "BehaviourActionAsked",
        "BehaviourReviewScheduled",
    ]
    assert found[0].data["limit"] == "1000"


def test_the_account_as_a_row_takes_the_same_check_as_the_account_as_a_state() -> None:
    """The columns of the query and the position of the decider mean the same."""
    commands = (LIMIT, INVOICE, OVERDUE)
    row = {
        **asdict(only(account.MODEL, *commands)),
        "receivable": Decimal(900), "approved_orders": Decimal(0), "overdue": Decimal(900), "oldest_due_on": MAY,
        "oldest_overdue": "I-1", "current_step": "reminder",
    }  # fmt: skip
    given_account = given(DECIDER, policies=SERVICE.policies).when(*commands)
    on = date(2024, 5, 3)
    found = account.position(row, on, CreditPolicy().default_limit, CollectionPolicy())
    assert found == given_account.state.position(on, given_account.book, "EUR")


QUERIES: list[Select[Any]] = [
    account.accounts(MAY, {})[0],
    allocation.open_by_due_date(MAY, "EUR"),
    allocation.open_by_due_date(MAY, "EUR", "C-1"),
    allocation.unallocated_at(MAY, "EUR", "C-1"),
    allocation.given_up_at(MAY, "EUR", "C-1"),
    effectiveness.effectiveness(),
    limit_proposal.proposals("proposed", "C-1"),
    payment.payments("C-1", True),
    segments.segments("tier", "EUR", MAY),
    shadow_check.comparison(1),
    item_sums.written_off_between("EUR", MAY, MAY),
    worklist(MAY, WorklistWeights()),
    collection_case.case("C-1-1"),
    collection_case.case_of_customer("C-1"),
    history.history("C-1"),
    open_item.invoices("C-1", "open", "EUR"),
    item_sums.invoiced_until(MAY, "EUR", "C-1"),
    open_item.overdue_items("C-1"),
    item_sums.sales_by_day("EUR", MAY, MAY),
    order_credit.decisions("held", "C-1"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_question_reads_live_views_and_joins_every_one_of_them(query: Select[Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a view without a join condition is a warning
        text = str(query.compile(dialect=postgresql.dialect(), linting=WARN_LINTING))  # type: ignore[no-untyped-call]
    assert any(model.view in text for model in SERVICE.read_models)


def test_every_event_of_an_account_moves_its_timeline() -> None:
    assert CreditLimitSet in history.MODEL.handles
    assert set(history.MODEL.handles) == {
        event
        for event in SERVICE.events
        if "customer_id" in event.model_fields and not issubclass(event, (CapEvent, TotalEvent))
    }
