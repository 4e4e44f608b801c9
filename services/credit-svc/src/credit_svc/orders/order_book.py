"""The orders of an account: those that wait, those that count, those that are done. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from immutables import Map

from contracts.credit import (
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderExposureReleased,
    OverrideEnded,
)
from credit_svc.receivables.exchange import converted
from credit_svc.receivables.ledger import EMPTY, NOTHING

V = TypeVar("V")

OrderEvent = OrderCreditApproved | OrderCreditHeld | OrderCreditOverridden | OverrideEnded | OrderExposureReleased


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that waits; ``number`` counts the holds of the account, the oldest is the smallest."""

    order_id: str
    amount: Decimal
    currency: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """A held order that a person let through until a day."""

    order: HeldOrder
    ends_on: date


@dataclass(frozen=True)
class Orders:
    """``approved``: order → amount, in the account's currency. ``released``: orders that no longer count. ``invoiced``:
    those with an invoice. ``total``: the approved ones together."""

    held: Map[str, HeldOrder] = EMPTY
    approved: Map[str, Decimal] = EMPTY
    overrides: Map[str, Override] = EMPTY
    released: Map[str, str] = EMPTY
    invoiced: Map[str, str] = EMPTY
    holds: int = 0
    total: Decimal = NOTHING

    def is_answered(self, order_id: str) -> bool:
        return order_id in self.held or order_id in self.approved or order_id in self.released

    def oldest_first(self) -> list[HeldOrder]:
        return sorted(self.held.values(), key=lambda order: order.number)


def evolve(orders: Orders, event: OrderEvent) -> Orders:
    match event:
        case OrderCreditApproved() as e:
            return _counted(orders, e)
        case OrderCreditOverridden() as e:
            waiting = orders.held.get(e.order_id) or HeldOrder(
                e.order_id, e.amount, e.currency, orders.holds, e.held_because
            )
            counted = _counted(orders, e)
            return replace(counted, overrides=counted.overrides.set(e.order_id, Override(waiting, e.ends_on)))
        case OrderCreditHeld() as e:
            again = orders.held.get(e.order_id)
            number = again.number if again else orders.holds
            held = orders.held.set(e.order_id, HeldOrder(e.order_id, e.amount, e.currency, number, e.reason))
            return replace(orders, held=held, holds=orders.holds + (again is None))
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
        case OrderExposureReleased(order_id=order_id, cause=cause):
            done = _uncounted(orders, order_id)
            return replace(done, held=_without(done.held, order_id), released=done.released.set(order_id, cause))


def with_invoice(orders: Orders, event: InvoiceRecorded) -> Orders:
    """The order of an invoice is known as invoiced, whether the order itself is known already or not."""
    if event.order_id is None:
        return orders
    return replace(orders, invoiced=orders.invoiced.set(event.order_id, event.invoice_id))


def _counted(orders: Orders, event: OrderCreditApproved | OrderCreditOverridden) -> Orders:
    amount = converted(event.amount, event.rate.rate) if event.rate else event.amount
    return replace(
        orders,
        held=_without(orders.held, event.order_id),
        approved=orders.approved.set(event.order_id, amount),
        total=orders.total + amount - orders.approved.get(event.order_id, NOTHING),
    )


def _uncounted(orders: Orders, order_id: str) -> Orders:
    amount = orders.approved.get(order_id)
    if amount is None:
        return orders
    return replace(orders, approved=orders.approved.delete(order_id), total=orders.total - amount)


def _without(known: Map[str, V], key: str) -> Map[str, V]:
    return known.delete(key) if key in known else known
