"""What of a customer is overdue, as credit-svc says it: with the number of invoices and, in one currency, the amount."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import given, replay
from contracts import credit
from customer_svc.files.credit_standing import DECIDER
from customer_svc.reactions import note_overdue, note_overdue_cleared, note_overdue_ended
from customer_svc.read_models import credit_standing

DUE = date(2025, 2, 28)


def overdue(customer_id: str, amount: int, invoices: int, currency: str = "CNY") -> credit.PaymentOverdue:
    return credit.PaymentOverdue(
        invoice_id="F-1", customer_id=customer_id, due_on=DUE, overdue_since=date(2025, 3, 1), open_amount=Decimal(amount),
        currency=currency, policy_version=1, customer_overdue=Decimal(amount), customer_overdue_invoices=invoices,
        customer_oldest_due_on=DUE,
    )  # fmt: skip


def ended(customer_id: str, amount: int, invoices: int) -> credit.PaymentOverdueEnded:
    return credit.PaymentOverdueEnded(
        invoice_id="F-1", customer_id=customer_id, currency="CNY", overdue_since=date(2025, 3, 1),
        ended_on=date(2025, 3, 10), days_overdue=10, because="settled", customer_overdue=Decimal(amount),
        customer_overdue_invoices=invoices, customer_oldest_due_on=DUE if invoices else None,
    )  # fmt: skip


def shown(*events: Any) -> dict[str, Any]:
    """The credit standing of C-1, into which C-2 was merged."""
    table: dict[type[Any], Any] = {
        credit.PaymentOverdue: note_overdue,
        credit.PaymentOverdueEnded: note_overdue_ended,
        credit.CustomerOverdueCleared: note_overdue_cleared,
    }
    facts = [
        fact
        for customer_id in ("C-1", "C-2")
        for fact in given(DECIDER)
        .when(*(table[type(each)](each) for each in events if each.customer_id == customer_id))
        .facts
    ]
    rows = replay(credit_standing.MODEL, facts).values()
    return credit_standing.combined("C-1", [asdict(row) for row in rows]) or {}


def test_a_merged_customer_shows_the_sum_of_its_accounts() -> None:
    one = shown(overdue("C-1", 1_500, 2), overdue("C-2", 300, 1))
    assert (one["overdue_amount"], one["overdue_invoices"], one["overdue_since"]) == ("1800", 3, DUE)
    assert one["overdue"] == "3 invoices, 1,800.00 CNY, the oldest due 2025-02-28."


def test_of_two_currencies_there_is_no_one_amount() -> None:
    both = shown(overdue("C-1", 1_500, 2), overdue("C-1", 300, 1, "USD"))
    assert (both["overdue_amount"], both["overdue_invoices"]) == (None, 3)
    assert {currency: each["amount"] for currency, each in both["overdue_by_currency"].items()} == {
        "CNY": "1500", "USD": "300",
    }  # fmt: skip


def test_what_is_paid_bounces_and_is_paid_for_the_same_day_again_is_over_and_said_to_be() -> None:
    """A late fact restates the end: cleared, overdue, and cleared with the same day once more."""
    cleared = credit.CustomerOverdueCleared(customer_id="C-1", cleared_on=date(2025, 3, 10), longest_days=10)
    round_of_it = (
        note_overdue(overdue("C-1", 1_500, 1)),
        note_overdue_ended(ended("C-1", 0, 0)),
        note_overdue_cleared(cleared),
    )
    facts = given(DECIDER).when(*round_of_it, *round_of_it).facts
    said = [getattr(fact, "summary", "") for fact in facts]
    assert said == said[:3] * 2
    assert said[2] == "Nothing is overdue since 2025-03-10."
    assert len(given(DECIDER).when(*round_of_it, round_of_it[-1]).facts) == 3, "the same word again is no news"


def test_overdue_ends_on_the_page_of_the_customer_too() -> None:
    after_first = shown(overdue("C-1", 1_500, 2), ended("C-1", 500, 1))
    assert (after_first["overdue_amount"], after_first["overdue_invoices"]) == ("500", 1)
    cleared = credit.CustomerOverdueCleared(customer_id="C-1", cleared_on=date(2025, 3, 12), longest_days=12)
    none = shown(overdue("C-1", 1_500, 2), ended("C-1", 0, 0), cleared)
    assert (none["overdue"], none["overdue_amount"], none["overdue_invoices"], none["overdue_since"]) == (
        None,
        None,
        0,
        None,
    )
