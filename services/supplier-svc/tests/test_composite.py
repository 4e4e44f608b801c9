"""The composite score in both published forms, and schemes of one's own."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.policies import PolicyVersion
from contracts.supplier import SupplierGraded
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.schemes import (
    ASSESSMENT_TABLE,
    VENDOR_RATING,
    Criterion,
    GateRule,
    Scheme,
    ScoreThresholds,
    Term,
)
from supplier_svc.scoring.evidence import Evidence
from supplier_svc.scoring.gradings import grade
from supplier_svc.scoring.next_grade import next_grade
from supplier_svc.testing import case, deliveries, delivery, inspection, supplier
from supplier_svc.testing import grade as grading_of

TABLE = PolicyVersion(1, date.min, SupplierGrading(scheme="assessment_table"))
RATING = PolicyVersion(1, date.min, SupplierGrading(scheme="vendor_rating"))


def by_criterion(graded):
    return {each.name: each.score for each in graded.criteria}


def test_price_2_percent_below_1_of_20_rejected_2_late_with_3_days_1_line_stop_1_uncooperative_case_are_74_5_and_a_b():
    evidence = Evidence(
        lots=20, rejected_lots=1, scheduled=20, late=2, days_late=3, line_stops=1, price_above_percent=Fraction(-2),
        cases={"uncooperative": 1},
    )  # fmt: skip
    graded = grade(evidence, TABLE)
    assert by_criterion(graded) == {
        "price": 24,
        "quality": Decimal("28.5"),
        "delivery": 13,
        "cooperation": 9,
    }
    assert (graded.score, graded.grade, graded.basis) == (Decimal("74.5"), "B", "composite")
    assert sum(factor.contribution for factor in graded.factors) == graded.score


def test_price_5_percent_below_none_rejected_1_of_20_late_by_a_day_are_88_and_an_a():
    evidence = Evidence(lots=20, scheduled=20, late=1, days_late=1, price_above_percent=Fraction(-5))
    graded = grade(evidence, TABLE)
    assert list(by_criterion(graded).values()) == [30, 30, 18, 10]
    assert (graded.score, graded.grade) == (88, "A")


def test_the_same_74_5_from_facts_as_they_are_told():
    commands = [
        *deliveries(18, unit_price=Decimal("0.098"), standard_price=Decimal("0.100")),
        delivery("D-late-1", promised="2024-05-08", unit_price=Decimal("0.098"), standard_price=Decimal("0.100")),
        delivery("D-late-2", promised="2024-05-09", unit_price=Decimal("0.098"), standard_price=Decimal("0.100")),
        inspection("I-1", "major", lot_id="L-D-late-1"),
        inspection("I-2", lot_id="L-D-late-2", line_stop_minutes=45, result="concession"),
        case("CASE-1"),
    ]
    known = supplier(under=(TABLE.document,)).when(*commands)
    graded = known.when(grading_of("2024-05")).one(SupplierGraded).grading
    assert (graded.score, graded.grade) == (Decimal("74.5"), "B")


def test_vendor_a_78_supplied_66_accepted_21_scheduled_20_on_time_at_the_lowest_price_is_93_77():
    evidence = Evidence(lots=78, rejected_lots=12, scheduled=21, late=1, lowest_ratio=Fraction(1))
    graded = grade(evidence, RATING)
    shares = {each.name: round(each.score / each.max * 100, 2) for each in graded.criteria}
    assert shares == {"quality": Decimal("84.62"), "delivery": Decimal("95.24"), "price": 100}
    assert round(graded.score, 2) == Decimal("93.77")


@pytest.mark.parametrize(
    ("score", "expected"),
    [(100, "A"), (85, "A"), ("84.999999", "B"), (70, "B"), (60, "C"), ("59.999999", "D"), (1, "D")],
)
def test_cut_offs_of_the_published_form(score, expected):
    assert _with_score(Decimal(score), ScoreThresholds()).grade == expected


@pytest.mark.parametrize(
    ("cuts", "expected"), [((90, 80, 70), "C"), ((90, 75, 60), "B"), ((90, 70, 50), "B"), ((75, 70, 60), "A")]
)
def test_other_published_cut_offs_are_policies(cuts, expected):
    a, b, c = map(Decimal, cuts)
    assert _with_score(Decimal(78), ScoreThresholds(a_at_least=a, b_at_least=b, c_at_least=c)).grade == expected


def _with_score(score: Decimal, thresholds: ScoreThresholds):
    criterion = Criterion(name="all", max=Decimal(100), base=score, terms=())
    scheme = Scheme(criteria=(criterion,), thresholds=thresholds)
    return grade(Evidence(lots=9), PolicyVersion(1, date.min, SupplierGrading(scheme="own", schemes={"own": scheme})))


def test_the_unrounded_score_is_compared():
    """A third of a lot rate: 84.9999999… is not 85, although it would be rounded to it."""
    criterion = Criterion(name="all", max=Decimal(100), terms=(Term(measure="on_time_ratio", weight=Decimal(100)),))
    limits = ScoreThresholds(a_at_least=Decimal("66.666667"), b_at_least=Decimal(50), c_at_least=Decimal(40))
    rules = SupplierGrading(scheme="own", schemes={"own": Scheme(criteria=(criterion,), thresholds=limits)})
    graded = grade(Evidence(lots=9, scheduled=9, late=3), PolicyVersion(1, date.min, rules))
    assert (graded.score, graded.grade) == (Decimal("66.67"), "B")


def test_a_double_gate_an_a_needs_45_in_quality_and_90_in_all():
    quality = Criterion(
        name="quality", max=Decimal(50), terms=(Term(measure="accepted_lots_ratio", weight=Decimal(50)),)
    )
    rest = Criterion(name="rest", max=Decimal(50), base=Decimal(50), terms=())
    scheme = Scheme(
        criteria=(quality, rest),
        thresholds=ScoreThresholds(a_at_least=Decimal(90), b_at_least=Decimal(75), c_at_least=Decimal(60)),
        gates=(GateRule(grade="A", criterion="quality", at_least=Decimal(45)),),
    )
    policy = PolicyVersion(1, date.min, SupplierGrading(scheme="own", schemes={"own": scheme}))
    passed = grade(Evidence(lots=20, rejected_lots=2), policy)
    stopped = grade(Evidence(lots=40, rejected_lots=5), policy)
    assert (passed.score, passed.grade) == (95, "A")
    assert (stopped.score, stopped.grade) == (Decimal("93.75"), "B")
    assert "It also takes 45 in quality; there were 43.75." in next_grade(stopped, 0, 40).summary


def test_too_few_lots_are_insufficient_under_a_composite_score_too():
    assert grade(Evidence(lots=4, scheduled=4), TABLE).grade == "insufficient"


def test_without_a_standard_price_the_price_stands_at_its_base_and_says_that_it_was_not_measured():
    graded = grade(Evidence(lots=20, scheduled=20), TABLE)
    price = graded.criteria[0]
    assert (price.score, price.measured, graded.score, graded.grade) == (20, False, 80, "B")


def test_several_materials_count_by_their_mean():
    commands = [
        *deliveries(9, unit_price=Decimal("0.90"), standard_price=Decimal("1.00"), item_id="bolt"),
        delivery("N-1", unit_price=Decimal("1.00"), standard_price=Decimal("1.00"), item_id="nut"),
    ]
    known = supplier(under=(TABLE.document,)).when(*commands).when(grading_of("2024-05"))
    assert by_criterion(known.one(SupplierGraded).grading)["price"] == 30


def test_what_the_next_grade_would_have_taken_names_the_criteria_that_alone_would_do():
    evidence = Evidence(lots=20, rejected_lots=1, scheduled=20, late=2, days_late=3, line_stops=1)
    way = next_grade(grade(evidence, TABLE), 0, 20)
    assert (way.grade, way.score_at_least) == ("A", 85)
    assert way.summary == "A takes 85 points; there were 71.5, 13.5 short. Enough on its own: price."


def test_a_threshold_that_was_written_with_an_exponent_is_said_in_plain_figures():
    thresholds = ASSESSMENT_TABLE.thresholds.model_copy(
        update={"a_at_least": Decimal("9E+1"), "b_at_least": Decimal("8E+1")}
    )
    gates = ({"grade": "B", "criterion": "quality", "at_least": Decimal("3E+1")},)
    scheme = Scheme.model_validate({**dict(ASSESSMENT_TABLE), "thresholds": thresholds, "gates": gates}, strict=False)
    evidence = Evidence(lots=20, rejected_lots=1, scheduled=20, late=2, days_late=3, line_stops=1)
    policy = PolicyVersion(1, date.min, SupplierGrading(scheme="own", schemes={"own": scheme}))
    way = next_grade(grade(evidence, policy), 0, 20)
    assert way.summary.startswith("B takes 80 points; there were 71.5, 8.5 short.")
    assert way.summary.endswith("It also takes 30 in quality; there were 28.5.")


@for_all(
    lots=st.integers(5, 300),
    parts=st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 90), st.integers(0, 9)),
    above=st.fractions(-40, 40, max_denominator=50),
)
def test_every_criterion_stays_in_its_bounds_and_the_factors_add_up(lots, parts, above):
    rejected, late, days, stops = parts
    evidence = Evidence(
        lots=lots, rejected_lots=min(rejected, lots), scheduled=lots, late=min(late, lots), days_late=days,
        line_stops=stops, price_above_percent=above,
    )  # fmt: skip
    graded = grade(evidence, TABLE)
    assert all(0 <= each.score <= each.max for each in graded.criteria)
    assert abs(sum(factor.contribution for factor in graded.factors) - graded.score) <= Decimal("0.00501")


@pytest.mark.parametrize(
    ("broken", "summary"),
    [
        ({"thresholds": {"a_at_least": 101}}, "nobody can be an A"),
        ({"thresholds": {"a_at_least": 60, "b_at_least": 70}}, "must not take a lower score"),
        (
            {"gates": [{"grade": "A", "criterion": "colour", "at_least": 1}]},
            "criterion colour, which the scheme does not have",
        ),
        ({"gates": [{"grade": "A", "criterion": "quality", "at_least": 31}]}, "nobody passes the gate of A"),
        ({"criteria": []}, "at least 1 item"),
        ({"criteria": [{"name": "x", "max": 10, "terms": []}]}, "can never score"),
        ({"criteria": [{"name": "x", "max": 10, "terms": [{"measure": "mood", "weight": 1}]}]}, "accepted_lots_ratio"),
    ],
)
def test_a_scheme_that_cannot_work_is_refused_with_the_reason(broken, summary):
    document = {**ASSESSMENT_TABLE.model_dump(mode="json"), **broken}
    with pytest.raises(ValidationError, match=summary):
        SupplierGrading.model_validate({"scheme": "own", "schemes": {"own": document}})


def test_a_policy_that_names_a_scheme_that_is_not_there_is_refused():
    with pytest.raises(
        ValidationError,
        match="There is no scheme beauty; there are nonconformance_points, assessment_table",
    ):
        SupplierGrading(scheme="beauty")


def test_the_built_in_schemes_read_back_from_json():
    for scheme in (ASSESSMENT_TABLE, VENDOR_RATING):
        assert Scheme.model_validate_json(scheme.model_dump_json()) == scheme
