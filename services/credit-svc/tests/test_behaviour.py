"""The behaviour class: how a customer paid in the last twelve months, and when time alone changes it."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import Given
from contracts.credit import (
    BehaviourClassChanged,
    BehaviourReviewScheduled,
    CreditLimitSet,
    OrderCreditHeld,
    ReviewDone,
    ReviewDue,
)
from credit_svc.account.behaviour import JudgeBehaviour, RecordPaymentRefusal
from credit_svc.account.files import RecordFile
from credit_svc.account.orders import CheckOrder
from credit_svc.account.reviews import FinishReview, NoReviewOwed
from credit_svc.testing import CUSTOMER, account, all_of, bounce, invoice, last, payment, until
from credit_svc.timers import behaviour_due, invoice_due, review_due, step_due

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO)


def classes(history: Given) -> list[tuple[str, date]]:
    return [(event.after, event.decided_on) for event in all_of(history, BehaviourClassChanged)]


def paid_late(number: int, days: int, due_on: date = date(2024, 1, 31)) -> Given:
    paid = payment(number, 100, date.fromordinal(due_on.toordinal() + days), of=number)
    return account(invoice(number, due_on=due_on), paid)


def test_whoever_was_never_overdue_is_a() -> None:
    history = account(invoice(1), payment(1, 100, date(2024, 1, 31), of=1))
    assert history.state.behaviour.current == "A"
    assert classes(history) == []


def test_overdue_but_paid_within_30_days_is_b() -> None:
    assert paid_late(1, 30).state.behaviour.current == "B"


def test_one_small_item_overdue_longer_than_30_days_is_still_b() -> None:
    history = account(invoice(1, 10), invoice(2, 1_000, due_on=date(2024, 12, 31)))
    assert until(date(2024, 4, 1), history, TIMERS).state.behaviour.current == "B"


def test_three_items_overdue_longer_than_30_days_are_c() -> None:
    facts = [fact for n in (1, 2, 3) for fact in (invoice(n), payment(n, 100, date(2024, 3, 10), of=n))]
    history = account(*facts, invoice(9, 10_000, due_on=date(2024, 12, 31)))
    assert history.state.behaviour.current == "C"
    assert last(history, BehaviourClassChanged).because.startswith("3 invoices are or were overdue more than 30 days")


def test_more_than_20_percent_of_the_balance_overdue_longer_than_30_days_is_c_on_the_31st_day() -> None:
    history = account(invoice(1, 21), invoice(2, 79, due_on=date(2024, 12, 31)))
    history = until(date(2024, 3, 5), history, TIMERS)
    assert classes(history) == [("B", date(2024, 2, 1)), ("C", date(2024, 3, 2))]
    factors = {factor.name: factor for factor in last(history, BehaviourClassChanged).factors}
    assert (factors["share_of_balance_percent"].value, factors["share_of_balance_percent"].threshold) == (21, 20)


def test_more_than_180_days_overdue_is_d_on_the_181st_day() -> None:
    history = until(date(2024, 12, 31), account(invoice(1, 10), invoice(2, 1_000, due_on=date(2024, 12, 31))), TIMERS)
    assert ("D", date(2024, 7, 30)) in classes(history)


def test_a_bounced_cheque_is_d_cancels_the_line_and_asks_for_a_review() -> None:
    history = account(invoice(1), payment(1, 100, date(2024, 1, 20), of=1), bounce(1, 100, date(2024, 2, 2)))
    assert last(history, BehaviourClassChanged).because == "A cheque bounced on 2024-02-02."
    assert last(history, CreditLimitSet).limit == 0
    assert last(history, ReviewDue).cause == "cheque_bounced"


def test_a_refusal_is_d_and_new_orders_are_stopped() -> None:
    history = account(invoice(1)).when(
        RecordPaymentRefusal(CUSTOMER, "says the goods were a gift", "collector", date(2024, 2, 5))
    )
    assert history.state.behaviour.current == "D"
    held = history.when(CheckOrder("O-1", CUSTOMER, date(2024, 2, 5), Decimal(1), "EUR")).one(OrderCreditHeld)
    assert held.status == "stop"
    assert "behaviour class is D" in held.reason


def test_what_is_older_than_twelve_months_is_forgotten_by_itself() -> None:
    history = until(date(2025, 3, 1), paid_late(1, 10), TIMERS)
    assert classes(history) == [("B", date(2024, 2, 10)), ("A", date(2025, 2, 11))]
    assert last(history, BehaviourReviewScheduled).review_on is None
    assert not history.state.behaviour.late


def test_a_payment_told_late_that_was_in_time_takes_the_blame_back() -> None:
    history = until(date(2024, 2, 2), account(invoice(1)), TIMERS).when(payment(1, 100, date(2024, 1, 30), of=1))
    assert classes(history) == [("B", date(2024, 2, 1)), ("A", date(2024, 2, 1))]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_any_order_of_arrival_ends_in_the_same_class_once_the_clock_has_passed(order: tuple[int, ...]) -> None:
    facts = [
        invoice(1, 500),
        payment(1, 500, date(2024, 3, 15), of=1),
        invoice(2, 500, due_on=date(2024, 3, 31)),
        payment(2, 500, date(2024, 4, 2), of=2),
    ]
    history = until(date(2024, 6, 30), account(*(facts[n] for n in order)), TIMERS)
    assert history.state.behaviour.current == "B"
    assert {i: late.settled_on for i, late in history.state.behaviour.late.items()} == {
        "I-1": date(2024, 3, 15),
        "I-2": date(2024, 4, 2),
    }


FILE = RecordFile(
    CUSTOMER,
    {name: Decimal(85) for name in ("character", "capacity", "capital", "collateral", "conditions")},
    None,
    "analyst",
    date(2024, 1, 15),
)


def test_a_file_is_reviewed_again_after_its_months_and_only_once() -> None:
    history = until(date(2025, 3, 1), account(FILE), (review_due.TODO,))
    assert [(event.cause, event.due_on) for event in all_of(history, ReviewDue)] == [("date", date(2025, 1, 15))]
    done = history.when(FinishReview(CUSTOMER, "limit stays", "head of credit", date(2025, 3, 2)))
    assert done.one(ReviewDone).next_on == date(2026, 3, 2)
    done.when(FinishReview(CUSTOMER, "again", "head of credit", date(2025, 3, 2))).then_refused(NoReviewOwed)


def test_a_day_on_which_nothing_can_change_is_answered_with_nothing() -> None:
    account(invoice(1)).when(JudgeBehaviour(CUSTOMER, date(2024, 5, 1))).then()


@pytest.mark.parametrize("paid_on", [date(2023, 2, 28), date(2023, 8, 31), date(2024, 2, 29), date(2023, 12, 31)])
def test_what_is_forgotten_is_forgotten_once_also_at_the_end_of_february(paid_on: date) -> None:
    """On 29 February the 28th of the year before still counts: the class is judged on the day after it, and not for ever on that one."""
    history = account(invoice(1, due_on=date(2023, 1, 31)), payment(1, 100, paid_on, of=1))
    history = until(date(2025, 6, 1), history, TIMERS)
    reviews = [event.review_on for event in all_of(history, BehaviourReviewScheduled) if event.review_on]
    assert len(reviews) == len(set(reviews))
    assert history.state.behaviour.current == "A"
