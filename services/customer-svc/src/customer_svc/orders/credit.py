"""What credit-svc decides about an order, and what that makes of it. Pure.

Rule: credit-svc decides by event, confirmed or held. A hold may be overridden there by
a person, until a day; the order waits again when that ends before it was used.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from contracts import Event
from contracts.customer import CreditDecisionNoted, HoldOverride, OrderConfirmed, OrderHeld
from customer_svc.orders.stages import Awaited, Closed, Confirmed, Held, Order, Overridden, Placed, Stage, Terms, evolve

# Commands


@dataclass(frozen=True, slots=True)
class ConfirmOrder:
    """Credit-svc approved; ``available_after`` is what is left of the limit with this order on it. ``amount`` and
    ``order_currency``, here and below: what was decided on."""

    order_id: str
    available_after: Decimal
    currency: str
    amount: Decimal | None = None
    order_currency: str | None = None


@dataclass(frozen=True, slots=True)
class HoldOrder:
    order_id: str
    reason: str
    releases_at: str
    amount: Decimal | None = None
    order_currency: str | None = None


@dataclass(frozen=True, slots=True)
class OverrideHold:
    """A person let the order through; what it leaves of the limit is below zero as a rule."""

    order_id: str
    override: HoldOverride
    available_after: Decimal
    currency: str
    amount: Decimal | None = None
    order_currency: str | None = None


@dataclass(frozen=True, slots=True)
class EndOverride:
    order_id: str
    because: Literal["used", "expired", "withdrawn"]
    ended_on: date


CreditDecision = ConfirmOrder | HoldOrder | OverrideHold | EndOverride
CREDIT_DECISIONS = (ConfirmOrder, HoldOrder, OverrideHold, EndOverride)


# Decide


def apply(command: CreditDecision, order: Stage) -> Sequence[Event]:
    """The events of a credit decision; none where it is known already, or no longer matters. One about an order that has not
    arrived waits in the order's own stream.
    """
    match order:
        case Awaited():
            return [_noted(command)]
        case Confirmed() | Closed():
            return []
        case Placed() | Held() | Overridden():
            return _apply(command, order)
        case _:
            assert_never(order)


def apply_noted(order: Order) -> Sequence[Event]:
    """What was decided about an order before it arrived, in the order of the decisions, on the terms with which it came.

    A decision on another amount decides nothing: credit-svc checks the order again with its own.
    """
    events: list[Event] = []
    stage = order.stage
    for noted in order.decisions:
        if isinstance(stage, Awaited | Closed) or not _is_of(noted, stage.terms):
            continue
        for event in apply(_command(noted), stage):
            events.append(event)
            stage = evolve(replace(order, stage=stage), event).stage
    return events


def _is_of(noted: CreditDecisionNoted, terms: Terms) -> bool:
    return noted.amount is None or (noted.amount, noted.order_currency) == (terms.total, terms.currency)


def _noted(command: CreditDecision) -> CreditDecisionNoted:
    match command:
        case ConfirmOrder(order_id, available_after, currency, amount, of):
            return CreditDecisionNoted(
                order_id=order_id, decision="confirmed", available_after=available_after, currency=currency,
                amount=amount, order_currency=of,
            )  # fmt: skip
        case HoldOrder(order_id, reason, releases_at, amount, of):
            return CreditDecisionNoted(
                order_id=order_id, decision="held", reason=reason, releases_at=releases_at, amount=amount,
                order_currency=of,
            )  # fmt: skip
        case OverrideHold(order_id, override, available_after, currency, amount, of):
            return CreditDecisionNoted(
                order_id=order_id, decision="overridden", override=override, available_after=available_after,
                currency=currency, amount=amount, order_currency=of,
            )  # fmt: skip
        case EndOverride(order_id, because, ended_on):
            return CreditDecisionNoted(order_id=order_id, decision="override_ended", end=because, ended_on=ended_on)


def _command(noted: CreditDecisionNoted) -> CreditDecision:
    available, currency = noted.available_after or Decimal(0), noted.currency or ""
    if noted.decision == "confirmed":
        return ConfirmOrder(noted.order_id, available, currency)
    if noted.override is not None:
        return OverrideHold(noted.order_id, noted.override, available, currency)
    if noted.end is not None and noted.ended_on is not None:
        return EndOverride(noted.order_id, noted.end, noted.ended_on)
    return HoldOrder(noted.order_id, noted.reason, noted.releases_at)


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
