"""Two years of real defect records through reactions, deciders and timers in memory: figures recomputed from the file.

The files lie outside the project (STANDING_DATASETS, or a folder shared/datasets beside it); without them these tests skip.
"""

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count, takewhile
from typing import Any

import pytest

from chassis.backtests import Trial
from chassis.calendar import start_of_day
from chassis.policies import PolicyBook
from chassis.processors.replay import rows_from
from chassis.testing.replay import due_at, envelope
from chassis.timers import TodoList
from contracts import Envelope, Event
from contracts.erp import Defect, InspectionCompleted
from contracts.supplier import SupplierGraded, SupplierGradeRestated
from standing.facts import IMPORTERS, datasets_folder
from supplier_svc.policies.gradings import SupplierGrading, Thresholds
from supplier_svc.reactions import record_inspection
from supplier_svc.read_models import defect_month, supplier_month
from supplier_svc.read_models.supplier_month import GradeOn
from supplier_svc.reports.quality import pareto_rows
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.testing import backtest
from supplier_svc.timers import certificate_due, corrective_action_due, grading_due, improvement_due, sources_due

FOLDER = datasets_folder()
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="the real data sets are not here; name their folder in STANDING_DATASETS"
)

POINTS = {"Rejected": 5, "Impact": 3, "No Impact": 1}
TIMERS: tuple[TodoList[Any], ...] = (
    grading_due.TODO, improvement_due.TODO, corrective_action_due.TODO, certificate_due.TODO, sources_due.TODO,
)  # fmt: skip
END = date(2015, 1, 1)
LAST_OF_2013 = date(2013, 12, 31)
TOLD = datetime(2015, 3, 1, tzinfo=UTC)


@dataclass
class Memory:
    """The service in memory: one log, folded states, timers as rows; facts and due rows in the order of time."""

    book: PolicyBook = field(default_factory=SERVICE.policy_book)
    log: list[tuple[Event, Envelope]] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    due: dict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))
    waiting: list[Any] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def do(self, command: Any, at: datetime, recorded_at: datetime | None = None) -> None:
        decider = SERVICE.decider_of(command)
        stream = decider.stream(command)
        state = self.states.get(stream, decider.initial)
        for event in decider.decide(command, state, self.book):
            state = decider.evolve(state, event)
            number = len(self.log) + 1
            around = envelope(number, stream, at, recorded_at=recorded_at or at)
            self.log.append((event, around))
            for timer in TIMERS:
                if isinstance(event, timer.handles):
                    for key in timer.keys(event, around):
                        row = timer.evolve(key, self.due[timer.name].get(key), event, around)
                        self.due[timer.name][key] = row
                        if row is not None:
                            heappush(self.waiting, (due_at(row), next(self.numbers), timer, key, row))
        self.states[stream] = state

    def until(self, now: datetime) -> None:
        """Work on everything that is due, the earliest first."""
        while self.waiting and self.waiting[0][0] <= now:
            since, _, timer, key, row = heappop(self.waiting)
            stands = self.due[timer.name].get(key) is row
            if not stands:
                continue
            for command in [timer.command(row)] if timer.command else list(sources_due.commands(row)):
                self.do(command, max(since, now) if timer is sources_due.TODO else since)


def facts() -> list[InspectionCompleted]:
    assert FOLDER is not None
    data = IMPORTERS["supplier-quality"](FOLDER / "supplier-quality")
    return [InspectionCompleted.model_validate_json(fact.data) for fact in data.facts]


@pytest.fixture(scope="module")
def lived() -> Memory:
    """Every record on its day, every timer on its own, until New Year 2015."""
    return live(facts(), END)


@pytest.fixture(scope="module")
def lived_2013() -> Memory:
    """The run at that time: it knows no record of 2014, and its clock stands at the beginning of the last day of 2013."""
    return live([fact for fact in facts() if fact.inspected_on <= LAST_OF_2013], LAST_OF_2013)


def live(told: list[InspectionCompleted], end: date) -> Memory:
    """Each record on its day, timers in between as they fall due, until the beginning of a day."""
    memory, today = Memory(), None
    for fact in told:
        at = start_of_day(fact.inspected_on)
        if at != today:
            memory.until(at)
            today = at
        memory.do(record_inspection(fact, envelope(), memory.book), at)
    memory.until(start_of_day(end))
    return memory


def answers(log: list[tuple[Event, Envelope]], on: date) -> dict[str, GradeOn]:
    """What the grade of each vendor is on a day, chosen as the route does it."""
    by_vendor = defaultdict[str, list[dict[str, Any]]](list)
    for row in rows_from(supplier_month.MODEL, log):
        by_vendor[row["supplier_id"]].append(row)
    return {vendor: supplier_month.grade_on(rows, on) for vendor, rows in by_vendor.items()}


def records() -> Iterator[tuple[str, str, str, int]]:
    """Vendor, month, defect code, points of each row of the file, read independently."""
    assert FOLDER is not None
    folder = FOLDER / "supplier-quality"
    with (folder / "defect_type.csv").open(encoding="utf-8-sig", newline="") as file:
        kinds = {row["Defect Type ID"]: row["Defect Type"] for row in csv.DictReader(file)}
    with (folder / "metrics.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            vendor, code = f"V-{int(float(row['Vendor ID']))}", f"D-{int(float(row['Defect ID']))}"
            yield vendor, row["Date"][:7], code, POINTS[kinds[row["Defect Type ID"]]]


def points_of_the_file() -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for vendor, month, _, points in records():
        counted[vendor, month] += points
    return counted


def letter(points: int, a: int = 5, b: int = 15, c: int = 30) -> str:
    return "A" if points <= a else "B" if points <= b else "C" if points <= c else "D"


def test_monthly_points_of_every_vendor_are_those_of_the_file_and_longer_periods_their_sums(lived: Memory) -> None:
    rows = [row for row in rows_from(supplier_month.MODEL, lived.log) if row["points"]]
    of_periods = {(row["supplier_id"], Period.parse(row["period"])): row["points"] for row in rows}
    of_months = {
        (vendor, str(period)): points for (vendor, period), points in of_periods.items() if period.kind == "month"
    }
    assert of_months == points_of_the_file()
    sums: Counter[tuple[str, Period]] = Counter()
    for (vendor, month), points in points_of_the_file().items():
        for longer in (month[:4], f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"):
            sums[vendor, Period.parse(longer)] += points
    assert {key: points for key, points in of_periods.items() if key[1].kind != "month"} == sums


def test_every_month_with_a_record_in_2013_and_2014_is_graded_by_its_points(lived: Memory) -> None:
    graded = {(e.supplier_id, e.period): e for e, _ in lived.log if isinstance(e, SupplierGraded)}
    found: dict[tuple[str, str], tuple[str, Any]] = {
        key: (e.grading.grade, e.grading.score) for key, e in graded.items() if e.grading.grade != "insufficient"
    }
    assert found == {key: (letter(points), points) for key, points in points_of_the_file().items()}
    assert not [e for e, _ in lived.log if isinstance(e, SupplierGradeRestated)]


def test_the_pareto_of_defects_is_that_of_the_file(lived: Memory) -> None:
    expected: Counter[str] = Counter()
    for _, _, code, points in records():
        expected[code] += points
    found: Counter[str] = Counter()
    for row in rows_from(defect_month.MODEL, lived.log):
        found[row["code"]] += row["points"]
    assert found == expected
    sums = [
        {"of": code, "record_count": 1, "quantity": Decimal(0), "points": points}
        for code, points in found.most_common()
    ]
    assert pareto_rows(sums)[-1].cumulative_percent == 100


def test_a_back_test_of_stricter_thresholds_takes_seconds_and_differs_where_it_should(lived: Memory) -> None:
    strict = SupplierGrading(
        absolute_points=Thresholds(a_at_most=Decimal(3), b_at_most=Decimal(10), c_at_most=Decimal(20))
    )
    candidate = lived.book.with_only(strict)
    begin = time.perf_counter()
    trial = Trial(strict.NAME, lived.book, candidate, date(2013, 1, 1), date(2014, 12, 31))
    report = backtest(trial, [event for event, _ in lived.log])
    assert time.perf_counter() - begin < 20
    in_force = _in_force(lived)
    expected = {}
    for (vendor, month), points in points_of_the_file().items():
        expected[vendor, month] = (letter(points), letter(points, 3, 10, 20))
    own = {(d.supplier_id, d.period): (d.live, d.candidate) for d in report.differences}
    # Movement apart (five falls running cost a grade), the differences are those of the thresholds alone.
    plain = {key: pair for key, pair in expected.items() if pair[0] != pair[1] and in_force[key] == pair[0]}
    moved = {key for key in own if own[key] != expected[key]}
    assert {key: own[key] for key in own if key not in moved} == {k: v for k, v in plain.items() if k not in moved}
    assert len(moved) < 40
    graded = sum(each.gradings for each in report.migration)
    assert graded == report.graded == len([e for e, _ in lived.log if isinstance(e, SupplierGraded)])
    assert report.different == sum(each.gradings for each in report.migration if each.live != each.candidate)
    assert report.share_changes


def _in_force(lived: Memory) -> dict[tuple[str, str], str]:
    return {
        (e.supplier_id, e.period): e.movement.grade if e.movement else e.grading.grade
        for e, _ in lived.log
        if isinstance(e, SupplierGraded)
    }


def test_as_of_the_last_day_of_2013_answers_as_the_run_at_that_time_did(lived: Memory, lived_2013: Memory) -> None:
    then, now = answers(lived_2013.log, LAST_OF_2013), answers(lived.log, LAST_OF_2013)
    graded = {vendor: found for vendor, found in now.items() if found.latest is not None}
    assert graded == {vendor: found for vendor, found in then.items() if found.latest is not None}
    assert set(graded) == {vendor for vendor, month in points_of_the_file() if month < "2013-12"}
    # The run's own view without any date is the same: nothing that it had graded had ended later.
    states = {stream.removeprefix("supplier-"): state for stream, state in lived_2013.states.items()}
    assert {vendor: found.grade for vendor, found in graded.items()} == {
        vendor: states[vendor].gradings.standing for vendor in graded
    }
    # And it is an answer of its own: a year later many stand elsewhere.
    later = answers(lived.log, END)
    assert sum(later[vendor].grade != found.grade for vendor, found in graded.items()) > 20


def test_as_known_before_and_after_a_late_record_of_2013_the_standing_at_its_end_differs(lived: Memory) -> None:
    """Seven criticals of November 2013, told in March 2015, of each vendor that was graded better than D for it."""
    streams = defaultdict[str, list[tuple[Event, Envelope]]](list)
    for each in lived.log:
        streams[each[1].stream].append(each)
    standing = answers(lived.log, LAST_OF_2013)
    late = {
        vendor: late_record(lived, streams[f"supplier-{vendor}"], vendor, date(2013, 11, 20))
        for vendor, found in standing.items()
        if found.latest and found.latest["period"] == "2013-11" and found.grade in ("A", "B", "C")
    }
    assert len(late) > 100
    for vendor, log in late.items():
        before = answers(known(log, TOLD - timedelta(days=1)), LAST_OF_2013)[vendor]
        after = answers(known(log, TOLD), LAST_OF_2013)[vendor]
        assert before == standing[vendor]
        assert (after.grade, after.decides and after.decides["period"]) == ("D", "2013-11")
        # Asked without as_known_at, all that is known counts.
        assert answers(log, LAST_OF_2013)[vendor] == after


def test_a_late_record_of_2013_is_known_from_the_day_on_which_it_was_told(lived: Memory) -> None:
    """The worst grade there is would have been known only since March 2015."""
    vendor, month = next(
        key for key, points in sorted(points_of_the_file().items()) if key[1] == "2013-05" and points < 5
    )
    own = [each for each in lived.log if each[1].stream == f"supplier-{vendor}"]
    log = late_record(lived, own, vendor, date(2013, 5, 20))

    def row(at: datetime) -> dict[str, Any]:
        return next(row for row in rows_from(supplier_month.MODEL, known(log, at)) if row["period"] == month)

    before, after = row(TOLD - timedelta(days=1)), row(TOLD)
    assert (before["grade"], before["restatement_count"]) == ("A", 0)
    assert (after["grade"], after["first_grade"], after["restatement_count"]) == ("D", "A", 1)


def late_record(
    lived: Memory, own: list[tuple[Event, Envelope]], vendor: str, day: date
) -> list[tuple[Event, Envelope]]:
    """A vendor's log after seven critical defects of a day that were told in March 2015."""
    stream = f"supplier-{vendor}"
    late = InspectionCompleted(
        inspection_id="LATE-1", supplier_id=vendor, item_id="M-1", lot_id="L-1", stage="in_process",
        lot_quantity=Decimal(10), result="rejected", inspected_on=day,
        defects=tuple(Defect(code="D-1", severity="critical", quantity=Decimal(1), responsibility="supplier") for _ in range(7)),
    )  # fmt: skip
    again = Memory(lived.book, list(own), {stream: lived.states[stream]})
    again.do(record_inspection(late, envelope(), again.book), start_of_day(day), recorded_at=TOLD)
    return again.log


def known(log: list[tuple[Event, Envelope]], at: datetime) -> list[tuple[Event, Envelope]]:
    """What was known of one stream at an instant: everything up to its first event that is too young."""
    return list(takewhile(lambda each: each[1].recorded_at <= at, log))


def test_nothing_that_is_due_is_left_undone(lived: Memory) -> None:
    now = start_of_day(END)
    assert not [row for timer in TIMERS for row in lived.due[timer.name].values() if row and due_at(row) <= now]
