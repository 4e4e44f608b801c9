"""The grade of a period under the policy in force."""

from collections.abc import Iterable
from decimal import Decimal

from chassis.policies import PolicyBook, PolicyVersion
from contracts.supplier import Grading, Track
from supplier_svc.policies.fuzzy import FuzzyEvaluation
from supplier_svc.policies.gradings import FUZZY_SCHEME, POINTS_SCHEME, SupplierGrading
from supplier_svc.scoring.composite import grade_by_scheme
from supplier_svc.scoring.evidence import Evidence, FailedLots, evidence_of
from supplier_svc.scoring.fuzzy_grading import grade_by_fuzzy
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import grade_by_points, result_by_points
from supplier_svc.scoring.result import Result
from supplier_svc.scoring.tally import Tally


def grade(evidence: Evidence, policy: PolicyVersion[SupplierGrading], scheme: str | None = None) -> Grading:
    """By nonconformance points, or by the composite scheme of that name; without a name, by the operational track's."""
    name = scheme or policy.document.scheme
    composite = policy.document.composite_named(name)
    return (
        grade_by_points(evidence, policy) if composite is None else grade_by_scheme(evidence, name, composite, policy)
    )


def grade_on_track(
    track: Track,
    period: Period,
    tallies: Iterable[Tally],
    failed_lots: FailedLots,
    policy: PolicyVersion[SupplierGrading],
    policies: PolicyBook,
) -> Grading | None:
    """The grade of a period on a track by the facts of its months; None where the policy has no such track."""
    scheme = policy.document.scheme_of(track)
    if scheme is None:
        return None
    months = list(tallies)
    evidence = evidence_of(months, failed_lots=failed_lots)
    if scheme == FUZZY_SCHEME:
        rules = policies.at(FuzzyEvaluation, period.ends_on).document
        return grade_by_fuzzy(months, evidence, failed_lots, rules, policy)
    return grade(evidence, policy, scheme)


def result_on_track(
    track: Track,
    period: Period,
    tallies: Iterable[Tally],
    failed_lots: FailedLots,
    policy: PolicyVersion[SupplierGrading],
    policies: PolicyBook,
) -> Result | None:
    """The same for who needs no explanation; by points it is worked out without one."""
    if policy.document.scheme_of(track) == POINTS_SCHEME:
        return result_by_points(tallies, policy)
    return grade_on_track(track, period, tallies, failed_lots, policy, policies)


def measures_lots(track: Track, period: Period, policies: PolicyBook) -> bool:
    """Whether the grade of a period depends on what becomes of its lots later."""
    document = policies.at(SupplierGrading, period.ends_on).document
    scheme = document.scheme_of(track)
    if scheme == FUZZY_SCHEME:
        factors = policies.at(FuzzyEvaluation, period.ends_on).document.factors
        return any(factor.measure == "mean_monthly_pass_ratio" for factor in factors)
    composite = document.composite_named(scheme or "")
    criteria = composite.criteria if composite else ()
    return any(term.measure == "mean_monthly_pass_ratio" for each in criteria for term in each.terms)


def merit(grading: Result) -> Decimal:
    """The score with the better one larger: points count against a supplier, a composite or fuzzy score for it."""
    return grading.score if grading.basis in ("composite", "fuzzy") else -grading.score


def is_comparable(one: Result, other: Result) -> bool:
    """Whether the scores of two gradings measure the same."""
    return (one.basis, one.scheme) == (other.basis, other.scheme)
