"""What is answered to orders."""

from datetime import date
from typing import Literal, assert_never

from chassis.policies import PolicyVersion
from contracts.credit import (
    CreditShadowChecked,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderExposureReleased,
    OverrideEnded,
)
from credit_svc.commands.orders import (
    CheckOrder,
    EndOverride,
    NotOverridden,
    OrderCommand,
    OrderNotHeld,
    OverrideEndsInThePast,
    OverrideHold,
    Release,
    ReleaseOrder,
)
from credit_svc.decisions.answer import Answer
from credit_svc.orders.check import Check, Position, check
from credit_svc.orders.order_book import HeldOrder
from credit_svc.policies import CreditPolicy
from credit_svc.receivables.ledger import NOTHING


def answer_order(answer: Answer, command: OrderCommand) -> None:
    match command:
        case CheckOrder():
            _check_order(answer, command)
        case ReleaseOrder(order_id=order_id, on=on, because=because):
            release(answer, order_id, because, on)
        case OverrideHold():
            _override(answer, command)
        case EndOverride():
            _end_override(answer, command)
        case _:
            assert_never(command)


def check_held_orders(answer: Answer, on: date) -> None:
    """Approve the held orders that fit now, the oldest first."""
    if not answer.account.orders.held:
        return
    on = answer.day(on)
    policy = answer.policy(CreditPolicy, on)
    for order in answer.account.orders.oldest_first():
        position, found = _looked_at(answer, order, on, policy)
        if found.approved:
            answer.tell(_approval(answer, order, on, position, found, policy))


def release(answer: Answer, order_id: str, because: Release, on: date) -> None:
    """The order counts no more; what it leaves free may be enough for an order that waits."""
    orders = answer.account.orders
    if order_id in orders.released:
        return
    if order_id in orders.overrides:
        answer.tell(OverrideEnded(order_id=order_id, customer_id=answer.customer_id, ended_on=on, cause="used"))
    answer.tell(OrderExposureReleased(order_id=order_id, customer_id=answer.customer_id, cause=because))
    if order_id in orders.approved:
        check_held_orders(answer, on)


def _check_order(answer: Answer, order: CheckOrder) -> None:
    orders, on = answer.account.orders, order.ordered_on
    if orders.is_answered(order.order_id):
        return
    policy = answer.policy(CreditPolicy, on)
    if order.order_id in orders.invoiced:
        # The invoice came before the order: the goods are sold, and the receivables hold the amount already.
        position = answer.account.position(on, answer.policies, order.currency)
        nothing_more = check(position, NOTHING, order.currency, policy.document)
        answer.tell(_approval(answer, order, on, position, nothing_more, policy))
        release(answer, order.order_id, "invoiced", on)
        return
    position, found = _looked_at(answer, order, on, policy)
    _run_shadow(answer, order, position, found, policy)
    if found.approved:
        answer.tell(_approval(answer, order, on, position, found, policy))
    else:
        answer.tell(_hold(answer, order, on, position, found, policy))


def _looked_at(
    answer: Answer, order: CheckOrder | HeldOrder, on: date, policy: PolicyVersion[CreditPolicy]
) -> tuple[Position, Check]:
    position = answer.account.position(on, answer.policies, order.currency)
    rate = answer.account.rate(order.currency, on, answer.policies)
    return position, check(position, order.amount, order.currency, policy.document, rate)


def _approval(
    answer: Answer,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditApproved:
    return OrderCreditApproved(
        order_id=order.order_id,
        customer_id=answer.customer_id,
        amount=order.amount,
        currency=order.currency,
        exposure=position.exposure,
        status=found.status,
        after_hold=order.order_id in answer.account.orders.held,
        policy_version=policy.version,
        rate=answer.account.rate(order.currency, on, answer.policies),
    )


def _hold(
    answer: Answer,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditHeld:
    return OrderCreditHeld(
        order_id=order.order_id,
        customer_id=answer.customer_id,
        amount=order.amount,
        currency=order.currency,
        exposure=position.exposure,
        status=found.status,
        reason=found.reason,
        releases_at=found.releases_at,
        policy_version=policy.version,
        rate=answer.account.rate(order.currency, on, answer.policies),
    )


def _run_shadow(
    answer: Answer, order: CheckOrder, position: Position, live: Check, policy: PolicyVersion[CreditPolicy]
) -> None:
    """What the candidate beside the live policy would say; nothing is decided by it."""
    candidate = answer.policies.shadow(CreditPolicy)
    if candidate is None:
        return
    rate = answer.account.rate(order.currency, order.ordered_on, answer.policies)
    limit = answer.account.line.on(order.ordered_on, candidate.document.default_limit)
    exposure = position.exposure.model_copy(update={"limit": limit})
    beside = Position(
        exposure, position.oldest_overdue, position.days_past_due, position.holding_step, position.credit_class,
        position.behaviour, position.stopped_because,
    )  # fmt: skip
    found = check(beside, order.amount, order.currency, candidate.document, rate)
    answer.tell(
        CreditShadowChecked(
            order_id=order.order_id,
            customer_id=answer.customer_id,
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


def _override(answer: Answer, command: OverrideHold) -> None:
    order = answer.account.orders.held.get(command.order_id)
    if order is None:
        if command.order_id in answer.account.orders.overrides:
            return
        raise OrderNotHeld(order_id=command.order_id, customer_id=answer.customer_id)
    if command.ends_on < command.on:
        raise OverrideEndsInThePast(ends_on=command.ends_on, on=command.on)
    position = answer.account.position(command.on, answer.policies, order.currency)
    answer.tell(
        OrderCreditOverridden(
            order_id=order.order_id,
            customer_id=answer.customer_id,
            amount=order.amount,
            currency=order.currency,
            exposure=position.exposure,
            reason=command.reason,
            overridden_by=command.by,
            ends_on=command.ends_on,
            held_because=order.reason,
            policy_version=answer.policy(CreditPolicy, command.on).version,
            rate=answer.account.rate(order.currency, command.on, answer.policies),
        )
    )


def _end_override(answer: Answer, command: EndOverride) -> None:
    """The order waits again, or fits by now; other orders may fit in the room it leaves."""
    if command.order_id not in answer.account.orders.overrides:
        if command.is_over:
            return
        raise NotOverridden(order_id=command.order_id)
    because: Literal["expired", "withdrawn"] = "expired" if command.is_over else "withdrawn"
    answer.tell(
        OverrideEnded(order_id=command.order_id, customer_id=answer.customer_id, ended_on=command.on, cause=because)
    )
    on = answer.day(command.on)
    order, policy = answer.account.orders.held[command.order_id], answer.policy(CreditPolicy, on)
    position, found = _looked_at(answer, order, on, policy)
    if not found.approved:
        answer.tell(_hold(answer, order, on, position, found, policy))
    check_held_orders(answer, on)
