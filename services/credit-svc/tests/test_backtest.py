"""A candidate policy replayed over history: what it would have held, saved and delayed; nothing is changed by it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from chassis.backtests import Trial
from chassis.policies import Policy, PolicyBook
from credit_svc.account.decision import Command
from credit_svc.account.files import SetSecurity
from credit_svc.account.increases import EndIncrease, IncreaseLimitTemporarily
from credit_svc.account.limits import AcceptCapShare, ApproveLimit, ProposeLimit, SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.reports.backtest.inputs import HANDLES
from credit_svc.reports.backtest.report import CreditReplay, CreditReport
from credit_svc.service import SERVICE
from credit_svc.testing import CUSTOMER, account, credit_file, invoice, payment, under


def order(number: int, amount: int, on: date) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


HISTORY: list[tuple[date, Command]] = [
    (date(2024, 1, 1), order(1, 800, date(2024, 1, 1))),
    (date(2024, 1, 2), invoice(1, 800, due_on=date(2024, 2, 1), of_order=1)),
    (date(2024, 1, 3), order(2, 700, date(2024, 1, 3))),
    (date(2024, 1, 4), invoice(2, 700, due_on=date(2024, 2, 3), of_order=2)),
    (date(2024, 1, 30), payment(1, 700, date(2024, 1, 30), of=2)),
]


def replayed(
    candidate: Policy,
    history: list[tuple[date, Command]] | None = None,
    book: PolicyBook | None = None,
    ends_on: date = date(2024, 12, 31),
) -> CreditReport:
    """History as it was decided live, and again with the candidate."""
    book = book or PolicyBook.of(SERVICE.policies)
    trial = Trial(candidate.NAME, book, book.with_only(candidate), date(2024, 1, 1), ends_on)
    replay, live = CreditReplay(trial), account(book=book)
    for on, command in history or HISTORY:
        live = live.when(command)
        at = datetime.combine(on, time(9), UTC)
        assert isinstance(live.outcome, tuple), live.outcome
        for event in live.outcome:
            if isinstance(event, HANDLES):
                replay.take(event, at)
    replay.settle()
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


def test_what_was_given_up_is_saved_and_not_delayed_however_young_it_was() -> None:
    on, smaller, march = date(2024, 3, 1), CreditPolicy(default_limit=Decimal(500)), date(2024, 3, 31)
    given_up: list[tuple[date, Command]] = [
        (on, ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "collector", on)),
        (on, ApproveWriteOff(CUSTOMER, "I-1", "head of credit", on)),
    ]
    pursued = replayed(smaller, ends_on=march)
    assert (pursued.saved_amount, pursued.delayed_amount) == ({}, {"EUR": 1_500})
    written_off = replayed(smaller, [*HISTORY, *given_up], ends_on=march)
    assert (written_off.saved_amount, written_off.delayed_amount) == ({"EUR": 800}, {"EUR": 700})


def test_raises_securities_and_shares_of_caps_count_on_both_sides() -> None:
    """Limit 1,000. A raise lets 1,900 through and is taken back: 1 more is held, until a deposit covers 1,000; then 99
    fit exactly. In a share of 900 there is no room for 1 more."""
    on = [date(2024, 1, day) for day in range(1, 10)]
    history: list[tuple[date, Command]] = [
        (on[0], SetCreditLimit(CUSTOMER, Decimal(1_000), "EUR", on[0], "new", "head", on[0])),
        (on[1], raise_to(2_000, on[1])),
        (on[2], order(1, 1_900, on[2])),
        (on[3], EndIncrease(CUSTOMER, f"{CUSTOMER}-T1", on[3], is_over=False)),
        (on[4], order(2, 1, on[4])),
        (on[5], SetSecurity(CUSTOMER, Decimal(1_000), "EUR", "deposit", on[5], None, "agreed", "head", on[5])),
        (on[6], order(3, 99, on[6])),
        (on[7], AcceptCapShare(CUSTOMER, "G-1", Decimal(900), "EUR", on[7])),
        (on[8], order(4, 1, on[8])),
    ]
    found = replayed(CreditPolicy(watch_above_percent=Decimal(50)), history)
    assert found.live == found.candidate
    assert (found.live.orders_held, found.live.held_amount) == (2, {"EUR": 2})


def test_limits_ladders_and_class_rules_can_be_tried() -> None:
    assert {each.policy for each in SERVICE.backtests} == {CreditPolicy, CollectionPolicy, ClassPolicy, LimitPolicy}


# Limits: net assets of 10,000 suggest 1,000 under the live policy (10 %), and 500 under HALF (5 %).

NEW_YEAR = date(2024, 1, 1)
HALF = LimitPolicy(net_assets_percent=Decimal(5))
WIDE = under(LimitPolicy(is_capped_by_working_capital=False))


def file(net_assets: int, on: date = NEW_YEAR, working_capital: int = 1_000_000) -> tuple[date, Command]:
    return on, credit_file(on, net_assets=net_assets, net_working_capital=working_capital)


def granted(amount: int | None, number: int = 1, on: date = NEW_YEAR) -> list[tuple[date, Command]]:
    """Proposed (None: what the policy suggests) and approved on a day."""
    wanted = None if amount is None else Decimal(amount)
    return [
        (on, ProposeLimit(CUSTOMER, wanted, "EUR", on, "growing", "seller", on)),
        (on, ApproveLimit(CUSTOMER, f"{CUSTOMER}-L{number}", "head", on)),
    ]


def raise_to(amount: int, on: date) -> IncreaseLimitTemporarily:
    return IncreaseLimitTemporarily(
        CUSTOMER, Decimal(amount), "EUR", on, date(2024, 6, 30), "season", "seller", "head", on
    )


def changes(report: CreditReport) -> list[tuple[Any, ...]]:
    return [(each.customer_id, each.live, each.candidate, each.because) for each in report.limit_changes]


THREE_ORDERS: list[tuple[date, Command]] = [
    (date(2024, 1, 2), order(1, 400, date(2024, 1, 2))),
    (date(2024, 1, 3), invoice(1, 400, due_on=date(2024, 2, 2), of_order=1)),
    (date(2024, 1, 10), payment(1, 400, date(2024, 1, 10), of=1)),
    (date(2024, 1, 11), order(2, 800, date(2024, 1, 11))),
    (date(2024, 1, 12), invoice(2, 800, due_on=date(2024, 2, 11), of_order=2)),
    (date(2024, 1, 20), payment(2, 800, date(2024, 1, 20), of=2)),
    (date(2024, 1, 21), order(3, 900, date(2024, 1, 21))),
    (date(2024, 1, 22), invoice(3, 900, due_on=date(2024, 2, 21), of_order=3)),
]
"""400 and 800 are paid before the next order, 900 never."""


def test_another_limit_policy_holds_what_goes_beyond_its_own_suggestion() -> None:
    found = replayed(HALF, [file(10_000), *granted(None), *THREE_ORDERS])
    assert (found.live.orders_held, found.candidate.orders_held) == (0, 2)
    assert (found.saved_amount, found.delayed_amount) == ({"EUR": 900}, {"EUR": 800})
    assert changes(found) == [(CUSTOMER, 1_000, 500, "suggestion")]
    assert (found.live.granted, found.candidate.granted) == ({"EUR": 1_000}, {"EUR": 500})


def test_a_wider_limit_policy_lets_through_what_was_held() -> None:
    found = replayed(
        LimitPolicy(net_assets_percent=Decimal(20)),
        [file(10_000), *granted(None), (date(2024, 1, 2), order(1, 1_500, date(2024, 1, 2)))],
    )
    assert (found.live.orders_held, found.candidate.orders_held, found.held_only_by_live) == (1, 0, 1)


def test_the_live_limit_policy_against_itself_changes_no_limit() -> None:
    history = [file(10_000), *granted(None), *granted(3_000, number=2), *THREE_ORDERS]
    found = replayed(LimitPolicy(), history)
    assert found.live == found.candidate
    assert found.limits_changed == 0


def test_a_limit_is_suggested_anew_from_the_file_of_its_day() -> None:
    history = [
        file(10_000), *granted(None), file(30_000, date(2024, 3, 1)), *granted(None, 2, date(2024, 3, 1)),
        file(90_000, date(2024, 5, 1)),
    ]  # fmt: skip
    assert changes(replayed(HALF, history)) == [(CUSTOMER, 3_000, 1_500, "suggestion")]


def test_limits_follow_the_class_that_a_candidate_of_the_class_rules_gives() -> None:
    """Sales of 1,000 a month and a month of credit: AA gets 1,000, AAA half as much again."""
    by_sales = under(LimitPolicy(method="turnover"))
    bands: Any = ({"credit_class": "AAA", "above": Decimal(80)},)
    history = [(NEW_YEAR, credit_file(NEW_YEAR, monthly_purchases=1_000)), *granted(None)]
    assert changes(replayed(ClassPolicy(bands=bands), history, by_sales)) == [(CUSTOMER, 1_000, 1_500, "suggestion")]


def test_an_amount_that_no_policy_suggested_stays() -> None:
    found = replayed(HALF, [file(10_000), *granted(700)])
    assert (found.limits_changed, found.candidate.granted) == (0, {"EUR": 700})


def test_a_suggested_limit_stays_where_the_candidate_has_nothing_to_suggest() -> None:
    found = replayed(LimitPolicy(method="turnover"), [file(10_000), *granted(None)])
    assert (found.limits_changed, found.candidate.granted) == (0, {"EUR": 1_000})


def test_what_was_asked_above_the_cap_of_the_candidate_is_cut_to_it() -> None:
    history = [file(10_000, working_capital=600), *granted(5_000)]
    assert changes(replayed(LimitPolicy(), history, WIDE)) == [(CUSTOMER, 5_000, 600, "cap")]


def test_a_temporary_raise_is_cut_to_the_cap_of_the_candidate() -> None:
    on = date(2024, 1, 2)
    history = [file(10_000, working_capital=600), *granted(100), (on, raise_to(5_000, on)), (on, order(1, 700, on))]
    found = replayed(LimitPolicy(), history, WIDE)
    assert (found.live.orders_held, found.candidate.orders_held, found.limits_changed) == (0, 1, 0)


def test_a_limit_set_without_a_proposal_stays_whole_for_no_policy_is_asked_about_it() -> None:
    limit = SetCreditLimit(CUSTOMER, Decimal(5_000), "EUR", NEW_YEAR, "agreed", "head", NEW_YEAR)
    found = replayed(LimitPolicy(), [file(10_000, working_capital=600), (NEW_YEAR, limit)], WIDE)
    assert (found.limits_changed, found.candidate.granted) == (0, {"EUR": 5_000})
