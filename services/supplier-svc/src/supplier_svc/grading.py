"""How the facts of a period become points, a score and a grade. Pure rules; every number comes from a policy."""

import heapq
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from immutables import Map

from chassis.policies import Dated
from contracts.erp import Responsibility, Severity
from contracts.supplier import GradeFactor, GradeThreshold, Grading, SupplierGrade
from supplier_svc.policies import NonconformancePoints, SupplierGrading

DECIDING_RECORDS_MAX = 20
SCORE_STEP = Decimal("0.000001")
BetterGrade = Literal["A", "B", "C"]
NEXT_BETTER: dict[SupplierGrade, BetterGrade] = {"D": "C", "C": "B", "B": "A"}
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class Nonconformance:
    """A defect record and what it costs now."""

    severity: Severity
    responsibility: Responsibility
    points: int
    found_on: date


@dataclass(frozen=True, slots=True)
class Tally:
    """The facts of one period that a grade looks at; ``records`` by nonconformance id."""

    lots: int = 0
    inspections: int = 0
    records: Map[str, Nonconformance] = field(default_factory=Map)

    @property
    def has_facts(self) -> bool:
        return bool(self.lots or self.inspections or self.records)

    @property
    def points(self) -> int:
        return sum(record.points for record in self.records.values())


def points_of(severity: Severity, responsibility: Responsibility, policy: NonconformancePoints) -> int:
    """What a defect record costs: nothing unless the supplier answers for it. Source: 不合格评分法."""
    return policy.of(severity) if responsibility == "supplier" else 0


def grade(tally: Tally, policy: Dated[SupplierGrading]) -> Grading:
    """The grade of a period: points per 100 lots received, or absolute points where no lots were reported.

    The exact ratio is compared with the thresholds; the score that is published is rounded to 6 places.
    """
    rules, lots, points = policy.document, tally.lots, tally.points
    thresholds = _thresholds(rules, lots)
    decided = "insufficient" if 0 < lots < rules.min_lots else _grade_within(thresholds, points, lots)
    return Grading(
        grade=decided,
        score=_score(points, lots),
        basis="points_per_100_lots" if lots else "absolute_points",
        factors=_factors(tally),
        thresholds=thresholds,
        deciding_records=_costliest(tally),
        policy_version=policy.version,
        min_lots=rules.min_lots if lots else None,
    )


def _thresholds(rules: SupplierGrading, lots: int) -> tuple[GradeThreshold, ...]:
    limits = rules.per_100_lots if lots else rules.absolute_points
    return (
        GradeThreshold(grade="A", at_most=limits.a_at_most),
        GradeThreshold(grade="B", at_most=limits.b_at_most),
        GradeThreshold(grade="C", at_most=limits.c_at_most),
        GradeThreshold(grade="D"),
    )


def _grade_within(thresholds: tuple[GradeThreshold, ...], points: int, lots: int) -> Literal["A", "B", "C", "D"]:
    for threshold in thresholds:
        if threshold.at_most is not None and points <= _points_allowed(threshold.at_most, lots):
            return threshold.grade
    return "D"


def _points_allowed(at_most: Decimal, lots: int) -> Decimal:
    """The points that a threshold allows in so many lots; in no lots it is absolute."""
    return at_most * lots / 100 if lots else at_most


def _score(points: int, lots: int) -> Decimal:
    exact = Decimal(points * 100) / lots if lots else Decimal(points)
    rounded = exact.quantize(SCORE_STEP)
    return exact if exact == rounded else rounded


def _factors(tally: Tally) -> tuple[GradeFactor, ...]:
    """Scored records by severity, whose contributions add up to the score, and what was looked at without scoring."""
    scored = [record for record in tally.records.values() if record.responsibility == "supplier"]
    of_severity = {s: [record.points for record in scored if record.severity == s] for s in SEVERITIES}
    unscored = len(tally.records) - len(scored)
    return (
        *(
            GradeFactor(name=s, value=Decimal(len(each)), contribution=_score(sum(each), tally.lots), unit="records")
            for s, each in of_severity.items()
        ),
        GradeFactor(name="own_or_undetermined", value=Decimal(unscored), contribution=Decimal(0), unit="records"),
        GradeFactor(name="lots_received", value=Decimal(tally.lots), contribution=Decimal(0), unit="lots"),
        GradeFactor(name="inspections", value=Decimal(tally.inspections), contribution=Decimal(0), unit="inspections"),
    )


def _costliest(tally: Tally) -> tuple[str, ...]:
    costly = [(-record.points, record.found_on, name) for name, record in tally.records.items() if record.points]
    return tuple(name for _, _, name in heapq.nsmallest(DECIDING_RECORDS_MAX, costly))


@dataclass(frozen=True, slots=True)
class NextGrade:
    """What the next better ``grade`` of the period would have taken; None where a limit does not apply.

    At most so many points in as many lots, or as many points in at least so many lots. ``grade`` is None where the
    period had none, so that any would be better.
    """

    grade: BetterGrade | None
    points_at_most: int | None
    lots_at_least: int | None
    says: str


def next_grade(grading: Grading, points: int, lots: int) -> NextGrade | None:
    """The way from a grading of so many points and lots to the next better grade; None for an A."""
    if grading.grade == "insufficient":
        needed = grading.min_lots or 0
        return NextGrade(None, None, needed, f"A grade takes at least {needed} lots received; there were {lots}.")
    better = NEXT_BETTER.get(grading.grade)
    limit = next((each.at_most for each in grading.thresholds if each.grade == better), None)
    if better is None or limit is None:
        return None
    allowed = int(_points_allowed(limit, lots).to_integral_value(ROUND_FLOOR))
    if not lots:
        return NextGrade(better, allowed, None, f"{better} takes at most {allowed} points; there were {points}.")
    says = f"{better} takes at most {allowed} points in as many lots ({lots}); there were {points}."
    if not limit:
        return NextGrade(better, allowed, None, says)
    spread = int((Decimal(points * 100) / limit).to_integral_value(ROUND_CEILING))
    return NextGrade(
        better, allowed, spread, f"{says} As many points in at least {spread} lots would also be {better}."
    )
