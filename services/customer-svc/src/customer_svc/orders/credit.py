"""What credit-svc decides about an order, and what that makes of it. Pure.

Source: domain/customer.md, "Orders": credit-svc decides by event, confirmed or held. A hold may be overridden there by
a person, until a day; the order waits again when that ends before it was used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from chassis.domain import Refusal
from contracts import Event
from contracts.customer import HoldOverride, OrderConfirmed, OrderHeld
from customer_svc.orders.stages import Awaited, Closed, Confirmed, Held, Overridden, Placed, Stage

# Commands


@dataclass(frozen=True, slots=True)
class ConfirmOrder:
    """Credit-svc approved; ``available_after`` is what is left of the limit with this order on it."""

    order_id: str
    available_after: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class HoldOrder:
    order_id: str
    reason: str
    releases_at: str


@dataclass(frozen=True, slots=True)
class OverrideHold:
    """A person let the order through; what it leaves of the limit is below zero as a rule."""

    order_id: str
    override: HoldOverride
    available_after: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class EndOverride:
    order_id: str
    because: Literal["used", "expired", "withdrawn"]
    ended_on: date


CreditDecision = ConfirmOrder | HoldOrder | OverrideHold | EndOverride
CREDIT_DECISIONS = (ConfirmOrder, HoldOrder, OverrideHold, EndOverride)


# Decide


class OrderNotPlaced(Refusal):
    """Credit-svc decided about order {order_id}, which is not known here. Send its submission, then try again."""


def apply(command: CreditDecision, order: Stage) -> Sequence[Event]:
    """The events of a credit decision; none where it is known already, or no longer matters."""
    match order:
        case Awaited():
            raise OrderNotPlaced(order_id=command.order_id)
        case Confirmed() | Closed():
            return []
        case Placed() | Held() | Overridden():
            return _apply(command, order)
        case _:
            assert_never(order)


def _apply(command: CreditDecision, order: Placed | Held | Overridden) -> Sequence[Event]:
    match command:
        case ConfirmOrder():
            return [_confirmed(order, command)]
        case HoldOrder(_, reason, releases_at):
            known = isinstance(order, Held) and (order.reason, order.releases_at) == (reason, releases_at)
            if known or isinstance(order, Overridden):
                return []
            return [_held(order, command.order_id, reason, releases_at)]
        case OverrideHold(_, override):
            known = isinstance(order, Overridden) and order.override == override
            return [] if known else [_confirmed(order, command, override)]
        case EndOverride():
            return [_after_override(command, order)] if isinstance(order, Overridden) else []
        case _:
            assert_never(command)


def _after_override(command: EndOverride, order: Overridden) -> Event:
    """Used, the order is confirmed for good; else it waits as it did before, until credit-svc decides again."""
    ended = order.override.model_copy(update={"end": command.because, "ended_on": command.ended_on})
    if command.because == "used":
        return _confirmed(order, ConfirmOrder(command.order_id, order.available_after, order.currency), ended)
    return _held(order, command.order_id, ended.held_because, order.releases_at, ended)


def _confirmed(
    order: Placed | Held | Overridden, command: ConfirmOrder | OverrideHold, override: HoldOverride | None = None
) -> OrderConfirmed:
    return OrderConfirmed(
        order_id=command.order_id,
        customer_id=order.terms.customer_id,
        available_after=command.available_after,
        currency=command.currency,
        override=override,
    )


def _held(
    order: Placed | Held | Overridden,
    order_id: str,
    reason: str,
    releases_at: str,
    override: HoldOverride | None = None,
) -> OrderHeld:
    return OrderHeld(
        order_id=order_id,
        customer_id=order.terms.customer_id,
        reason=reason,
        releases_at=releases_at,
        override=override,
    )
