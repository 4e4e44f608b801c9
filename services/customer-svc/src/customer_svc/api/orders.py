"""Orders: list, detail, submission."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Queries,
    Sorting,
    needs,
    page_of,
    shown,
)
from contracts import erp
from contracts.fields import Currency, Id
from contracts.figures import Anything
from customer_svc import reactions
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope, Writes, refuse_unreadable
from customer_svc.read_models import customer_file, order
from customer_svc.responses.orders import CREDIT, EDGE, with_credit

router = APIRouter(prefix="/v1", tags=["orders"])


OF = order.TABLE.c
SORT = Sorting(order.ORDER, OF.ordered_on, OF.delivered_on, OF.total, OF.days_late, OF.customer_id)


@router.get(
    "/orders",
    response_model=page_of(order.Row, "lines", "returns", "ends", *EDGE, **CREDIT),
    dependencies=[needs("customer.orders.read", partner="customer_id")],
)
async def list_orders(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="orders of this customer")] = None,
    status: Annotated[order.Status | None, Query(description="awaited: its delivery arrived before the order")] = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[order.Row]:
    """Orders by id, without their lines; of days of ordering from ``since`` to ``until``."""
    query = days.of(order.orders(customer_id, status), OF.ordered_on)
    query = query if currency is None else query.where(OF.currency == currency)
    found = await queries.page(customer_file.scoped(query, OF.customer_id, scope), SORT.order(sort), page)
    await of_known(customer_id, found, queries)
    return Page(items=[with_credit(row) for row in found.items], next=found.next)


@router.get(
    "/orders/{order_id}",
    response_model=shown(order.Row, left_out=EDGE, **CREDIT),
    dependencies=[needs("customer.orders.read")],
)
async def read_order(order_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """An order with its lines, the decision of credit-svc, its dates and its lateness."""
    found = await queries.one(order.order(order_id))
    if found is None:
        raise NotFound("order", order_id)
    await refuse_unreadable(found["customer_id"], queries, scope)
    return with_credit(found)


@router.post("/orders", dependencies=[needs("customer.facts.record")])
async def submit_order(body: JsonBody[erp.OrderSubmitted], commands: Commands, writes: Writes) -> Answered:
    """Submit an order; credit-svc then decides about it. The same order again records nothing."""
    await writes.allow("create", body.customer_id)
    occurred_at = commands.start_of(body.ordered_on)
    expect, look, submit, note = reactions.submit_order(body)
    answered = await commands.do(submit, occurred_at)
    # A key belongs to one command, so the others go under keys of their own; each has an effect once, however often it is sent.
    for name, command in (("tiering", expect), ("round", look), ("retention", note)):
        await commands.part_named(name).do(command, occurred_at)
    return answered
