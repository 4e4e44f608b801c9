"""How a customer's debts are pursued, and whether deliveries go on meanwhile. Pure.

Source: the rules page, "Strategy by customer class".
"""

from contracts.credit import BehaviourClass, Strategy
from credit_svc.assessment.file import File
from credit_svc.collection.case import Case
from credit_svc.orders.check import Position, money
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.sentences import Sentences


def strategy_of(file: File, behaviour: BehaviourClass, policy: CollectionPolicy) -> tuple[Strategy, str]:
    """The strategy with its reason; high risk goes before large, large before low risk."""
    if behaviour in policy.high_risk_behaviour:
        return "high_risk", Sentences.BEHAVIOUR_CLASS(behaviour=behaviour)
    if file.credit_class in policy.high_risk_classes:
        return "high_risk", Sentences.CREDIT_CLASS(credit_class=file.credit_class)
    if file.is_key_account:
        return "large", Sentences.KEY_ACCOUNT()
    if file.tier in policy.large_tiers:
        return "large", Sentences.TIER(tier=file.tier)
    if file.credit_class in policy.low_risk_classes:
        return "low_risk", Sentences.CREDIT_CLASS(credit_class=file.credit_class)
    return "general", Sentences.NEITHER_LARGE_NOR_RISKY()


def why_stop_deliveries(
    case: Case, behaviour: BehaviourClass, position: Position, policy: CollectionPolicy
) -> str | None:
    """Why nothing is delivered any more, None while deliveries go on."""
    rule = policy.rule_of(case.strategy)
    if rule.stops_deliveries == "at_once":
        return Sentences.STOPPED_AT_HIGH_RISK(case_id=case.case_id)
    if rule.stops_deliveries == "in_bad_faith":
        return Sentences.STOPPED_FOR_BAD_FAITH() if behaviour == "D" else None
    if case.has_reached("stop_supply"):
        return Sentences.STOPPED_BY_STEP(case_id=case.case_id, step=case.current)
    exposure, limit = position.exposure.total, position.exposure.limit
    if case.strategy != "general" or exposure <= limit or position.days_past_due <= policy.stop_over_limit_after_days:
        return None
    currency = position.exposure.currency
    return Sentences.STOPPED_OVER_LIMIT(
        exposure=money(exposure, currency),
        limit=money(limit, currency),
        invoice_id=position.oldest_overdue,
        days=position.days_past_due,
        days_max=policy.stop_over_limit_after_days,
    )
