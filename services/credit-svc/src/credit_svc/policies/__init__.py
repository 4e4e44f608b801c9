"""The rule book of credit: every threshold is a field here, and its default is the rules page."""

from chassis.policies import Policy
from credit_svc.policies.assessment import Band, ClassPolicy, LimitPolicy, Weights
from credit_svc.policies.collection import SEVERITY, CollectionPolicy, Rung, Stage, StrategyRule, WorklistWeights
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.receivables import (
    AGEING_BUCKETS,
    DatedRate,
    ExchangePolicy,
    InterestPolicy,
    Quotation,
    ReceivablesPolicy,
)

POLICIES: tuple[type[Policy], ...] = (
    CreditPolicy,
    ReceivablesPolicy,
    CollectionPolicy,
    ClassPolicy,
    LimitPolicy,
    InterestPolicy,
    ExchangePolicy,
)

__all__ = [
    "AGEING_BUCKETS",
    "POLICIES",
    "SEVERITY",
    "Band",
    "ClassPolicy",
    "CollectionPolicy",
    "CreditPolicy",
    "DatedRate",
    "ExchangePolicy",
    "InterestPolicy",
    "LimitPolicy",
    "Quotation",
    "ReceivablesPolicy",
    "Rung",
    "Stage",
    "StrategyRule",
    "Weights",
    "WorklistWeights",
]
