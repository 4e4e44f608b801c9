"""The policies of customer-svc; the defaults are the rules page (domain/customer.md)."""

from chassis.policies import Policy
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.complaints import ComplaintPolicy
from customer_svc.policies.files import FilePolicy
from customer_svc.policies.relationship import CarePolicy, RelationshipPolicy
from customer_svc.policies.satisfaction import SatisfactionPolicy
from customer_svc.policies.tiering import (
    BOXES,
    Bins,
    Guarantees,
    IndexWeights,
    PyramidShares,
    TieringPolicy,
    tiering_policy,
)
from customer_svc.policies.value import AbcPolicy, BoxWeights, LifetimePolicy, NineBoxPolicy, PointsPolicy

POLICIES: tuple[type[Policy], ...] = (
    TieringPolicy,
    AbcPolicy,
    SatisfactionPolicy,
    NineBoxPolicy,
    LifetimePolicy,
    PointsPolicy,
    AccessPolicy,
    FilePolicy,
    ComplaintPolicy,
    RelationshipPolicy,
    CarePolicy,
)

__all__ = [
    "BOXES",
    "POLICIES",
    "AbcPolicy",
    "AccessPolicy",
    "Bins",
    "BoxWeights",
    "CarePolicy",
    "ComplaintPolicy",
    "FilePolicy",
    "Guarantees",
    "IndexWeights",
    "LifetimePolicy",
    "NineBoxPolicy",
    "PointsPolicy",
    "PyramidShares",
    "RelationshipPolicy",
    "SatisfactionPolicy",
    "TieringPolicy",
    "tiering_policy",
]
