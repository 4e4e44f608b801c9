"""Tiering runs: when one is due, and that it is run once."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import given
from contracts.customer import CutPoint, TieringCompleted, TieringScheduled, TieringStarted
from customer_svc.tiers.tiering import (
    DECIDER,
    CompleteTiering,
    DateOutOfRange,
    ExpectTiering,
    NobodyToTier,
    RequestTiering,
    StartTiering,
    TieringPending,
    TieringWouldGoBack,
    tiering_id,
)

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
CUTS = (CutPoint(tier="vip", last_rank=1, amount=Decimal(500)),)


def scheduled(as_of: date) -> TieringScheduled:
    return TieringScheduled(tiering_id=tiering_id(as_of, "BRL"), as_of=as_of, currency="BRL")


def started(as_of: date, population: int = 1) -> TieringStarted:
    return TieringStarted(
        tiering_id=tiering_id(as_of, "BRL"),
        as_of=as_of,
        currency="BRL",
        population=population,
        cut_points=CUTS,
        policy_version=1,
    )


def completed(as_of: date) -> TieringCompleted:
    return TieringCompleted(tiering_id=tiering_id(as_of, "BRL"), as_of=as_of, currency="BRL")


def start(as_of: date, population: int = 1) -> StartTiering:
    return StartTiering("BRL", as_of, population, CUTS, 1)


def test_a_run_is_named_by_month_and_currency_and_a_run_by_hand_by_its_day() -> None:
    assert tiering_id(JANUARY, "BRL") == "2024-01-BRL"
    assert tiering_id(date(2024, 1, 15), "BRL") == "2024-01-15-BRL"


def test_the_first_order_of_a_currency_schedules_the_end_of_its_month() -> None:
    given(DECIDER).when(ExpectTiering("BRL", date(2024, 1, 10))).then(scheduled(JANUARY))


def test_further_orders_change_nothing() -> None:
    given(DECIDER, scheduled(JANUARY)).when(
        ExpectTiering("BRL", date(2024, 1, 11)), ExpectTiering("BRL", date(2024, 2, 1))
    ).then()


def test_an_older_order_that_arrives_late_brings_the_first_run_forward() -> None:
    given(DECIDER, scheduled(MARCH)).when(ExpectTiering("BRL", date(2024, 1, 10))).then(scheduled(JANUARY))


def test_a_month_that_is_decided_is_not_decided_again() -> None:
    facts = (scheduled(JANUARY), started(JANUARY), completed(JANUARY), scheduled(FEBRUARY))
    given(DECIDER, *facts).when(ExpectTiering("BRL", date(2023, 12, 10)), start(JANUARY)).then()


def test_a_run_starts_once_completes_once_and_schedules_the_next_month() -> None:
    run = (start(JANUARY), start(JANUARY), CompleteTiering("BRL", JANUARY), CompleteTiering("BRL", JANUARY))
    given(DECIDER, scheduled(JANUARY)).when(*run).then(started(JANUARY), completed(JANUARY), scheduled(FEBRUARY))


def test_a_run_that_never_started_is_not_completed() -> None:
    given(DECIDER, scheduled(JANUARY)).when(CompleteTiering("BRL", JANUARY)).then()


def test_without_a_population_the_runs_rest_until_the_next_order() -> None:
    asleep = given(DECIDER, scheduled(JANUARY)).when(start(JANUARY, 0), CompleteTiering("BRL", JANUARY))
    asleep.then(started(JANUARY, 0), completed(JANUARY))
    asleep.when(ExpectTiering("BRL", date(2025, 6, 3))).then(scheduled(date(2025, 6, 30)))
    asleep.when(ExpectTiering("BRL", date(2023, 6, 3))).then(scheduled(FEBRUARY))


def test_a_run_by_hand_comes_before_the_month_end_and_the_month_end_follows_it() -> None:
    day = date(2024, 1, 15)
    requested = given(DECIDER, scheduled(JANUARY)).when(RequestTiering("BRL", day), RequestTiering("BRL", day))
    requested.then(scheduled(day))
    requested.when(start(day), CompleteTiering("BRL", day)).then(TieringStarted, TieringCompleted, scheduled(JANUARY))


def test_asking_for_what_is_pending_or_just_decided_changes_nothing() -> None:
    given(DECIDER, scheduled(JANUARY)).when(RequestTiering("BRL", JANUARY)).then()
    done = (scheduled(JANUARY), started(JANUARY), completed(JANUARY), scheduled(FEBRUARY))
    given(DECIDER, *done).when(RequestTiering("BRL", JANUARY)).then()


def test_a_run_by_hand_never_goes_back() -> None:
    done = (scheduled(JANUARY), started(JANUARY), completed(JANUARY), scheduled(FEBRUARY))
    given(DECIDER, *done).when(RequestTiering("BRL", date(2024, 1, 15))).then_refused(
        TieringWouldGoBack, "decided as of 2024-01-31"
    )


def test_one_run_at_a_time() -> None:
    given(DECIDER, scheduled(JANUARY)).when(RequestTiering("BRL", MARCH)).then_refused(TieringPending, "2024-01-31")
    running = (scheduled(JANUARY), started(JANUARY))
    given(DECIDER, *running).when(RequestTiering("BRL", MARCH)).then_refused(TieringPending, "comes first")
    by_hand = (scheduled(JANUARY), scheduled(date(2024, 1, 15)))
    given(DECIDER, *by_hand).when(RequestTiering("BRL", date(2024, 1, 10))).then_refused(TieringPending, "2024-01-15")


def test_nobody_can_be_tiered_before_the_first_order() -> None:
    given(DECIDER).when(RequestTiering("BRL", JANUARY)).then_refused(NobodyToTier, "no order in BRL")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_date_that_has_no_calendar_around_it_is_refused(day: date) -> None:
    given(DECIDER).when(ExpectTiering("BRL", day)).then_refused(DateOutOfRange, "correct it")
