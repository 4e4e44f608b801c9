"""What the ERP sends about an order: submitted, delivered, cancelled, returned; the commands and their decisions. Pure.

Source: domain/customer.md, "Orders". The facts of the ERP may come in any order: a delivery, cancellation or return that
arrives before its order is published at once, waits here, and is published again in full right after the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chassis.domain import Refusal
from contracts import Event, erp
from contracts.customer import OrderCancelled, OrderDelivered, OrderPlaced, OrderReturned
from customer_svc.orders.stages import Awaited, Closed, Closing, Order, Terms, terms_of

# Commands


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    fact: erp.OrderSubmitted


@dataclass(frozen=True, slots=True)
class DeliverOrder:
    fact: erp.OrderDelivered


@dataclass(frozen=True, slots=True)
class CancelOrder:
    fact: erp.OrderCancelled


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Goods of a known order came back; raises ValueError for a return that names no order."""

    fact: erp.OrderReturned
    order_id: str = field(init=False)

    def __post_init__(self) -> None:
        if self.fact.order_id is None:
            raise ValueError(f"return {self.fact.return_id} names no order")
        object.__setattr__(self, "order_id", self.fact.order_id)


# Decide


class OrderDiffers(Refusal):
    """Order {order_id} is known as {known}; it cannot be submitted again as {given}.
    Cancel it, and give the new order an id of its own.
    """


class ReturnTooLarge(Refusal):
    """Return {return_id} brings what came back of order {order_id} to {returned}; the order is {total} {currency}.
    Correct the amount, or send it in the order's currency.
    """

    status = 422


def take_back(command: ReturnOrder, order: Order) -> Sequence[Event]:
    """A return may arrive before its order; then nothing is known that it could exceed."""
    fact, order_id = command.fact, command.order_id
    if fact.return_id in order.returned:
        return []
    total = sum((each.amount for each in order.returned.values()), fact.amount)
    terms = None if isinstance(order.stage, Awaited) else order.stage.terms
    if terms is not None and (total > terms.total or fact.currency != terms.currency):
        raise ReturnTooLarge(
            return_id=fact.return_id,
            order_id=order_id,
            returned=f"{total} {fact.currency}",
            total=terms.total,
            currency=terms.currency,
        )
    return [
        OrderReturned(
            return_id=fact.return_id,
            order_id=order_id,
            customer_id=fact.customer_id,
            returned_on=fact.returned_on,
            amount=fact.amount,
            currency=fact.currency,
            total=total,
            reason=fact.reason,
            ordered_on=None if terms is None else terms.ordered_on,
            region=None if terms is None else terms.region,
            of_cancelled=isinstance(order.stage, Closed) and order.stage.closing.cancelled,
        )
    ]


def submit(fact: erp.OrderSubmitted, order: Order) -> Sequence[Event]:
    terms = terms_of(fact)
    match order.stage:
        case Awaited(closing):
            placed = OrderPlaced(
                order_id=fact.order_id,
                customer_id=fact.customer_id,
                ordered_on=fact.ordered_on,
                currency=fact.currency,
                lines=fact.lines,
                total=fact.total,
                requested_on=fact.requested_on,
                region=fact.region,
            )
            known = sorted(order.returned.values(), key=lambda each: each.total)
            returned = [
                each.model_copy(update={"ordered_on": terms.ordered_on, "region": terms.region}) for each in known
            ]
            ended = [] if closing is None else [_ended(fact.order_id, terms, closing, order)]
            return [placed, *returned, *ended]
        case stage if stage.terms != terms:
            raise OrderDiffers(order_id=fact.order_id, known=_sentence(stage.terms), given=_sentence(terms))
        case _:
            return []


def end(fact: erp.OrderDelivered | erp.OrderCancelled, closing: Closing, order: Order) -> Sequence[Event]:
    match order.stage:
        case Awaited(known) | Closed(_, known) if known is not None and closing <= known:
            return []
        case Awaited() if closing.cancelled:
            return [OrderCancelled(order_id=fact.order_id, customer_id=fact.customer_id, cancelled_on=closing.on)]
        case Awaited():
            return [OrderDelivered(order_id=fact.order_id, customer_id=fact.customer_id, delivered_on=closing.on)]
        case Closed(terms, known):
            return [_ended(fact.order_id, terms, closing, order, known)]
        case stage:
            return [_ended(fact.order_id, stage.terms, closing, order)]


def _ended(order_id: str, terms: Terms, closing: Closing, order: Order, known: Closing | None = None) -> Event:
    """The end of an order whose terms are known; ``known`` is the end that was recorded before."""
    was_cancelled = known is not None and known.cancelled
    counts_otherwise = was_cancelled != closing.cancelled
    returned = order.worth_returned(terms.currency) if counts_otherwise else Decimal(0)
    lines = terms.lines if counts_otherwise else ()
    if closing.cancelled:
        return OrderCancelled(
            order_id=order_id,
            customer_id=terms.customer_id,
            cancelled_on=closing.on,
            total=terms.total,
            currency=terms.currency,
            ordered_on=terms.ordered_on,
            region=terms.region,
            was_cancelled=was_cancelled,
            returned=returned,
            lines=lines,
        )
    return OrderDelivered(
        order_id=order_id,
        customer_id=terms.customer_id,
        delivered_on=closing.on,
        requested_on=terms.requested_on,
        days_late=max((closing.on - terms.requested_on).days, 0) if terms.requested_on else 0,
        total=terms.total,
        currency=terms.currency,
        ordered_on=terms.ordered_on,
        region=terms.region,
        was_cancelled=was_cancelled,
        returned=returned,
        lines=lines,
        replaces=known.on if known is not None and not known.cancelled else None,
    )


def _sentence(terms: Terms) -> str:
    requested = f", requested on {terms.requested_on}" if terms.requested_on else ""
    return f"{terms.total} {terms.currency} of {terms.customer_id} on {terms.ordered_on}{requested}"
