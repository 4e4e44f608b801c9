"""The policies of customer-svc; the defaults are the rules page (domain/customer.md)."""

from chassis.policies import Policy
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.channel import ChannelPolicy, DiscountPolicy, OpportunityPolicy, RebatePolicy
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
    RebatePolicy,
    DiscountPolicy,
    ChannelPolicy,
    OpportunityPolicy,
)

__all__ = [
    "BOXES",
    "POLICIES",
    "AbcPolicy",
    "AccessPolicy",
    "Bins",
    "BoxWeights",
    "CarePolicy",
    "ChannelPolicy",
    "ComplaintPolicy",
    "DiscountPolicy",
    "FilePolicy",
    "Guarantees",
    "IndexWeights",
    "LifetimePolicy",
    "NineBoxPolicy",
    "OpportunityPolicy",
    "PointsPolicy",
    "PyramidShares",
    "RebatePolicy",
    "RelationshipPolicy",
    "SatisfactionPolicy",
    "TieringPolicy",
    "tiering_policy",
]
