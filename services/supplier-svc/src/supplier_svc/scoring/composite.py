"""Composite score (综合评分法) to a grade: criteria made of measures, thresholds, gates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chassis.policies import PolicyVersion
from contracts.supplier import CriterionScore, GradeFactor, GradeGate, GradeThreshold, Grading, LetterGrade
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.schemes import Criterion, Scheme
from supplier_svc.scoring.evidence import Evidence
from supplier_svc.scoring.measures import measured, unit_of
from supplier_svc.scoring.points import costliest
from supplier_svc.scoring.rounding import published


@dataclass(frozen=True, slots=True)
class Scored:
    """A criterion with its exact points, and the factors that they are made of."""

    criterion: Criterion
    points: Fraction
    is_measured: bool
    factors: tuple[GradeFactor, ...]


def scored(scheme: Scheme, evidence: Evidence) -> tuple[Scored, ...]:
    """Every criterion of a scheme on the evidence of a period."""
    return tuple(_scored(criterion, evidence) for criterion in scheme.criteria)


def total(criteria: Sequence[Scored]) -> Fraction:
    """The exact score: the sum of the criteria."""
    return sum((each.points for each in criteria), Fraction(0))


def grade_by_scheme(evidence: Evidence, scheme: Scheme, policy: PolicyVersion[SupplierGrading]) -> Grading:
    """The grade of a period under a composite scheme; fewer lots than ``min_lots`` are insufficient."""
    criteria = scored(scheme, evidence)
    return Grading(
        grade="insufficient" if evidence.lots < policy.document.min_lots else letter(scheme, criteria),
        score=published(total(criteria)),
        basis="composite",
        factors=tuple(factor for each in criteria for factor in each.factors),
        thresholds=(
            GradeThreshold(grade="A", at_least=scheme.thresholds.a_at_least),
            GradeThreshold(grade="B", at_least=scheme.thresholds.b_at_least),
            GradeThreshold(grade="C", at_least=scheme.thresholds.c_at_least),
            GradeThreshold(grade="D"),
        ),
        deciding_records=costliest(evidence),
        policy_version=policy.version,
        min_lots=policy.document.min_lots,
        scheme=policy.document.scheme,
        criteria=tuple(
            CriterionScore(
                name=each.criterion.name,
                score=published(each.points),
                max=each.criterion.max,
                measured=each.is_measured,
            )
            for each in criteria
        ),
        gates=tuple(GradeGate(**dict(gate)) for gate in scheme.gates),
    )


def letter(scheme: Scheme, criteria: Sequence[Scored]) -> LetterGrade:
    """The best grade whose threshold the score reaches and whose gates the criteria pass."""
    score, points = total(criteria), {each.criterion.name: each.points for each in criteria}
    limits: tuple[tuple[LetterGrade, Decimal], ...] = (
        ("A", scheme.thresholds.a_at_least),
        ("B", scheme.thresholds.b_at_least),
        ("C", scheme.thresholds.c_at_least),
    )
    for grade, at_least in limits:
        gates = (gate for gate in scheme.gates if gate.grade == grade)
        if score >= at_least and all(points[gate.criterion] >= gate.at_least for gate in gates):
            return grade
    return "D"


def _scored(criterion: Criterion, evidence: Evidence) -> Scored:
    measures = [(term, measured(term.measure, evidence)) for term in criterion.terms]
    if any(value is None for _, value in measures):
        stands = Fraction(criterion.base if criterion.unmeasured is None else criterion.unmeasured)
        nothing = _factor(f"{criterion.name}.unmeasured", Fraction(0), stands, "no fact")
        return Scored(criterion, stands, False, (nothing,))
    raw, factors = Fraction(criterion.base), list(_base(criterion))
    for term, value in measures:
        assert value is not None
        points = Fraction(term.weight) * value
        raw += points
        factors.append(_factor(f"{criterion.name}.{term.measure}", value, points, unit_of(term.measure)))
    clamped = min(max(raw, Fraction(0)), Fraction(criterion.max))
    if clamped != raw:
        factors.append(_factor(f"{criterion.name}.limit", Fraction(criterion.max), clamped - raw, "points"))
    return Scored(criterion, clamped, True, tuple(factors))


def _base(criterion: Criterion) -> Iterator[GradeFactor]:
    if criterion.base:
        yield _factor(f"{criterion.name}.base", Fraction(criterion.base), Fraction(criterion.base), "points")


def _factor(name: str, value: Fraction, contribution: Fraction, unit: str) -> GradeFactor:
    return GradeFactor(name=name, value=published(value), contribution=published(contribution), unit=unit)
