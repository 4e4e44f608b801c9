"""The orders of an account: those that wait, those that count, those that are done. Pure.

An order counts for what is not invoiced yet, whether it is delivered or not: from its approval until its invoices add up to
it, it is cancelled, or a person closes it. So the exposure is never below what is approved, delivered or invoiced and not paid.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from immutables import Map

from chassis.values import replace
from contracts.credit import (
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderDeliveryNoted,
    OrderExposureChanged,
    OrderExposureReleased,
    OverrideEnded,
    Rate,
)
from contracts.currencies import rounded
from credit_svc.orders.check import TotalRoom
from credit_svc.receivables.facts import EMPTY, NOTHING

V = TypeVar("V")

OrderEvent = (
    OrderCreditApproved
    | OrderCreditHeld
    | OrderCreditOverridden
    | OverrideEnded
    | OrderExposureChanged
    | OrderDeliveryNoted
    | OrderExposureReleased
)


class Amounted(Protocol):
    """An order, whether it waits, counts or is just being checked."""

    @property
    def order_id(self) -> str: ...

    @property
    def amount(self) -> Decimal: ...

    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that waits; ``number`` counts the holds of the account, the oldest is the smallest.

    ``total_room``: it fits the customer's limit, and needs room within the total of all customers; ``has_waited``: for more than
    the answer whether there is some.
    """

    order_id: str
    amount: Decimal
    currency: str
    number: int
    reason: str
    priority: int = 0
    total_room: TotalRoom | None = None
    has_waited: bool = True


@dataclass(frozen=True, slots=True)
class Override:
    """A held order that a person let through until a day."""

    order: HeldOrder
    ends_on: date


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order was decided for; ``rate`` turns its currency into the account's, where it is another one. ``in_advance``: what of
    it had come before it was approved, in its own currency."""

    order_id: str
    amount: Decimal
    currency: str
    rate: Rate | None = None
    in_advance: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Invoiced:
    """An invoice of an order; ``own``: in the account's currency, None while it is outside of the exposure for want of a rate."""

    amount: Decimal
    currency: str
    own: Decimal | None


@dataclass(frozen=True)
class Orders:
    """``approved``: order → what of it counts, in the account's currency; ``total``: all of them together. ``ordered``: every
    order that was decided. ``released``: those that no longer count, each with its cause. ``invoiced``: order → its invoices,
    known before the order or after it. ``delivered``: those delivered, with the day. ``invoiced_held``: those that waited when
    invoices came for all of them."""

    held: Map[str, HeldOrder] = EMPTY
    approved: Map[str, Decimal] = EMPTY
    overrides: Map[str, Override] = EMPTY
    released: Map[str, str] = EMPTY
    ordered: Map[str, Ordered] = EMPTY
    invoiced: Map[str, Map[str, Invoiced]] = EMPTY
    delivered: Map[str, date] = EMPTY
    invoiced_held: Map[str, HeldOrder] = EMPTY
    holds: int = 0
    total: Decimal = NOTHING

    def is_answered(self, order_id: str) -> bool:
        """An order that was cancelled after its answer may be placed again; then it is checked again, as one of another amount is."""
        if self.released.get(order_id) in ("cancelled", "restated"):
            return order_id not in self.ordered
        return order_id in self.held or order_id in self.approved or order_id in self.released

    def is_held(self, order_id: str) -> bool:
        """Not while nothing but room within the total was requested for it, which is part of its check."""
        return order_id in self.held and self.held[order_id].has_waited

    def oldest_first(self) -> list[HeldOrder]:
        return sorted(self.held.values(), key=lambda order: order.number)

    def rest(self, order: Amounted, rate: Rate | None) -> Decimal:
        """What of an order is not invoiced yet, in its own currency; ``rate`` turns that into the account's.

        An invoice outside of the exposure takes nothing off, so that what was sold counts in one place at least.
        """
        taken = other = NOTHING
        for invoice in self.invoiced.get(order.order_id, EMPTY).values():
            if invoice.own is not None and invoice.currency == order.currency:
                taken += invoice.amount
            elif invoice.own is not None:
                other += invoice.own
        if rate is not None:
            # All of them at once, so that invoices that make the whole order leave nothing of it.
            other = rounded(other / rate.rate, order.currency)
        return max(NOTHING, order.amount - taken - other)

    def rest_if_less(self, order: Amounted, rate: Rate | None) -> Decimal | None:
        """The rest of an order of which a part is invoiced; None when nothing is."""
        rest = self.rest(order, rate)
        return None if rest == order.amount else rest

    def counted(self, order: Amounted, rate: Rate | None) -> Decimal:
        """What the rest of an order takes of the limit, in the account's currency."""
        rest = self.rest(order, rate)
        return rate.converted(rest) if rate is not None else rest


def evolve(orders: Orders, event: OrderEvent) -> Orders:
    match event:
        case OrderCreditApproved() as e:
            return _approved(orders, e)
        case OrderCreditOverridden() as e:
            waiting = orders.held.get(e.order_id) or HeldOrder(
                e.order_id, e.amount, e.currency, orders.holds, e.held_because
            )
            counted = _approved(orders, e)
            waiting = replace(waiting, total_room=None)  # once the override is over, room is requested anew
            return replace(counted, overrides=counted.overrides.set(e.order_id, Override(waiting, e.ends_on)))
        case OrderCreditHeld() as e:
            again = orders.held.get(e.order_id)
            number = again.number if again else orders.holds
            waited = e.total_room != "requested" or (again is not None and again.has_waited)
            order = HeldOrder(e.order_id, e.amount, e.currency, number, e.reason, e.priority, e.total_room, waited)
            held = orders.held.set(e.order_id, order)
            invoiced_held = _without(orders.invoiced_held, e.order_id)
            known = replace(orders, held=held, holds=orders.holds + (again is None), invoiced_held=invoiced_held)
            return replace(known, ordered=_known(orders, e), released=_without(orders.released, e.order_id))
        case OverrideEnded(order_id=order_id, cause="used"):
            return replace(orders, overrides=_without(orders.overrides, order_id))
        case OverrideEnded(order_id=order_id):
            ended = _uncounted(orders, order_id)
            waiting = orders.overrides[order_id].order
            return replace(
                ended,
                overrides=_without(orders.overrides, order_id),
                held=ended.held.set(order_id, waiting),
            )
        case OrderExposureChanged(order_id=order_id, counted=amount):
            return _counted(orders, order_id, amount)
        case OrderDeliveryNoted(order_id=order_id, delivered_on=on):
            delivered = orders.delivered.set(order_id, on)
            return replace(orders, delivered=delivered, released=_without(orders.released, order_id))
        case OrderExposureReleased(order_id=order_id, cause=cause):
            done, held_before = _uncounted(orders, order_id), orders.held.get(order_id)
            if cause == "invoiced" and held_before is not None:
                done = replace(done, invoiced_held=done.invoiced_held.set(order_id, held_before))
            return replace(
                done,
                held=_without(done.held, order_id),
                released=done.released.set(order_id, cause),
                delivered=_without(done.delivered, order_id) if cause == "cancelled" else done.delivered,
            )


def with_invoice(orders: Orders, order_id: str | None, invoice_id: str, invoiced: Invoiced) -> Orders:
    """An invoice, or its correction, is known of its order, whether the order itself is known already or not."""
    if order_id is None:
        return orders
    others = orders.invoiced.get(order_id, EMPTY)
    return replace(orders, invoiced=orders.invoiced.set(order_id, others.set(invoice_id, invoiced)))


def without_invoice(orders: Orders, order_id: str | None, invoice_id: str) -> Orders:
    """An invoice turned out to be of another order, or of none."""
    others = orders.invoiced.get(order_id or "", EMPTY)
    if order_id is None or invoice_id not in others:
        return orders
    return replace(orders, invoiced=orders.invoiced.set(order_id, others.delete(invoice_id)))


def _approved(orders: Orders, event: OrderCreditApproved | OrderCreditOverridden) -> Orders:
    rest = _rest_of_old(orders, event) if event.rest is None else event.rest
    counted = event.rate.converted(rest) if event.rate else rest
    return replace(_counted(orders, event.order_id, counted), ordered=_known(orders, event))


def _rest_of_old(orders: Orders, event: OrderCreditApproved | OrderCreditOverridden) -> Decimal:
    """All of the order, less the invoices that came before it: old events do not say the rest, and none of it was rounded."""
    taken = NOTHING
    for invoice in orders.invoiced.get(event.order_id, EMPTY).values():
        if invoice.own is not None:
            same = invoice.currency == event.currency
            taken += invoice.amount if same else invoice.own / (event.rate.rate if event.rate else 1)
    return max(NOTHING, event.amount - taken)


def _known(orders: Orders, event: OrderCreditApproved | OrderCreditOverridden | OrderCreditHeld) -> Map[str, Ordered]:
    in_advance = event.in_advance if isinstance(event, OrderCreditApproved) else NOTHING
    known = Ordered(event.order_id, event.amount, event.currency, event.rate, in_advance)
    return orders.ordered.set(event.order_id, known)


def _counted(orders: Orders, order_id: str, amount: Decimal) -> Orders:
    return replace(
        orders,
        held=_without(orders.held, order_id),
        released=_without(orders.released, order_id),
        invoiced_held=_without(orders.invoiced_held, order_id),
        approved=orders.approved.set(order_id, amount),
        total=orders.total + amount - orders.approved.get(order_id, NOTHING),
    )


def _uncounted(orders: Orders, order_id: str) -> Orders:
    amount = orders.approved.get(order_id)
    if amount is None:
        return orders
    return replace(orders, approved=orders.approved.delete(order_id), total=orders.total - amount)


def _without(known: Map[str, V], key: str) -> Map[str, V]:
    return known.delete(key) if key in known else known
