"""Orders: approved or held by the order check, counted until they are invoiced, and checked again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.domain import Refusal
from chassis.policies import PolicyVersion
from contracts.credit import (
    OrderCreditApproved,
    OrderCreditHeld,
    OrderDeliveryNoted,
    OrderExposureChanged,
    OrderExposureReleased,
    OverrideEnded,
)
from credit_svc.account.advances import advance_of
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.shadow import run_shadow
from credit_svc.orders.check import Check, Position, check, money
from credit_svc.orders.order_book import HeldOrder
from credit_svc.orders.total_room import is_held_for_room, requested
from credit_svc.policies.credit import CreditPolicy
from credit_svc.receivables.facts import NOTHING

Release = Literal["invoiced", "delivered", "cancelled", "closed", "restated"]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    order_id: str
    customer_id: str
    ordered_on: date
    amount: Decimal
    currency: str
    is_placed: bool = False
    """The order itself, which stands against what was asked about it before."""
    priority: int = 0  # of orders that wait for room within the total the higher one is first

    @property
    def on(self) -> date:
        return self.ordered_on


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """The order was cancelled, or delivered, on a day. What was delivered goes on counting until it is invoiced."""

    order_id: str
    customer_id: str
    on: date
    cause: Literal["delivered", "cancelled"]


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """A person decides that nothing more of an order will be invoiced."""

    customer_id: str
    order_id: str
    reason: str
    by: str
    on: date


class OrderOfAnotherAmount(Refusal):
    """Order {order_id} is known with {known}; it cannot be checked again with {given}.
    Cancel it, and give the new order an id of its own."""


class OrderNotOpen(Refusal):
    """Nothing of order {order_id} of customer {customer_id} counts or waits, so there is nothing to close."""


def _check_order(decision: AccountDecision, order: CheckOrder) -> None:
    orders, on = decision.state.orders, order.ordered_on
    known = orders.ordered.get(order.order_id)
    is_another = known is not None and (known.amount, known.currency) != (order.amount, order.currency)
    if (
        known is not None
        and is_another
        and order.is_placed
        and (order.order_id in orders.held or order.order_id in orders.approved)
    ):
        release(decision, order.order_id, "restated", on)
        orders = decision.state.orders
    elif orders.is_answered(order.order_id):
        if known is not None and is_another:
            raise OrderOfAnotherAmount(
                order_id=order.order_id,
                known=money(known.amount, known.currency),
                given=money(order.amount, order.currency),
            )
        return
    policy = decision.policy(CreditPolicy, on)
    rate = decision.state.rate(order.currency, on, decision.policies)
    rest = orders.rest(order, rate)
    is_sold = not rest and order.order_id in orders.invoiced
    if is_sold or order.order_id in orders.delivered:
        # The invoice or the delivery came before the order: the goods are gone, and holding the order would hold nothing.
        position = decision.state.position(on, decision.policies, order.currency)
        nothing_more = check(position, NOTHING, order.currency, policy.document)
        decision.emit(approval(decision, order, on, position, nothing_more, policy))
    else:
        position, found = look_at(decision, order, on, policy)
        run_shadow(decision, order, on, position, found, policy)
        decision.emit(answer_of(decision, order, on, position, found, policy))
        if order.order_id in decision.state.orders.held:
            return
    if not rest:
        recount(decision, order.order_id, "invoiced", on)
        check_held_orders(decision, on)


def _release(decision: AccountDecision, command: ReleaseOrder) -> None:
    if command.cause == "delivered":
        _note_delivery(decision, command)
    elif release(decision, command.order_id, command.cause, command.on):
        check_held_orders(decision, command.on)


def _note_delivery(decision: AccountDecision, command: ReleaseOrder) -> None:
    """What is delivered is owed: an order that was held, or cancelled, counts now for what is not invoiced."""
    orders, order_id = decision.state.orders, command.order_id
    if order_id in orders.delivered or orders.released.get(order_id) not in (None, "cancelled"):
        return
    if order_id in orders.overrides:
        decision.emit(OverrideEnded(order_id=order_id, customer_id=decision.id, ended_on=command.on, cause="used"))
    decision.emit(OrderDeliveryNoted(order_id=order_id, customer_id=decision.id, delivered_on=command.on))
    if order_id in orders.ordered and order_id not in orders.approved:
        recount(decision, order_id, "delivered", command.on)


def _close(decision: AccountDecision, command: CloseOrder) -> None:
    orders = decision.state.orders
    if command.order_id not in orders.approved and command.order_id not in orders.held:
        raise OrderNotOpen(order_id=command.order_id, customer_id=decision.id)
    if release(decision, command.order_id, "closed", command.on, command.reason, command.by):
        check_held_orders(decision, command.on)


def recount(
    decision: AccountDecision, order_id: str | None, cause: Literal["invoiced", "corrected", "delivered"], on: date
) -> None:
    """What an order takes of the limit after its invoices changed, or after it was delivered; nothing more to count releases it.

    An order that waits goes on waiting for its rest; one that waited until its invoices came is checked anew when they are taken
    away; one that a person closed, or that was cancelled, stays as it is.
    """
    orders = decision.state.orders
    order = orders.ordered.get(order_id or "")
    if order is None or (orders.released.get(order.order_id) not in (None, "invoiced") and cause != "delivered"):
        return
    rest, counted = orders.rest(order, order.rate), orders.counted(order, order.rate)
    if not rest:
        release(decision, order.order_id, "invoiced", on)
        return
    if cause != "delivered" and order.order_id in orders.invoiced_held:
        _check_anew(decision, orders.invoiced_held[order.order_id], decision.day(on))
        return
    if cause != "delivered" and (order.order_id in orders.held or orders.approved.get(order.order_id) == counted):
        return
    decision.emit(
        OrderExposureChanged(
            order_id=order.order_id,
            customer_id=decision.id,
            cause=cause,
            rest=rest,
            currency=order.currency,
            counted=counted,
        )
    )


def _check_anew(decision: AccountDecision, order: HeldOrder, on: date) -> None:
    policy = decision.policy(CreditPolicy, on)
    position, found = look_at(decision, order, on, policy)
    decision.emit(answer_of(decision, order, on, position, found, policy))


def check_held_orders(decision: AccountDecision, on: date) -> None:
    """Approve the held orders that fit now, the oldest first."""
    if not decision.state.orders.held:
        return
    on = decision.day(on)
    policy = decision.policy(CreditPolicy, on)
    for order in decision.state.orders.oldest_first():
        position, found = look_at(decision, order, on, policy)
        if found.approved and not is_held_for_room(on, decision.policies):
            decision.emit(approval(decision, order, on, position, found, policy))
        elif found.approved and order.total_room is None:
            decision.emit(hold(decision, order, on, position, found, policy))


def release(
    decision: AccountDecision,
    order_id: str,
    cause: Release,
    on: date,
    reason: str | None = None,
    by: str | None = None,
) -> bool:
    """The order no longer counts. True when it frees room that may be enough for an order that waits."""
    orders = decision.state.orders
    if order_id in orders.released:
        return False
    if order_id in orders.overrides:
        decision.emit(OverrideEnded(order_id=order_id, customer_id=decision.id, ended_on=on, cause="used"))
    decision.emit(
        OrderExposureReleased(order_id=order_id, customer_id=decision.id, cause=cause, reason=reason, released_by=by)
    )
    return order_id in orders.approved


def look_at(
    decision: AccountDecision, order: CheckOrder | HeldOrder, on: date, policy: PolicyVersion[CreditPolicy]
) -> tuple[Position, Check]:
    """The account on a day, and what the order check answers for what of the order is not invoiced yet."""
    account = decision.state
    position = account.position(on, decision.policies, order.currency)
    rate = account.rate(order.currency, on, decision.policies)
    rest = account.orders.rest(order, rate)
    advance = advance_of(account, order, on, decision.policies)
    return position, check(position, rest, order.currency, policy.document, rate, advance)


def answer_of(
    decision: AccountDecision,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditApproved | OrderCreditHeld:
    """Approved, or held: for what the check found, or until there is room within the total."""
    if found.approved and not is_held_for_room(on, decision.policies):
        return approval(decision, order, on, position, found, policy)
    return hold(decision, order, on, position, found, policy)


def approval(
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
        after_hold=decision.state.orders.is_held(order.order_id),
        policy_version=policy.version,
        rate=(rate := decision.state.rate(order.currency, on, decision.policies)),
        rest=decision.state.orders.rest_if_less(order, rate),
        decided_on=on,
        in_advance=found.advance.needed if found.advance else NOTHING,
        plan_id=found.plan_id,
    )


def hold(
    decision: AccountDecision,
    order: CheckOrder | HeldOrder,
    on: date,
    position: Position,
    found: Check,
    policy: PolicyVersion[CreditPolicy],
) -> OrderCreditHeld:
    found = requested(found) if found.approved else found
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
        decided_on=on,
        total_room=found.total_room,
        priority=order.priority,
    )


DECIDE: Handlers = {CheckOrder: _check_order, ReleaseOrder: _release, CloseOrder: _close}
