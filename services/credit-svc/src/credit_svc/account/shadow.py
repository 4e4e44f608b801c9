"""The shadow check: a candidate policy answers each order beside the live one."""

from datetime import date

from chassis.policies import PolicyVersion
from contracts.credit import CreditShadowChecked
from credit_svc.account.decision import AccountDecision
from credit_svc.orders.check import Check, Position, check
from credit_svc.orders.order_book import Amounted
from credit_svc.policies.credit import CreditPolicy


def run_shadow(
    decision: AccountDecision,
    order: Amounted,
    on: date,
    position: Position,
    live: Check,
    policy: PolicyVersion[CreditPolicy],
) -> None:
    """What a candidate policy would answer beside the live one; it decides nothing."""
    candidate = decision.policies.shadow(CreditPolicy)
    if candidate is None:
        return
    rate = decision.state.rate(order.currency, on, decision.policies)
    limit = decision.state.line.on(on, candidate.document.default_limit)
    exposure = position.exposure.model_copy(update={"limit": limit})
    beside = Position(
        exposure, position.oldest_overdue, position.days_past_due, position.holding_step, position.credit_class,
        position.behaviour, position.stopped_because, position.plan_id, position.support,
    )  # fmt: skip
    rest = decision.state.orders.rest(order, rate)
    found = check(beside, rest, order.currency, candidate.document, rate, live.advance)
    decision.emit(
        CreditShadowChecked(
            order_id=order.order_id,
            customer_id=decision.id,
            amount=order.amount,
            currency=order.currency,
            live_status=live.status,
            shadow_status=found.status,
            live_approves=live.approved,
            shadow_approves=found.approved,
            reason=found.reason,
            exposure=exposure,
            policy_version=policy.version,
            shadow=candidate.version,
        )
    )
