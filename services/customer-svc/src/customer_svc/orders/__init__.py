"""An order: placed, confirmed or held by credit, delivered or cancelled. Stream ``order-{order_id}``."""

from collections.abc import Sequence
from typing import assert_never

from chassis.claims import Claims, Document
from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import OrderReturned, OrderReturnRefused
from customer_svc.orders.credit import CREDIT_DECISIONS, CreditDecision, apply, apply_noted
from customer_svc.orders.order import CancelOrder, DeliverOrder, SubmitOrder, end, submit
from customer_svc.orders.returns import ReturnOrder, take_back
from customer_svc.orders.stages import Order, closing_of, evolve

TERMS_OR_END = (SubmitOrder, DeliverOrder, CancelOrder)
OrderCommand = SubmitOrder | DeliverOrder | CancelOrder | ReturnOrder | CreditDecision


def order_id_of(command: OrderCommand) -> str:
    return command.fact.order_id if isinstance(command, TERMS_OR_END) else command.order_id


def decide(command: OrderCommand, order: Order, _: PolicyBook) -> Sequence[Event]:
    match command:
        case SubmitOrder(fact):
            events = submit(fact, order)
            for event in events:
                order = evolve(order, event)
            return [*events, *apply_noted(order)] if events else events
        case DeliverOrder(fact) | CancelOrder(fact):
            return end(fact, closing_of(fact), order)
        case ReturnOrder():
            return take_back(command, order)
        case _ if isinstance(command, CREDIT_DECISIONS):
            return apply(command, order.stage)
        case _:
            assert_never(command)


DECIDER = Decider(
    category="order",
    commands=(*TERMS_OR_END, ReturnOrder, *CREDIT_DECISIONS),
    stream_id=order_id_of,
    initial=Order(),
    evolve=evolve,
    decide=decide,
    claims=Claims(
        takes={OrderReturned: lambda event: [Document("return", event.return_id)]},
        frees={OrderReturnRefused: lambda event: [Document("return", event.return_id)]},
    ),
)
