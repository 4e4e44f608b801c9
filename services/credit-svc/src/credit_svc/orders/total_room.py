"""An order that fits the customer's own limit, while orders are held for room within the total of all customers. Pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chassis.policies import PolicyBook
from contracts.currencies import money
from credit_svc.orders.check import Check, Hold, TotalRoom
from credit_svc.orders.order_book import HeldOrder
from credit_svc.policies.total_limit import TotalLimitPolicy
from credit_svc.sentences import Sentences


def is_held_for_room(on: date, policies: PolicyBook) -> bool:
    """Whether an order counts only once it has room within the total."""
    return policies.at(TotalLimitPolicy, on).document.on_full == "hold"


def requested(found: Check) -> Check:
    """What is answered until it is known whether there is room."""
    return _held(found, Sentences.TOTAL_ROOM_REQUESTED(), "requested")


def awaited(found: Check, used: Decimal, total: Decimal, free: Decimal, currency: str) -> Check:
    """There is none; amounts in the currency of the total."""
    reason = Sentences.TOTAL_FULL(used=money(used, currency), total=money(total, currency), free=money(free, currency))
    return _held(found, reason, "waiting")


def held_for_room(found: Check, order: HeldOrder | None) -> Check:
    """``found`` of an order that is held, with the hold for want of room that its account does not see."""
    if order is None or order.total_room is None or not found.approved:
        return found
    return _held(found, order.reason, order.total_room)


def _held(found: Check, reason: str, room: TotalRoom) -> Check:
    return replace(found, holds=(Hold(reason, Sentences.RELEASED_BY_TOTAL_ROOM()),), total_room=room)
