"""What came back of an order: it fits what was ordered, whether it arrives before or after its order. Pure.

Rule: facts that come out of order are recorded all the same. A return may arrive before its
order; then nothing is known that it could exceed, so it is held against the order when that arrives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from immutables import Map

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts import Event, erp
from contracts.currencies import money
from contracts.customer import OrderReturned, OrderReturnRefused
from customer_svc.orders.stages import Awaited, Closed, Order, Terms

CONTENTS = ("returned_on", "amount", "currency", "reason")
"""The fields in which a return that comes again must agree. Not the customer: the order says whose it is, and a sender may name the
one that it was merged into since."""


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Goods of a known order came back; raises ValueError for a return that names no order."""

    fact: erp.OrderReturned

    @property
    def order_id(self) -> str:
        if self.fact.order_id is None:
            raise ValueError(f"return {self.fact.return_id} names no order")
        return self.fact.order_id


class ReturnDiffers(Refusal):
    """Return {return_id} is known already; it cannot come again with {difference}. Give another return an id of its own."""


class ReturnTooLarge(Refusal):
    """Return {return_id} brings what came back of order {order_id} to {returned}; the order is {total}. Correct the amount."""

    status = 422


class ReturnInAnotherCurrency(Refusal):
    """Return {return_id} is of {amount}, but order {order_id} is in {currency}. Send it in the order's currency."""

    status = 422


def take_back(command: ReturnOrder, order: Order) -> Sequence[Event]:
    fact, known = command.fact, order.returned.get(command.fact.return_id)
    if known is not None:
        if differs := difference(fields_of(known, CONTENTS), fields_of(fact, CONTENTS)):
            raise ReturnDiffers(return_id=fact.return_id, difference=differs)
        return []
    terms = None if isinstance(order.stage, Awaited) else order.stage.terms
    returned = OrderReturned(
        return_id=fact.return_id,
        order_id=command.order_id,
        customer_id=fact.customer_id if terms is None else terms.customer_id,
        returned_on=fact.returned_on,
        amount=fact.amount,
        currency=fact.currency,
        total=order.worth_returned(fact.currency) + fact.amount,
        reason=fact.reason,
        ordered_on=None if terms is None else terms.ordered_on,
        region=None if terms is None else terms.region,
        of_cancelled=isinstance(order.stage, Closed) and order.stage.closing.cancelled,
    )
    if terms is not None and (misfit := _misfit(returned, terms)):
        raise misfit
    return [returned]


def settled(order: Order, terms: Terms) -> tuple[list[Event], Order]:
    """The returns that waited for an order, in the order of their arrival, now that it is there: published again in full,
    or refused as they would have been after it. And the order with those that fit.
    """
    events: list[Event] = []
    fitting = replace(order, returned=Map(), arrived=())
    for waiting in (order.returned[return_id] for return_id in order.arrived):
        whole = waiting.model_copy(
            update={
                "customer_id": terms.customer_id,
                "ordered_on": terms.ordered_on,
                "region": terms.region,
                "total": fitting.worth_returned(waiting.currency) + waiting.amount,
            }
        )
        misfit = _misfit(whole, terms)
        if misfit is None:
            events.append(whole)
            fitting = fitting.with_return(whole)
        else:
            events.append(_refused(waiting, misfit))
    return events, fitting


def _misfit(returned: OrderReturned, terms: Terms) -> Refusal | None:
    """Why a return, whose ``total`` counts it in, cannot be of an order with these terms."""
    if returned.currency != terms.currency:
        return ReturnInAnotherCurrency(
            return_id=returned.return_id,
            order_id=returned.order_id,
            amount=money(returned.amount, returned.currency),
            currency=terms.currency,
        )
    if returned.total > terms.total:
        return ReturnTooLarge(
            return_id=returned.return_id,
            order_id=returned.order_id,
            returned=money(returned.total, returned.currency),
            total=money(terms.total, terms.currency),
        )
    return None


def _refused(returned: OrderReturned, misfit: Refusal) -> OrderReturnRefused:
    return OrderReturnRefused(
        return_id=returned.return_id,
        order_id=returned.order_id,
        customer_id=returned.customer_id,
        returned_on=returned.returned_on,
        amount=returned.amount,
        currency=returned.currency,
        because=f"{misfit}",
    )
