"""Nonconformance points (不合格评分法) to a grade."""

import heapq
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from chassis.policies import PolicyVersion
from contracts.erp import Responsibility, Severity
from contracts.supplier import GradeFactor, GradeThreshold, Grading, LetterGrade
from supplier_svc.policies.gradings import POINTS_SCHEME, SupplierGrading
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.evidence import Evidence
from supplier_svc.scoring.result import Plain
from supplier_svc.scoring.rounding import published_score
from supplier_svc.scoring.tally import Tally

DECIDING_RECORDS_MAX = 20
SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor")


def points_of(severity: Severity, responsibility: Responsibility, policy: NonconformancePoints) -> int:
    """What a nonconformance costs: nothing unless the supplier answers for it. Source: 不合格评分法."""
    return policy.of(severity) if responsibility == "supplier" else 0


def grade_by_points(evidence: Evidence, policy: PolicyVersion[SupplierGrading]) -> Grading:
    """The grade of a period: points per 100 lots received, or absolute points where no lots were reported.

    The exact ratio is compared with the thresholds; the score that is published is rounded to 2 places. A period with too few
    lots is insufficient, and so is one without lots in which too little was inspected: no findings are no proof of quality.
    """
    rules, lots = policy.document, evidence.lots
    result = _result(evidence.points, lots, evidence.facts, policy)
    return Grading(
        grade=result.grade,
        score=result.score,
        basis=result.basis,
        factors=_factors(evidence),
        thresholds=_thresholds(rules, lots),
        deciding_records=costliest(evidence),
        policy_version=policy.version,
        min_lots=rules.min_lots if lots else None,
        scheme=result.scheme,
    )


def result_by_points(tallies: Iterable[Tally], policy: PolicyVersion[SupplierGrading]) -> Plain:
    """The result of the same by the facts of the period's months, of which it needs three sums."""
    points = lots = facts = 0
    for tally in tallies:
        points += sum(record.points for record in tally.records.values())
        lots += sum(received.lots for received in tally.received.values())
        facts += sum(tally.inspections.values()) + len(tally.records)
    return _result(points, lots, facts, policy)


def _result(points: int, lots: int, facts: int, policy: PolicyVersion[SupplierGrading]) -> Plain:
    rules = policy.document
    too_few = lots < rules.min_lots if lots else facts < rules.min_facts
    return Plain(
        grade="insufficient" if too_few else _grade_within(rules, points, lots),
        score=_score(points, lots),
        basis="points_per_100_lots" if lots else "absolute_points",
        scheme=POINTS_SCHEME,
    )


def points_allowed(at_most: Decimal, lots: int) -> Fraction:
    """The points that a threshold allows in a number of lots; without lots the threshold is absolute."""
    return Fraction(at_most) * lots / 100 if lots else Fraction(at_most)


def costliest(evidence: Evidence) -> tuple[str, ...]:
    """The records that cost most, the costliest first, at most 20."""
    costly = [(-record.points, record.found_on, name) for name, record in evidence.records.items() if record.points]
    return tuple(name for _, _, name in heapq.nsmallest(DECIDING_RECORDS_MAX, costly))


def _limits(rules: SupplierGrading, lots: int) -> tuple[tuple[LetterGrade, Decimal], ...]:
    limits = rules.per_100_lots if lots else rules.absolute_points
    return ("A", limits.a_at_most), ("B", limits.b_at_most), ("C", limits.c_at_most)


def _thresholds(rules: SupplierGrading, lots: int) -> tuple[GradeThreshold, ...]:
    most = (GradeThreshold(grade=grade, at_most=at_most) for grade, at_most in _limits(rules, lots))
    return (*most, GradeThreshold(grade="D"))


def _grade_within(rules: SupplierGrading, points: int, lots: int) -> LetterGrade:
    for grade, at_most in _limits(rules, lots):
        if points <= points_allowed(at_most, lots):
            return grade
    return "D"


def _score(points: int, lots: int) -> Decimal:
    return published_score(Fraction(points * 100, lots) if lots else points)


def _factors(evidence: Evidence) -> tuple[GradeFactor, ...]:
    """Scored records by severity, whose contributions add up to the score, and what was considered without scoring."""
    scored = [record for record in evidence.records.values() if record.responsibility == "supplier"]
    of_severity = {s: [record.points for record in scored if record.severity == s] for s in SEVERITIES}
    looked_at = {
        "own_or_undetermined": (len(evidence.records) - len(scored), "records"),
        "lots_received": (evidence.lots, "lots"),
        "inspections": (evidence.inspections, "inspections"),
    }
    return (
        *(
            GradeFactor(name=s, value=Decimal(len(each)), contribution=_score(sum(each), evidence.lots), unit="records")
            for s, each in of_severity.items()
        ),
        *(
            GradeFactor(name=name, value=Decimal(number), contribution=Decimal(0), unit=unit)
            for name, (number, unit) in looked_at.items()
        ),
    )
