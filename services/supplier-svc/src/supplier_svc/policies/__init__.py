"""The policies that suppliers are judged under; the defaults are the published rules."""

from supplier_svc.policies.corrective import DISCIPLINES, CorrectiveActions
from supplier_svc.policies.grading import POINTS_SCHEME, PeriodKind, SupplierGrading, Thresholds
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.policies.schemes import Criterion, GateRule, Measure, Scheme, ScoreThresholds, Term
from supplier_svc.policies.sharing import OrderSharing, ShareRule

POLICIES = (
    NonconformancePoints,
    SupplierGrading,
    SupplierMovement,
    SupplierQualification,
    OrderSharing,
    CorrectiveActions,
    SupplierIncentives,
    SupplierRelationship,
)

__all__ = [
    "DISCIPLINES",
    "POINTS_SCHEME",
    "POLICIES",
    "CorrectiveActions",
    "Criterion",
    "GateRule",
    "Measure",
    "NonconformancePoints",
    "OrderSharing",
    "PeriodKind",
    "Scheme",
    "ScoreThresholds",
    "ShareRule",
    "SupplierGrading",
    "SupplierIncentives",
    "SupplierMovement",
    "SupplierQualification",
    "SupplierRelationship",
    "Term",
    "Thresholds",
]
