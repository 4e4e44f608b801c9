"""A candidate policy replayed over history: what it would have held, saved and delayed; nothing is changed by it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from chassis.backtests import Trial
from chassis.policies import Policy, PolicyBook
from chassis.testing import envelope
from credit_svc.commands import CheckOrder, Command, SetCreditLimit
from credit_svc.policies import POLICIES, ClassPolicy, CollectionPolicy, CreditPolicy
from credit_svc.reports.backtest import BACKTESTS, HANDLES, CreditReplay, CreditReport
from credit_svc.testing import CUSTOMER, account, invoice, payment


def order(number: int, amount: int, on: date) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


HISTORY: list[tuple[date, Command]] = [
    (date(2024, 1, 1), order(1, 800, date(2024, 1, 1))),
    (date(2024, 1, 2), invoice(1, 800, due_on=date(2024, 2, 1), of_order=1)),
    (date(2024, 1, 3), order(2, 700, date(2024, 1, 3))),
    (date(2024, 1, 4), invoice(2, 700, due_on=date(2024, 2, 3), of_order=2)),
    (date(2024, 1, 30), payment(1, 700, date(2024, 1, 30), of=2)),
]


def replayed(candidate: Policy, history: list[tuple[date, Command]] | None = None) -> CreditReport:
    """History as it was decided live, and again with the candidate."""
    book = PolicyBook.of(POLICIES)
    trial = Trial(candidate.NAME, book, book.with_only(candidate), date(2024, 1, 1), date(2024, 12, 31))
    replay, told = CreditReplay(trial), account()
    for n, (on, command) in enumerate(history or HISTORY, start=1):
        told = told.when(command)
        at = datetime.combine(on, time(9), UTC)
        assert isinstance(told.outcome, tuple)
        for event in told.outcome:
            if isinstance(event, HANDLES):
                replay.take(event, envelope(n, at=at))
    return replay.report()


def test_the_live_policy_against_itself_makes_no_difference() -> None:
    found = replayed(CreditPolicy())
    assert found.live == found.candidate
    assert (found.saved_amount, found.delayed_amount, found.stood_differently) == ({}, {}, [])


def test_a_smaller_limit_would_have_saved_what_was_never_paid_and_delayed_what_was() -> None:
    found = replayed(CreditPolicy(default_limit=Decimal(500)))
    assert (found.live.orders_held, found.candidate.orders_held) == (0, 2)
    assert found.candidate.held_amount == {"EUR": 1_500}
    assert found.saved_amount == {"EUR": 800}
    assert found.delayed_amount == {"EUR": 700}


def test_another_ladder_takes_other_steps() -> None:
    ladder: Any = ({"step": "reminder", "after_days": 0}, {"step": "stop_supply", "after_days": 5})
    found = replayed(CollectionPolicy(ladder=ladder))
    assert found.live.steps["letter_1"] == 1
    assert set(found.candidate.steps) == {"reminder", "stop_supply", "litigation"}


def test_other_class_rules_say_who_would_have_stood_differently() -> None:
    found = replayed(ClassPolicy(bad_after_days=360))
    assert found.stood_differently == [{"customer_id": CUSTOMER, "live": "D", "candidate": "C"}]


def test_what_a_person_decided_is_kept_and_what_a_policy_decided_is_decided_anew() -> None:
    limit = SetCreditLimit(CUSTOMER, Decimal(100), "EUR", date(2024, 1, 1), "new", "head", date(2024, 1, 1))
    found = replayed(CreditPolicy(default_limit=Decimal(9_000)), [(date(2024, 1, 1), limit), *HISTORY])
    assert found.candidate.orders_held == found.live.orders_held == 2


def test_limits_ladders_and_class_rules_can_be_tried() -> None:
    assert {each.policy for each in BACKTESTS} == {CreditPolicy, CollectionPolicy, ClassPolicy}
