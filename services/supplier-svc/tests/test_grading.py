"""Points, scores and grades: the rules alone."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.policies import PolicyVersion
from supplier_svc.policies.gradings import SupplierGrading, Thresholds
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.evidence import Evidence
from supplier_svc.scoring.gradings import grade
from supplier_svc.scoring.next_grade import next_grade
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.tally import Nonconformance

POLICY = PolicyVersion(1, date.min, SupplierGrading())
A_DAY = date(2024, 5, 12)


def tally(points: int, lots: int = 0) -> Evidence:
    """So many points in records of one point each, in so many lots."""
    records = {f"I-1:{n}": Nonconformance("minor", "supplier", 1, A_DAY) for n in range(points)}
    return Evidence(lots=lots, inspections=1, records=records)


def test_two_critical_four_major_and_seven_minor_are_29_points():
    policy = NonconformancePoints()
    severities = ["critical"] * 2 + ["major"] * 4 + ["minor"] * 7
    assert sum(points_of(severity, "supplier", policy) for severity in severities) == 29


@pytest.mark.parametrize("responsibility", ["own", "undetermined"])
def test_a_defect_that_the_supplier_does_not_answer_for_costs_nothing(responsibility):
    assert points_of("critical", responsibility, NonconformancePoints()) == 0


@pytest.mark.parametrize(
    ("points", "expected"), [(0, "A"), (5, "A"), (6, "B"), (15, "B"), (16, "C"), (29, "C"), (30, "C"), (31, "D")]
)
def test_where_no_lots_are_reported_the_points_themselves_decide(points, expected):
    graded = grade(tally(points), POLICY)
    assert (graded.grade, graded.score, graded.basis) == (expected, points, "absolute_points")


@pytest.mark.parametrize(
    ("points", "lots", "expected"),
    [(1, 20, "A"), (3, 20, "B"), (6, 20, "C"), (7, 20, "D"), (10, 200, "A"), (11, 200, "B"), (3, 10, "C"), (0, 5, "A")],
)
def test_where_lots_are_reported_the_points_count_per_100_lots(points, lots, expected):
    graded = grade(tally(points, lots), POLICY)
    assert (graded.grade, graded.score, graded.basis) == (
        expected,
        Decimal(points) * 100 / lots,
        "points_per_100_lots",
    )


@pytest.mark.parametrize("lots", [1, 4])
def test_fewer_lots_than_the_policy_wants_are_insufficient(lots):
    assert grade(tally(20, lots), POLICY).grade == "insufficient"


def test_the_exact_ratio_is_compared_although_the_score_is_rounded():
    limits = Thresholds(a_at_most=Decimal("33.333333"), b_at_most=Decimal(50), c_at_most=Decimal(60))
    policy = PolicyVersion(2, date.min, SupplierGrading(min_lots=1, per_100_lots=limits))
    graded = grade(tally(1, 3), policy)
    assert (graded.score, graded.grade) == (Decimal("33.33"), "B")


def test_a_grading_says_what_it_was_decided_from():
    records = {
        "I-1:1": Nonconformance("critical", "supplier", 5, A_DAY),
        "I-1:2": Nonconformance("major", "own", 0, A_DAY),
        "I-2:1": Nonconformance("minor", "supplier", 1, A_DAY),
    }
    graded = grade(Evidence(lots=50, inspections=2, records=records), POLICY)
    assert [(factor.name, factor.value, factor.contribution) for factor in graded.factors] == [
        ("critical", 1, 10),
        ("major", 0, 0),
        ("minor", 1, 2),
        ("own_or_undetermined", 1, 0),
        ("lots_received", 50, 0),
        ("inspections", 2, 0),
    ]
    assert [(threshold.grade, threshold.at_most) for threshold in graded.thresholds] == [
        ("A", 5),
        ("B", 15),
        ("C", 30),
        ("D", None),
    ]
    assert graded.deciding_records == ("I-1:1", "I-2:1")
    assert (graded.grade, graded.score, graded.policy_version, graded.min_lots) == ("B", 12, 1, 5)


def test_at_most_20_records_are_named_the_costliest_first():
    records = {f"I-{n:02}:1": Nonconformance("minor", "supplier", 1, A_DAY) for n in range(30)}
    records["I-99:1"] = Nonconformance("critical", "supplier", 5, A_DAY)
    named = grade(Evidence(inspections=31, records=records), POLICY).deciding_records
    assert (len(named), named[0], named[1]) == (20, "I-99:1", "I-00:1")


@pytest.mark.parametrize(
    ("points", "lots", "better", "points_at_most", "lots_at_least"),
    [(12, 20, "C", 6, 40), (4, 20, "B", 3, 27), (3, 20, "A", 1, 60), (29, 0, "B", 15, None), (1, 5, "B", 0, 7)],
)
def test_what_the_next_grade_would_have_taken(points, lots, better, points_at_most, lots_at_least):
    way = next_grade(grade(tally(points, lots), POLICY), points, lots)
    assert (way.grade, way.points_at_most, way.lots_at_least) == (better, points_at_most, lots_at_least)
    assert grade(tally(way.points_at_most, lots), POLICY).grade <= better
    assert lots == 0 or grade(tally(points, way.lots_at_least), POLICY).grade <= better


def test_after_too_few_lots_it_takes_more_lots():
    way = next_grade(grade(tally(3, 2), POLICY), 3, 2)
    assert (way.grade, way.lots_at_least) == (None, 5)
    assert way.summary == "A grade takes at least 5 lots received; there were 2."


def test_there_is_nothing_better_than_an_a():
    assert next_grade(grade(tally(0), POLICY), 0, 0) is None


@for_all(points=st.integers(0, 60), lots=st.integers(0, 300))
def test_the_contributions_add_up_to_the_score(points, lots):
    graded = grade(tally(points, lots), POLICY)
    assert abs(sum(factor.contribution for factor in graded.factors) - graded.score) <= Decimal("0.005003")


@for_all(points=st.integers(0, 60), lots=st.integers(5, 300))
def test_one_more_point_never_improves_a_grade_and_one_more_lot_never_worsens_it(points, lots):
    now = grade(tally(points, lots), POLICY).grade
    assert grade(tally(points + 1, lots), POLICY).grade >= now
    assert grade(tally(points, lots + 1), POLICY).grade <= now


def test_a_policy_whose_thresholds_do_not_ascend_is_refused():
    with pytest.raises(ValidationError, match="must not tolerate more points"):
        Thresholds(a_at_most=Decimal(20))
    with pytest.raises(ValidationError, match="must not cost fewer points"):
        NonconformancePoints(minor=9)
