"""Orders: approved or held by the order check, released, and checked again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.policies import PolicyVersion
from contracts.credit import (
    CreditShadowChecked,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    OverrideEnded,
)
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.orders.check import Check, Position, check
from credit_svc.orders.order_book import HeldOrder
from credit_svc.policies.credit import CreditPolicy
from credit_svc.receivables.ledger import NOTHING

Release = Literal["invoiced", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    order_id: str
    customer_id: str
    ordered_on: date
    amount: Decimal
    currency: str

    @property
    def on(self) -> date:
        return self.ordered_on


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """The order was delivered or cancelled on a day."""

    order_id: str
    customer_id: str
    on: date
    cause: Release


def _check_order(decision: AccountDecision, order: CheckOrder) -> None:
    orders, on = decision.state.orders, order.ordered_on
    if orders.is_answered(order.order_id):
        return
    policy = decision.policy(CreditPolicy, on)
    if order.order_id in orders.invoiced:
        # The invoice came before the order: the goods are sold, and the receivables hold the amount already.
        position = decision.state.position(on, decision.policies, order.currency)
        nothing_more = check(position, NOTHING, order.currency, policy.document)
        decision.emit(_approval(decision, order, on, position, nothing_more, policy))
        release(decision, order.order_id, "invoiced", on)
        check_held_orders(decision, on)
        return
    position, found = look_at(decision, order, on, policy)
    _run_shadow(decision, order, position, found, policy)
    if found.approved:
        decision.emit(_approval(decision, order, on, position, found, policy))
    else:
        decision.emit(hold(decision, order, on, position, found, policy))


def _release(decision: AccountDecision, command: ReleaseOrder) -> None:
    if release(decision, command.order_id, command.cause, command.on):
        check_held_orders(decision, command.on)


def check_held_orders(decision: AccountDecision, on: date) -> None:
    """Approve the held orders that fit now, the oldest first."""
    if not decision.state.orders.held:
        return
    on = decision.day(on)
    policy = decision.policy(CreditPolicy, on)
    for order in decision.state.orders.oldest_first():
        position, found = look_at(decision, order, on, policy)
        if found.approved:
            decision.emit(_approval(decision, order, on, position, found, policy))


def release(decision: AccountDecision, order_id: str, cause: Release, on: date) -> bool:
    """The order no longer counts. True when it frees room that may be enough for an order that waits."""
    orders = decision.state.orders
    if order_id in orders.released:
        return False
    if order_id in orders.overrides:
        decision.emit(OverrideEnded(order_id=order_id, customer_id=decision.id, ended_on=on, cause="used"))
    decision.emit(OrderExposureReleased(order_id=order_id, customer_id=decision.id, cause=cause))
    return order_id in orders.approved


def look_at(
    decision: AccountDecision, order: CheckOrder | HeldOrder, on: date, policy: PolicyVersion[CreditPolicy]
) -> tuple[Position, Check]:
    """The account on a day, and what the order check answers."""
    position = decision.state.position(on, decision.policies, order.currency)
    rate = decision.state.rate(order.currency, on, decision.policies)
    return position, check(position, order.amount, order.currency, policy.document, rate)


def _approval(
    decision: AccountDecision,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditApproved:
    return OrderCreditApproved(
        order_id=order.order_id,
        customer_id=decision.id,
        amount=order.amount,
        currency=order.currency,
        exposure=position.exposure,
        status=found.status,
        after_hold=order.order_id in decision.state.orders.held,
        policy_version=policy.version,
        rate=decision.state.rate(order.currency, on, decision.policies),
    )


def hold(
    decision: AccountDecision,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditHeld:
    return OrderCreditHeld(
        order_id=order.order_id,
        customer_id=decision.id,
        amount=order.amount,
        currency=order.currency,
        exposure=position.exposure,
        status=found.status,
        reason=found.reason,
        releases_at=found.releases_at,
        policy_version=policy.version,
        rate=decision.state.rate(order.currency, on, decision.policies),
    )


def _run_shadow(
    decision: AccountDecision, order: CheckOrder, position: Position, live: Check, policy: PolicyVersion[CreditPolicy]
) -> None:
    """What a candidate policy would answer beside the live one; it decides nothing."""
    candidate = decision.policies.shadow(CreditPolicy)
    if candidate is None:
        return
    rate = decision.state.rate(order.currency, order.ordered_on, decision.policies)
    limit = decision.state.line.on(order.ordered_on, candidate.document.default_limit)
    exposure = position.exposure.model_copy(update={"limit": limit})
    beside = Position(
        exposure, position.oldest_overdue, position.days_past_due, position.holding_step, position.credit_class,
        position.behaviour, position.stopped_because,
    )  # fmt: skip
    found = check(beside, order.amount, order.currency, candidate.document, rate)
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


DECIDE: Handlers = {CheckOrder: _check_order, ReleaseOrder: _release}
