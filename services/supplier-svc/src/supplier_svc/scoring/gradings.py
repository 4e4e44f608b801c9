"""The grade of a period under the policy in force."""

from decimal import Decimal

from chassis.policies import PolicyVersion
from contracts.supplier import Grading
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.scoring.composite import grade_by_scheme
from supplier_svc.scoring.evidence import Evidence
from supplier_svc.scoring.points import grade_by_points


def grade(evidence: Evidence, policy: PolicyVersion[SupplierGrading]) -> Grading:
    """By the composite scheme that the policy names, or by nonconformance points."""
    scheme = policy.document.composite
    return grade_by_points(evidence, policy) if scheme is None else grade_by_scheme(evidence, scheme, policy)


def merit(grading: Grading) -> Decimal:
    """The score with the better one larger: points count against a supplier, a composite score for it."""
    return grading.score if grading.basis == "composite" else -grading.score


def is_comparable(one: Grading, other: Grading) -> bool:
    """Whether the scores of two gradings measure the same."""
    return (one.basis, one.scheme) == (other.basis, other.scheme)
