"""The credit standard: what moves its gates, who gets no credit, and what is paid in advance."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import Given
from chassis.testing.passing import at_rest
from contracts import erp
from contracts.credit import (
    AllocationWithdrawn,
    OrderCreditApproved,
    OrderCreditHeld,
    PaymentRecorded,
)
from credit_svc.account.decision import Command
from credit_svc.account.files import RecordFile, SetTerms
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.orders import CheckOrder, CloseOrder
from credit_svc.account.payments import ReassignPayment, RecordPayment
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.figures.gates import Gates, adjustments_of, moved
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import pursuable
from credit_svc.reports.admitted import by_min_class
from credit_svc.testing import CUSTOMER, account, all_of, bounce, last, under

from .running import Running
from .test_running import check

D = Decimal
MAY = date(2025, 5, 1)
BASE = Gates(D(2), 30 + 15)
"""Bad debt 2 %, and a DSO of the terms and 15 days."""


def gates(**policy: Any) -> tuple[Decimal, int]:
    """The gates under a policy, the DSO beyond terms of 30 days."""
    found = moved(BASE, adjustments_of(CreditStandardPolicy(**policy), credit_days=30))
    return found.bad_debt_percent, found.dso_days - 30


def order(number: int = 1, amount: int = 10_000, on: date = MAY) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, D(amount), "EUR")


def paid(number: int, amount: int | str, on: date = MAY, of_order: int | None = None) -> RecordPayment:
    return RecordPayment(
        erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id=CUSTOMER, amount=D(amount), currency="EUR", paid_on=on,
            method="transfer", order_id=None if of_order is None else f"O-{of_order}",
        )
    )  # fmt: skip


def invoice(number: int, amount: int, of_order: int | None = None, issued_on: date = MAY) -> RecordInvoice:
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}", customer_id=CUSTOMER, order_id=None if of_order is None else f"O-{of_order}",
            issued_on=issued_on, due_on=issued_on.replace(year=issued_on.year + 1), amount=D(amount), currency="EUR",
        )
    )  # fmt: skip


def terms(percent: int, entered_on: date | None = None) -> SetTerms:
    return SetTerms(
        CUSTOMER, 30, 0, D(0), None, None, date(2025, 1, 1), "agreed", "head of credit", D(percent), entered_on
    )


def rated(score: int, on: date = date(2025, 1, 1)) -> RecordFile:
    """Below 50: class B."""
    return RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, D(score)), None, "analyst", on)


def test_grow_and_stock_widen_the_gates_to_3_5_percent_and_30_days_beyond_the_terms() -> None:
    assert gates(strategy="grow", stock="high") == (D("3.5"), 30)


def test_select_low_narrows_them_to_half_a_percent_and_5_days() -> None:
    assert gates(strategy="select", stock="low") == (D("0.5"), 5)


def test_without_a_factor_the_gates_are_those_of_the_policy_receivables() -> None:
    assert gates() == (D(2), 15)
    assert adjustments_of(CreditStandardPolicy(), 30) == []


@pytest.mark.parametrize(("theirs", "dso"), [(45, 15), (46, 20), (None, 15)])
def test_competitors_who_grant_more_than_15_days_beyond_our_terms_give_5_days(theirs: int | None, dso: int) -> None:
    assert gates(competitor_days=theirs) == (D(2), dso)


def test_no_gate_falls_below_nothing() -> None:
    narrow = moved(Gates(D("0.5"), 3), adjustments_of(CreditStandardPolicy(strategy="select"), 30))
    assert narrow == Gates(D(0), 0)


def test_each_lowest_class_would_admit_the_accounts_of_it_and_of_better_ones() -> None:
    counts = {"AAA": 1, "BB": 2, "B": 4, None: 8}
    assert by_min_class(counts, CreditStandardPolicy()) == {  # type: ignore[arg-type]
        "AAA": 9, "AA": 9, "A": 9, "BBB": 9, "BB": 11, "B": 15,
    }  # fmt: skip
    assert by_min_class(counts, CreditStandardPolicy(apply_to_unrated=True))["B"] == 7  # type: ignore[arg-type]


def test_advance_30_percent_of_an_order_must_have_come_before_it_is_approved() -> None:
    history = account(terms(30)).when(order())
    held = history.one(OrderCreditHeld)
    assert held.reason == "Order O-1 needs 3,000.00 EUR in advance; 0.00 EUR has come."
    assert held.releases_at.startswith("Released when 3,000.00 EUR more has come")
    less = history.when(paid(1, "2999.99", of_order=1))
    assert all_of(less, OrderCreditApproved) == []
    approved = less.when(paid(2, "0.01", of_order=1)).one(OrderCreditApproved)
    assert (approved.after_hold, approved.in_advance) == (True, D(3_000))


def test_money_that_nothing_has_a_claim_to_counts_for_one_order_alone() -> None:
    history = account(terms(30), paid(1, 3_000)).when(order(1), order(2))
    assert [event.order_id for event in all_of(history, OrderCreditApproved)] == ["O-1"]
    assert last(history, OrderCreditHeld).reason == "Order O-2 needs 3,000.00 EUR in advance; 0.00 EUR has come."


def test_money_for_one_order_lets_no_other_through() -> None:
    history = account(terms(30)).when(paid(1, 3_000, of_order=1), order(2))
    assert history.one(OrderCreditHeld).order_id == "O-2"


def test_lower_terms_check_the_orders_that_wait_again() -> None:
    history = account(terms(30), order())
    assert history.when(terms(0, entered_on=MAY)).one(OrderCreditApproved).order_id == "O-1"


def test_a_cheque_that_bounced_was_no_advance() -> None:
    history = account(terms(30), paid(1, 3_000, of_order=1), bounce(1, 3_000, MAY), order())
    assert "0.00 EUR has come" in last(history, OrderCreditHeld).reason


def test_a_customer_below_the_lowest_class_pays_in_advance() -> None:
    history = account(rated(40)).when(order())
    held = history.one(OrderCreditHeld)
    assert held.reason == ("Class B gets no credit. Order O-1 needs 10,000.00 EUR in advance; 0.00 EUR has come.")
    assert history.when(paid(1, 10_000, of_order=1)).one(OrderCreditApproved).in_advance == 10_000
    assert history.when(rated(85, MAY)).one(OrderCreditApproved).in_advance == 0


def test_a_customer_without_a_class_gets_credit_unless_the_policy_says_otherwise() -> None:
    account().when(order()).one(OrderCreditApproved)
    strict = under(CreditStandardPolicy(apply_to_unrated=True))
    reason = account(book=strict).when(order()).one(OrderCreditHeld).reason
    assert reason.startswith("A customer without a credit class gets no credit.")


def test_a_customer_of_class_d_that_may_order_at_all_pays_in_advance() -> None:
    book: PolicyBook = under(CreditPolicy(stop_behaviour=()), BehaviourActionPolicy(end_prepayment_percent=D(100)))
    bounced = account(paid(1, 100), bounce(1, 100, MAY), book=book)
    reason = bounced.when(order()).one(OrderCreditHeld).reason
    assert reason.startswith("The behaviour class is D. Order O-1 needs 10,000.00 EUR in advance")


def test_money_in_advance_stays_with_its_order_until_its_invoice() -> None:
    history = account(paid(1, 3_000, of_order=1)).when(invoice(1, 500), invoice(2, 2_000, of_order=1))
    ledger = history.state.ledger("EUR")
    assert dict(ledger.open) == {"I-1": D(500)}
    assert (dict(ledger.in_advance), dict(ledger.on_account)) == ({"P-1": D(1_000)}, {})
    later = history.when(invoice(3, 8_000, of_order=1)).state.ledger("EUR")
    assert dict(later.open) == {"I-1": D(500), "I-3": D(7_000)}
    assert (later.unallocated("P-1"), later.balance) == (NOTHING, D(7_500))


def test_money_in_advance_covers_nothing_that_is_overdue() -> None:
    history = account(invoice(1, 500), paid(1, 3_000, of_order=9))
    assert [item.amount for item in pursuable(history.state.ledger("EUR"), history.state.claims)] == [D(500)]


def test_of_an_order_that_comes_to_nothing_a_person_assigns_the_money() -> None:
    history = account(terms(30), order(), paid(1, 3_000, of_order=1), invoice(1, 500))
    closed = history.when(CloseOrder(CUSTOMER, "O-1", "not needed", "head", MAY))
    assert dict(closed.state.ledger("EUR").open) == {"I-1": D(500)}
    assigned = closed.when(ReassignPayment(CUSTOMER, "P-1", None, "the order is off", "head"))
    assert (dict(assigned.state.ledger("EUR").open), dict(assigned.state.ledger("EUR").on_account)) == (
        {},
        {"P-1": D(2_500)},
    )


def test_an_invoice_of_the_order_that_is_known_already_is_paid_first() -> None:
    history = account(invoice(1, 500), invoice(2, 2_000, of_order=1)).when(paid(1, 3_000, of_order=1))
    (met,) = history.one(PaymentRecorded).allocations
    assert (met.invoice_id, met.amount) == ("I-2", D(2_000))
    assert dict(history.state.ledger("EUR").in_advance) == {"P-1": D(1_000)}


FACTS: Sequence[Command] = (
    invoice(1, 500, issued_on=date(2025, 1, 1)),
    invoice(2, 2_000, of_order=1, issued_on=date(2025, 1, 10)),
    invoice(3, 1_500, of_order=1, issued_on=date(2025, 2, 1)),
    invoice(4, 700, of_order=2, issued_on=date(2025, 2, 2)),
    paid(1, 3_000, date(2025, 1, 5), of_order=1),
    paid(2, 900, date(2025, 1, 20), of_order=2),
    paid(3, 600, date(2025, 1, 20)),
    paid(4, 800, date(2025, 2, 10), of_order=1),
    paid(5, 50, date(2025, 1, 1), of_order=3),
)


def ledger_after(facts: Sequence[Command]) -> Any:
    history: Given = account(*facts)
    return history.state.ledger("EUR")


@settings(max_examples=100, deadline=None)
@for_all(seed=st.integers(0, 2**32), bounces=st.sets(st.integers(1, 5)))
def test_money_for_orders_pays_the_same_in_any_order_of_arrival(seed: int, bounces: set[int]) -> None:
    facts = [*FACTS, *(bounce(number, 1, date(2025, 3, 1)) for number in sorted(bounces))]
    expected = ledger_after(facts)
    Random(seed).shuffle(facts)
    found = ledger_after(facts)
    assert (found.open, found.in_advance, found.on_account) == (expected.open, expected.in_advance, expected.on_account)
    assert {i: set(each) for i, each in found.entries.items() if each} == {
        i: set(each) for i, each in expected.entries.items() if each
    }
    again = in_order_of_dates(found)
    assert (again.open, again.in_advance, again.on_account) == (found.open, found.in_advance, found.on_account)
    waits = sum((*found.on_account.values(), *found.in_advance.values()), NOTHING)
    assert found.balance == sum(found.open.values(), NOTHING) - waits


def test_a_late_invoice_takes_its_money_back_from_nobody() -> None:
    history = account(*FACTS[1:]).when(FACTS[0])
    withdrawn = all_of(history, AllocationWithdrawn)
    assert {event.payment_id for event in withdrawn} <= {"P-3"}


async def test_an_advance_over_http_from_its_terms_to_its_approval_and_the_gates(running: Running) -> None:
    await running.move_to("2024-06-01")
    percent = {"credit_days": 30, "prepayment_percent": "30", "reason": "new", "approved_by": "head of credit"}
    await running.send("PUT", "/v1/accounts/C-1/terms", percent)
    held = await running.post("/v1/credit-checks", check("O-1", "C-1", "10000"))
    assert held["holds"][0]["reason"] == "Order O-1 needs 3,000.00 EUR in advance; 0.00 EUR has come."
    asked_for = await running.post("/v1/credit-checks", check(None, "C-1", "100"))
    assert asked_for["holds"][0]["reason"] == "Such an order needs 30.00 EUR in advance; 0.00 EUR has come."
    advance = {
        "payment_id": "P-1", "customer_id": "C-1", "order_id": "O-1", "amount": "3000", "currency": "EUR",
        "paid_on": "2024-06-01", "method": "transfer",
    }  # fmt: skip
    await running.post("/v1/payments", advance)
    assert (await running.get("/v1/credit-checks/C-1/O-1"))["status"] == "approved"
    (payment,) = (await running.get("/v1/payments", customer_id="C-1"))["items"]
    assert (payment["order_id"], payment["unallocated"]) == ("O-1", "3000")
    assert (await running.get("/v1/accounts/C-1"))["terms"]["prepayment_percent"] == "30"

    standard = await running.get("/v1/reports/standard", currency="EUR")
    assert (standard["base"], standard["adjustments"]) == ({"bad_debt": "2", "dso": "45"}, [])
    version = {
        "document": {"strategy": "grow", "stock": "high"},
        "effective_from": "2024-06-01",
        "reason": "a year of growth",
    }
    answer = await running.client.put("/v1/policies/credit-standard", json=version, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    await at_rest(running.runtime)
    standard = await running.get("/v1/reports/standard", currency="EUR")
    assert (standard["bad_debt_max_percent"], standard["dso_max"]) == ("3.5", "60")
    assert [each["factor"] for each in standard["adjustments"]] == ["strategy", "stock"]
    assert standard["admitted"]["AAA"] == 1
    known = await running.get("/v1/reports/standard", currency="EUR", as_of="2024-06-01", as_known_at="9999-12-31")
    assert known == standard
