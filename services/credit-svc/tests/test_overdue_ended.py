"""Whoever heard that something is overdue hears when it is not any more: once, and in the commit of what ended it."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.domain import Refusal
from chassis.testing import Given, replay
from contracts import Event
from contracts.credit import CustomerOverdueCleared, PaymentOverdue, PaymentOverdueEnded
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.read_models import open_item
from credit_svc.testing import CUSTOMER, account, all_of, bounce, credit_note, invoice, last, payment, until
from credit_svc.timers import behaviour_due, invoice_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)
DUE = date(2025, 2, 28)


def overdue(*amounts: int) -> Given:
    """Invoices I-1, I-2, … of these amounts, overdue since 2025-03-01."""
    issued = (invoice(n, amount, due_on=DUE) for n, amount in enumerate(amounts, start=1))
    return until(date(2025, 3, 9), account(*issued), TIMERS)


def test_overdue_ends_invoice_by_invoice_and_is_cleared_with_the_last() -> None:
    paid = overdue(1_000, 500).when(payment(1, 1_000, date(2025, 3, 10), of=1))
    ended = paid.one(PaymentOverdueEnded)
    assert (ended.invoice_id, ended.because, ended.ended_on) == ("I-1", "settled", date(2025, 3, 10))
    assert (ended.customer_overdue, ended.customer_overdue_invoices) == (500, 1)
    assert not all_of(paid, CustomerOverdueCleared)
    credited = paid.when(credit_note(1, 500, date(2025, 3, 12), of=2))
    ended = credited.one(PaymentOverdueEnded)
    assert (ended.because, ended.customer_overdue, ended.customer_overdue_invoices) == ("credited", 0, 0)
    assert credited.one(CustomerOverdueCleared).cleared_on == date(2025, 3, 12)


def test_part_payment_ends_nothing_nor_does_a_dispute() -> None:
    late = overdue(1_000)
    for fact in (
        payment(1, 999 - 600, date(2025, 3, 10), of=1),
        DisputeInvoice(CUSTOMER, "I-1", None, "damaged", "sales", date(2025, 3, 10)),
    ):
        assert not all_of(late.when(fact), PaymentOverdueEnded)


def test_bounced_again_is_overdue_a_second_time_and_ends_a_second_time() -> None:
    paid = overdue(1_000).when(payment(1, 1_000, date(2025, 3, 10), of=1))
    history = until(date(2025, 3, 25), paid.when(bounce(1, 1_000, date(2025, 3, 20))), TIMERS)
    assert [each.overdue_since for each in all_of(history, PaymentOverdue)] == [date(2025, 3, 1), date(2025, 3, 20)]
    assert len(all_of(history, PaymentOverdueEnded)) == 1
    again = history.when(payment(2, 1_000, date(2025, 3, 26), of=1))
    assert again.one(PaymentOverdueEnded).overdue_since == date(2025, 3, 20)
    assert len(all_of(again, CustomerOverdueCleared)) == 2


def test_late_payment_that_is_recorded_later_ends_the_overdue_on_its_own_day() -> None:
    late = until(date(2025, 3, 20), overdue(1_000), TIMERS)
    ended = late.when(payment(1, 1_000, date(2025, 3, 1), of=1)).one(PaymentOverdueEnded)
    assert (ended.ended_on, ended.days_overdue) == (date(2025, 3, 1), 1)


FACTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "part", "pay anything", "credit", "bounce", "correct", "write off", "dispute", "wait"]),
        st.integers(1, 3),
        st.integers(1, 9),
    ),
    max_size=8,
)


def commands(what: str, number: int, of: int, paid: dict[int, int], day: date) -> list[Any]:
    match what:
        case "pay" | "part":
            return [payment(number, 100 if what == "pay" else 40, day, of=of)]
        case "pay anything":
            return [payment(number, 150, day)]
        case "credit":
            return [credit_note(number, 100, day, of=of)]
        case "bounce" if of in paid:
            return [bounce(paid.pop(of), 100, day)]
        case "correct":
            fact = invoice(of, 50 + 10 * number, due_on=DUE + timedelta(days=number)).fact
            return [RecordInvoice(fact)]
        case "write off":
            on = day
            return [
                ProposeWriteOff(CUSTOMER, f"I-{of}", "lost", "a", on),
                ApproveWriteOff(CUSTOMER, f"I-{of}", "b", on),
            ]
        case "dispute":
            return [DisputeInvoice(CUSTOMER, f"I-{of}", Decimal(1), "damaged", "sales", day)]
    return []


def then(history: Given, command: Any) -> Given:
    """What the command leads to; a refusal leads to nothing."""
    after = history.when(command)
    return history if isinstance(after.outcome, Refusal) else after


@settings(max_examples=60, deadline=None)
@for_all(FACTS)
def test_each_overdue_ends_exactly_once_or_goes_on(drawn: list[tuple[str, int, int]]) -> None:
    """And whoever adds up nothing knows what is overdue: the last event of a currency says it, as the open items have it."""
    history, day, paid = overdue(100, 100, 100), date(2025, 3, 9), dict[int, int]()
    for number, (what, of, days) in enumerate(drawn, start=1):
        day += timedelta(days=days)
        for command in commands(what, number, of, paid, day):
            history = then(history, command)
            if what == "pay":
                paid[of] = number
            holds_together(history)
        history = until(day, history, (invoice_due.TODO,))
        holds_together(history)


def holds_together(history: Given) -> None:
    marked = Counter((each.invoice_id, each.overdue_since) for each in all_of(history, PaymentOverdue))
    ended = Counter((each.invoice_id, each.overdue_since) for each in all_of(history, PaymentOverdueEnded))
    since = history.state.overdue_since
    assert ended + Counter(since.items()) == marked
    items = [row for row in replay(open_item.MODEL, history.facts).values() if row.status == "overdue"]
    assert {row.invoice_id for row in items} == set(since) == set(history.state.overdue)
    newest = [each for each in history.facts if isinstance(each, PaymentOverdue | PaymentOverdueEnded)][-1]
    assert newest.customer_overdue_invoices == len(items)
    changes: list[Event] = [e for e in history.facts if isinstance(e, (PaymentOverdue, CustomerOverdueCleared))]
    assert isinstance(changes[-1], CustomerOverdueCleared) == (not items)
    cleared = [isinstance(each, CustomerOverdueCleared) for each in changes]
    assert (True, True) not in pairwise(cleared), "cleared once each time"
    assert last(history, PaymentOverdue).customer_overdue is not None
