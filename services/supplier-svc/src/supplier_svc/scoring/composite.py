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
from supplier_svc.scoring.rounding import published, published_score


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


def grade_by_scheme(evidence: Evidence, name: str, scheme: Scheme, policy: PolicyVersion[SupplierGrading]) -> Grading:
    """The grade of a period under a composite scheme; fewer lots than ``min_lots``, or too little measured, are insufficient."""
    criteria = scored(scheme, evidence)
    counted = [each for each in criteria if each.is_measured] if scheme.on_missing == "rescale" else criteria
    exact, scaling = _scaled(scheme, counted)
    enough = evidence.lots >= policy.document.min_lots and _is_measured(scheme, criteria)
    return Grading(
        grade=letter(scheme, criteria) if enough else "insufficient",
        score=published_score(exact),
        basis="composite",
        factors=(*(factor for each in counted for factor in each.factors), *scaling),
        thresholds=(
            GradeThreshold(grade="A", at_least=scheme.thresholds.a_at_least),
            GradeThreshold(grade="B", at_least=scheme.thresholds.b_at_least),
            GradeThreshold(grade="C", at_least=scheme.thresholds.c_at_least),
            GradeThreshold(grade="D"),
        ),
        deciding_records=costliest(evidence),
        policy_version=policy.version,
        min_lots=policy.document.min_lots,
        scheme=name,
        criteria=tuple(
            CriterionScore(
                name=each.criterion.name,
                score=published(each.points if each in counted else Fraction(0)),
                max=each.criterion.max,
                measured=each.is_measured,
            )
            for each in criteria
        ),
        gates=tuple(GradeGate(**dict(gate)) for gate in scheme.gates),
        on_missing=scheme.on_missing,
        min_measured=scheme.min_measured if scheme.on_missing == "rescale" else None,
    )


def letter(scheme: Scheme, criteria: Sequence[Scored]) -> LetterGrade:
    """The best grade whose threshold the score reaches and whose gates the criteria pass; of a scaled score, one that is not measured
    passes none.
    """
    rescales = scheme.on_missing == "rescale"
    counted = [each for each in criteria if each.is_measured or not rescales]
    score, points = _scaled(scheme, counted)[0], {each.criterion.name: each.points for each in counted}
    limits: tuple[tuple[LetterGrade, Decimal], ...] = (
        ("A", scheme.thresholds.a_at_least),
        ("B", scheme.thresholds.b_at_least),
        ("C", scheme.thresholds.c_at_least),
    )
    for grade, at_least in limits:
        gates = (gate for gate in scheme.gates if gate.grade == grade)
        if score >= at_least and all(points.get(gate.criterion, -1) >= gate.at_least for gate in gates):
            return grade
    return "D"


def _maxima(criteria: Sequence[Scored]) -> Fraction:
    return sum((Fraction(each.criterion.max) for each in criteria), Fraction(0))


def _is_measured(scheme: Scheme, criteria: Sequence[Scored]) -> bool:
    """Whether enough of the criteria have facts."""
    match scheme.on_missing:
        case "base":
            return True
        case "rescale":
            return _maxima([each for each in criteria if each.is_measured]) >= scheme.min_measured
        case "insufficient":
            return all(each.is_measured for each in criteria)


def _scaled(scheme: Scheme, counted: Sequence[Scored]) -> tuple[Fraction, tuple[GradeFactor, ...]]:
    """The exact score of the criteria that count, scaled to 100 where the scheme says so, and what the scaling adds to it."""
    points, maxima = total(counted), _maxima(counted)
    if scheme.on_missing != "rescale" or maxima in (0, 100):
        return points, ()
    score = points * 100 / maxima
    return score, (_factor("scaled_to_100", maxima, score - points, "points measured"),)


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
