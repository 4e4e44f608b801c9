"""Logs in which overdue invoices were settled without a word of it are corrected, each overdue once."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given, envelope, replay
from contracts.credit import CustomerOverdueCleared, PaymentOverdue, PaymentOverdueEnded
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.testing import CUSTOMER, account, all_of, bounce, invoice, payment, until
from credit_svc.timers import invoice_due, overdue_ended

DUE = date(2024, 1, 31)


def of_old_log(history: Given) -> Given:
    """The same, from the time before the end of an overdue was recorded."""
    others = [each for each in history.facts if not isinstance(each, PaymentOverdueEnded | CustomerOverdueCleared)]
    return replace(history, facts=tuple(others), outcome=())


def corrected(history: Given) -> Given:
    """What the to-do list holds is decided until it holds nothing that is due; each decision says something."""
    while due := [row for row in rows_of(history) if row.due_at < overdue_ended.NEVER]:
        before = len(history.facts)
        history = history.when(overdue_ended.command(due[0]))
        assert len(history.facts) > before
    return history


def rows_of(history: Given) -> list[overdue_ended.Row]:
    return list(replay(overdue_ended.TODO, [(fact, envelope(n)) for n, fact in enumerate(history.facts, 1)]).values())


def spans(history: Given) -> Counter[tuple[str, date]]:
    return Counter((each.invoice_id, each.overdue_since) for each in all_of(history, PaymentOverdueEnded))


def marked(history: Given) -> Counter[tuple[str, date]]:
    return Counter((each.invoice_id, each.overdue_since) for each in all_of(history, PaymentOverdue))


def overdue(*numbers: int) -> Given:
    return until(date(2024, 2, 10), account(*(invoice(n, due_on=DUE) for n in numbers)), (invoice_due.TODO,))


def test_an_overdue_of_an_old_log_that_was_paid_is_ended_once_on_the_day_of_its_payment() -> None:
    paid = overdue(1, 2).when(payment(1, 100, date(2024, 2, 20), of=1))
    history = corrected(of_old_log(paid))
    (ended,) = all_of(history, PaymentOverdueEnded)
    assert (ended.invoice_id, ended.ended_on, ended.because) == ("I-1", date(2024, 2, 20), "settled")
    assert (ended.customer_overdue, ended.customer_overdue_invoices) == (100, 1)
    assert not all_of(history, CustomerOverdueCleared), "I-2 is overdue still"
    assert corrected(history).facts == history.facts, "once"


def test_a_customer_of_an_old_log_who_owes_nothing_any_more_is_cleared_once() -> None:
    paid = overdue(1, 2).when(payment(1, 200, date(2024, 2, 20)))
    history = corrected(of_old_log(paid))
    assert spans(history) == marked(history)
    assert len(all_of(history, CustomerOverdueCleared)) == 1
    assert not history.state.overdue_since
    assert not history.state.overdue_until


def test_an_invoice_of_an_old_log_that_was_overdue_twice_has_two_ends() -> None:
    first = overdue(1).when(payment(1, 100, date(2024, 2, 12), of=1), bounce(1, 100, date(2024, 2, 20)))
    again = until(date(2024, 3, 1), first, (invoice_due.TODO,))
    assert len(all_of(again, PaymentOverdue)) == 2
    history = corrected(of_old_log(again))
    (ended,) = all_of(history, PaymentOverdueEnded)
    assert (ended.overdue_since, ended.ended_on, ended.customer_overdue) == (date(2024, 2, 1), date(2024, 2, 12), 100)
    paid = history.when(payment(2, 100, date(2024, 3, 5), of=1))
    assert spans(paid) == marked(paid)
    old = corrected(of_old_log(again.when(payment(2, 100, date(2024, 3, 5), of=1))))
    assert spans(old) == marked(old)
    assert len(all_of(old, CustomerOverdueCleared)) == 1


def test_whatever_is_recorded_next_corrects_the_account_before_the_clock_does() -> None:
    old = of_old_log(overdue(1).when(payment(1, 100, date(2024, 2, 20), of=1)))
    history = old.when(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", date(2024, 3, 1)))
    assert spans(history) == marked(history)
    assert corrected(history).facts == history.facts


EVENTS = st.lists(st.tuples(st.sampled_from(["pay", "bounce", "wait"]), st.integers(1, 3)), max_size=10)


@settings(max_examples=60, deadline=None)
@for_all(EVENTS)
def test_each_overdue_of_an_old_log_ends_exactly_once_or_is_overdue_still(drawn: list[tuple[str, int]]) -> None:
    history, day, paid = overdue(1, 2, 3), date(2024, 2, 10), dict[int, int]()
    for number, (what, of) in enumerate(drawn):
        day += timedelta(days=3)
        if what == "pay":
            history, paid[of] = history.when(payment(number, 100, day, of=of)), number
        elif what == "bounce" and of in paid:
            history = history.when(bounce(paid.pop(of), 100, day))
        history = until(day, history, (invoice_due.TODO,))
    old = corrected(of_old_log(history))
    still = Counter((invoice_id, old.state.overdue_since[invoice_id]) for invoice_id in old.state.overdue)
    assert spans(old) + still == marked(old)
    assert corrected(old).facts == old.facts
    assert dict(old.state.overdue) == dict(history.state.overdue)
