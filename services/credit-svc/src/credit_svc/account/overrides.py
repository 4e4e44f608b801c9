"""Overrides: a person lets a held order through until a day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.domain import Refusal
from contracts.credit import OrderCreditOverridden, OverrideEnded
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.orders import check_held_orders, hold, look_at
from credit_svc.policies.credit import CreditPolicy


@dataclass(frozen=True, slots=True)
class OverrideHold:
    """A person lets a held order through until a day, the last one."""

    customer_id: str
    order_id: str
    ends_on: date
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class EndOverride:
    """``is_over``: its last day has passed; otherwise a person withdrew it."""

    customer_id: str
    order_id: str
    on: date
    is_over: bool


class OrderNotHeld(Refusal):
    """Order {order_id} of customer {customer_id} is not held, so there is nothing to override."""


class OverrideEndsInThePast(Refusal):
    """An override must end today or later; {ends_on} is before {on}."""

    status = 422


class NotOverridden(Refusal):
    """Order {order_id} has no override in force."""

    status = 404


def _override(decision: AccountDecision, command: OverrideHold) -> None:
    order = decision.state.orders.held.get(command.order_id)
    if order is None:
        if command.order_id in decision.state.orders.overrides:
            return
        raise OrderNotHeld(order_id=command.order_id, customer_id=decision.id)
    if command.ends_on < command.on:
        raise OverrideEndsInThePast(ends_on=command.ends_on, on=command.on)
    position = decision.state.position(command.on, decision.policies, order.currency)
    rate = decision.state.rate(order.currency, command.on, decision.policies)
    decision.emit(
        OrderCreditOverridden(
            order_id=order.order_id,
            customer_id=decision.id,
            amount=order.amount,
            currency=order.currency,
            exposure=position.exposure,
            reason=command.reason,
            overridden_by=command.by,
            ends_on=command.ends_on,
            held_because=order.reason,
            policy_version=decision.policy(CreditPolicy, command.on).version,
            rate=rate,
            rest=decision.state.orders.rest_if_less(order, rate),
        )
    )


def _end_override(decision: AccountDecision, command: EndOverride) -> None:
    """The order waits again, or fits by now; other orders may fit in the room that it frees."""
    if command.order_id not in decision.state.orders.overrides:
        if command.is_over:
            return
        raise NotOverridden(order_id=command.order_id)
    cause: Literal["expired", "withdrawn"] = "expired" if command.is_over else "withdrawn"
    decision.emit(OverrideEnded(order_id=command.order_id, customer_id=decision.id, ended_on=command.on, cause=cause))
    on = decision.day(command.on)
    order, policy = decision.state.orders.held[command.order_id], decision.policy(CreditPolicy, on)
    position, found = look_at(decision, order, on, policy)
    if not found.approved:
        decision.emit(hold(decision, order, on, position, found, policy))
    check_held_orders(decision, on)


DECIDE: Handlers = {OverrideHold: _override, EndOverride: _end_override}
