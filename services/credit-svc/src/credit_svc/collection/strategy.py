"""How a customer's debts are pursued, and whether deliveries go on meanwhile. Pure.

Source: the rules page, "Strategy by customer class".
"""

from contracts.credit import BehaviourClass, Strategy
from credit_svc.assessment.file import File
from credit_svc.collection.case import Case
from credit_svc.orders.check import Position, money
from credit_svc.policies.collection import CollectionPolicy


def strategy_of(file: File, behaviour: BehaviourClass, policy: CollectionPolicy) -> tuple[Strategy, str]:
    """The strategy with its reason; high risk goes before large, large before low risk."""
    if behaviour in policy.high_risk_behaviour:
        return "high_risk", f"The behaviour class is {behaviour}."
    if file.credit_class in policy.high_risk_classes:
        return "high_risk", f"The credit class is {file.credit_class}."
    if file.is_key_account:
        return "large", "The customer is a key account."
    if file.tier in policy.large_tiers:
        return "large", f"The customer's tier is {file.tier}."
    if file.credit_class in policy.low_risk_classes:
        return "low_risk", f"The credit class is {file.credit_class}."
    return "general", "Neither large, nor of high or low risk."


def why_stop_deliveries(
    case: Case, behaviour: BehaviourClass, position: Position, policy: CollectionPolicy
) -> str | None:
    """Why nothing is delivered any more, None while deliveries go on."""
    rule = policy.rule_of(case.strategy)
    if rule.stops_deliveries == "at_once":
        return f"Case {case.case_id} is of high risk: deliveries stop with the first overdue invoice."
    if rule.stops_deliveries == "in_bad_faith":
        return "The customer does not want to pay: behaviour class D." if behaviour == "D" else None
    if case.has_reached("stop_supply"):
        return f"Case {case.case_id} reached the step {case.steps[-1]}."
    exposure, limit = position.exposure.total, position.exposure.limit
    if case.strategy != "general" or exposure <= limit or position.days_past_due <= policy.stop_over_limit_after_days:
        return None
    currency = position.exposure.currency
    return (
        f"The exposure of {money(exposure, currency)} is over the limit of {money(limit, currency)}, and "
        f"{position.oldest_overdue} is {position.days_past_due} days past due, more than "
        f"{policy.stop_over_limit_after_days}."
    )
