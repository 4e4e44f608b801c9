"""Care: life cycle, churn warnings with their tasks, recovery."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chassis.testing import given, replay
from contracts.customer import (
    CareRoundCompleted,
    CareRoundScheduled,
    ChurnLevel,
    ChurnRecovered,
    ChurnWarned,
    RetentionTaskDone,
    RetentionTaskOpened,
)
from customer_svc.care import retention
from customer_svc.care import round as rounds
from customer_svc.care.buying import Buying, churn, phase
from customer_svc.care.retention import FinishTask, NoSuchTask, NoteOrder, WarnOfChurn
from customer_svc.care.round import CompleteRound, ExpectRound
from customer_svc.policies.care import CarePolicy
from customer_svc.read_models import retention as retentions
from customer_svc.service import SERVICE
from customer_svc.timers import round_due

AS_OF = date(2024, 5, 31)
POLICY = CarePolicy()


def buying(silent: int = 5, median: str | None = "10", sales: tuple[int, int, int] = (100, 100, 100)) -> Buying:
    return Buying(
        "C-1",
        9 if median else 2,
        AS_OF - timedelta(days=silent),
        None if median is None else Decimal(median),
        (Decimal(sales[0]), Decimal(sales[1]), Decimal(sales[2])),
        "CNY",
    )


# --- churn -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (buying(silent=15), None),
        (buying(silent=16), "yellow"),
        (buying(silent=25), "yellow"),
        (buying(silent=26), "red"),
        (buying(sales=(70, 100, 100)), "red"),
        (buying(sales=(71, 100, 100)), None),
        (buying(silent=300, median=None), None),
    ],
    ids=[
        "1.5 intervals", "more than 1.5 intervals", "2.5 intervals", "more than 2.5 intervals", "sales -30 %", "sales -29 %",
        "no rhythm of its own",
    ],
)  # fmt: skip
def test_a_warning_is_yellow_beyond_1_5_intervals_and_red_beyond_2_5_or_at_minus_30_percent(
    found: Buying, level: ChurnLevel | None
) -> None:
    warning = churn(found, AS_OF, POLICY)
    assert (warning and warning[0]) == level


def warn(level: ChurnLevel, on: date = AS_OF) -> WarnOfChurn:
    return WarnOfChurn("C-1", level, "li.na", "silent for 26 days", buying(26).figures(AS_OF), on, 1)


START = given(retention.DECIDER, policies=SERVICE.policies)


def test_a_warning_opens_a_task_for_the_owner() -> None:
    outcome = START.when(warn("yellow")).then(ChurnWarned, RetentionTaskOpened).one(RetentionTaskOpened)
    assert (outcome.task_id, outcome.owner_id, outcome.due_on) == ("RT-C-1-1", "li.na", date(2024, 6, 14))


def test_the_same_level_in_the_next_round_is_not_told_again_and_a_worse_one_is_without_a_second_task() -> None:
    warned = START.when(warn("yellow"))
    warned.when(warn("yellow", AS_OF + timedelta(days=7))).then()
    worse = warned.when(warn("red", AS_OF + timedelta(days=7))).then(ChurnWarned)
    assert worse.one(ChurnWarned).previous == "yellow"
    worse.when(warn("yellow", AS_OF + timedelta(days=14))).then()


def test_an_order_recovers_a_customer_and_the_next_warning_is_new() -> None:
    warned = START.when(warn("red"))
    warned.when(NoteOrder("C-1", "O-9", AS_OF)).then()
    recovered = warned.when(NoteOrder("C-1", "O-9", date(2024, 6, 3))).then(ChurnRecovered)
    recovered.when(NoteOrder("C-1", "O-10", date(2024, 6, 4))).then()
    recovered.when(warn("yellow", date(2024, 9, 1))).then(ChurnWarned)


def test_an_order_of_a_customer_that_nobody_warned_about_says_nothing() -> None:
    START.when(NoteOrder("C-1", "O-1", AS_OF)).then()


def test_a_task_is_done_once_and_the_next_warning_opens_another() -> None:
    done = START.when(warn("red"), FinishTask("C-1", "RT-C-1-1", "visited", date(2024, 6, 3), "li.na"))
    done.then(ChurnWarned, RetentionTaskOpened, RetentionTaskDone)
    done.when(FinishTask("C-1", "RT-C-1-1", "visited", date(2024, 6, 3), "li.na")).then_refused(NoSuchTask)
    again = done.when(NoteOrder("C-1", "O-9", date(2024, 6, 5)), warn("yellow", date(2024, 9, 1)))
    assert again.one(RetentionTaskOpened).task_id == "RT-C-1-2"
    row = replay(retentions.MODEL, again.facts)["C-1",]
    assert (row.level, row.task_id, row.task_done_on) == ("yellow", "RT-C-1-2", None)


# --- life cycle --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (buying(median=None), "exploration"),
        (buying(sales=(110, 100, 100)), "growth"),
        (buying(sales=(109, 100, 100)), "maturity"),
        (buying(sales=(90, 100, 100)), "maturity"),
        (buying(sales=(81, 90, 100)), "decline"),
        (buying(silent=20), "maturity"),
        (buying(silent=21, sales=(200, 100, 100)), "decline"),
        (buying(sales=(100, 0, 0)), "maturity"),
    ],
    ids=[
        "few orders",
        "+10 %",
        "+9 %",
        "-10 % once",
        "-10 % twice",
        "2 intervals",
        "more than 2 intervals",
        "nothing before",
    ],
)
def test_the_phase_of_the_life_cycle(found: Buying, expected: str) -> None:
    assert phase(found, AS_OF, POLICY)[0] == expected


# --- rounds --------------------------------------------------------------------------------------------------

ROUND = given(rounds.DECIDER, policies=SERVICE.policies)


def test_the_first_order_schedules_a_round_a_week_later() -> None:
    outcome = ROUND.when(ExpectRound(AS_OF), ExpectRound(AS_OF + timedelta(days=3))).then(CareRoundScheduled)
    assert outcome.one(CareRoundScheduled).as_of == date(2024, 6, 7)
    row = replay(round_due.TODO, outcome.facts)["care",]
    assert (row.as_of, row.due_on) == (date(2024, 6, 7), date(2024, 6, 8))


def test_a_round_that_found_customers_schedules_the_next_and_one_that_found_none_rests() -> None:
    scheduled = ROUND.when(ExpectRound(AS_OF))
    completed = scheduled.when(CompleteRound(date(2024, 6, 7), 12, 1, 1)).then(CareRoundCompleted, CareRoundScheduled)
    assert completed.one(CareRoundScheduled).as_of == date(2024, 6, 14)
    resting = scheduled.when(CompleteRound(date(2024, 6, 7), 0, 0, 1)).then(CareRoundCompleted)
    resting.when(ExpectRound(date(2024, 1, 1))).then(CareRoundScheduled)


def test_a_round_told_twice_is_one_round() -> None:
    done = ROUND.when(ExpectRound(AS_OF), CompleteRound(date(2024, 6, 7), 12, 1, 1))
    done.when(CompleteRound(date(2024, 6, 7), 12, 1, 1)).then()
