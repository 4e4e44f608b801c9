"""What the ERP sends about an order: submitted, delivered, cancelled; the commands and their decisions. Pure.

The facts of the ERP may come in any order: a delivery, cancellation or return that
arrives before its order is published at once, waits here, and is published again in full right after the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference
from chassis.domain import Refusal
from contracts import Event, erp
from contracts.currencies import money
from contracts.customer import OrderCancelled, OrderDelivered, OrderEndRecorded, OrderPlaced
from customer_svc.orders.returns import settled
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


# Decide


class OrderDiffers(Refusal):
    """Order {order_id} is known as {known}; it cannot be submitted again with {difference}.
    Cancel it, and give the new order an id of its own.
    """


class OrderIsCancelled(Refusal):
    """Order {order_id} was cancelled on {cancelled_on} and is not taken up again. Give the new order an id of its own."""


def submit(fact: erp.OrderSubmitted, order: Order) -> Sequence[Event]:
    """An order is placed once. One that comes again must say the same, and must not have been cancelled meanwhile: a
    repeat and an order taken up again look alike, so a person decides which it is.
    """
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
            returns, fitting = settled(order, terms)
            if closing is None:
                return [placed, *returns]
            delivered_on = fitting.last_delivery
            overruled = (
                []
                if delivered_on is None or not closing.cancelled
                else [_overruled(fact, Closing(delivered_on, cancelled=False), terms)]
            )
            return [placed, *returns, *overruled, _ended(fact.order_id, terms, closing, fitting)]
        case stage if stage.terms != terms:
            raise OrderDiffers(
                order_id=fact.order_id,
                known=_sentence(stage.terms),
                difference=difference(_by_name(stage.terms), _by_name(terms)),
            )
        case Closed(_, Closing(on, cancelled=True)):
            raise OrderIsCancelled(order_id=fact.order_id, cancelled_on=on)
        case _:
            return []


def end(fact: erp.OrderDelivered | erp.OrderCancelled, closing: Closing, order: Order) -> Sequence[Event]:
    """The latest end of an order stands; an earlier one that arrives after it counts for the days before it.

    The order says whose it is: a sender may name the customer that it was merged into since.
    """
    if closing in order.ends:
        return []
    match order.stage:
        case Awaited(known) if known is not None and closing < known:
            return [_overruled(fact, closing)]
        case Closed(terms, known) if closing < known:
            return [_overruled(fact, closing, terms, order.last_delivery)]
        case Awaited() if closing.cancelled:
            return [OrderCancelled(order_id=fact.order_id, customer_id=fact.customer_id, cancelled_on=closing.on)]
        case Awaited():
            return [OrderDelivered(order_id=fact.order_id, customer_id=fact.customer_id, delivered_on=closing.on)]
        case Closed(terms, known):
            return [_ended(fact.order_id, terms, closing, order, known, order.last_delivery)]
        case stage:
            return [_ended(fact.order_id, stage.terms, closing, order)]


def _overruled(
    fact: erp.OrderSubmitted | erp.OrderDelivered | erp.OrderCancelled,
    closing: Closing,
    terms: Terms | None = None,
    delivered_on: date | None = None,
) -> OrderEndRecorded:
    """An end before the one that stands; ``delivered_on`` is the last delivery so far of an order with known ``terms``."""
    is_last = terms is not None and not closing.cancelled and (delivered_on is None or delivered_on < closing.on)
    return OrderEndRecorded(
        order_id=fact.order_id,
        customer_id=fact.customer_id if terms is None else terms.customer_id,
        ended_on=closing.on,
        cancelled=closing.cancelled,
        is_last_delivery=is_last,
        requested_on=terms.requested_on if terms is not None and is_last else None,
        replaces=delivered_on if is_last else None,
    )


def _ended(
    order_id: str,
    terms: Terms,
    closing: Closing,
    order: Order,
    known: Closing | None = None,
    delivered_on: date | None = None,
) -> Event:
    """The end of an order whose terms are known; ``known`` is the end that stood before, ``delivered_on`` the last delivery."""
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
        replaces=delivered_on,
    )


def _sentence(terms: Terms) -> str:
    requested = f", requested on {terms.requested_on}" if terms.requested_on else ""
    return f"{money(terms.total, terms.currency)} of {terms.customer_id} on {terms.ordered_on}{requested}"


def _by_name(terms: Terms) -> dict[str, object]:
    lines = {f"line {n}:": _line(line) for n, line in enumerate(terms.lines, start=1)}
    return {
        "customer": terms.customer_id,
        "day": terms.ordered_on,
        "total": terms.total,
        "currency": terms.currency,
        "requested day": terms.requested_on,
        "region": terms.region,
        **lines,
    }


def _line(line: erp.OrderLine) -> str:
    """Of one form for equal numbers, so that 2 and 2.0 are no difference."""
    cost = "" if line.unit_cost is None else f" (cost {line.unit_cost.normalize():f})"
    return f"{line.quantity.normalize():f} × {line.item_id} at {line.unit_price.normalize():f}{cost}"
