"""Customers: list, detail, history."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import column, select

from chassis.http import Days, Page, Paging, Queries, Sorting, needs, page_of
from contracts.customer import CustomerTier
from customer_svc.api.scopes import Readable, Scope
from customer_svc.read_models import customer, customer_file, customer_history
from customer_svc.reports.customer_summary import summary
from customer_svc.responses.customers import CustomerAnswer

router = APIRouter(prefix="/v1", tags=["customers"])


LIST = page_of(
    customer.Row, "tiers", "rating_sum", "orders", "ratings", "at_risk",
    order_count=int, rating_count=int, at_risk_count=int, rating=Decimal | None,
)  # fmt: skip
SORT = Sorting(
    customer.ORDER,
    customer.TABLE.c.customer_id,
    customer.TABLE.c.last_order_on,
    column("order_count"),
    column("rating"),
    column("at_risk_count"),
)
OF = customer_history.TABLE.c
HISTORY = Sorting(customer_history.ORDER, OF.happened_on, OF.recorded_at)


@router.get("/customers", response_model=LIST, dependencies=[needs("customer.customers.read")])
async def list_customers(
    queries: Queries,
    page: Paging,
    scope: Scope,
    tier: Annotated[CustomerTier | None, Query(description="customers of this tier")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[customer.Row]:
    """Customers by id, with tier, orders and satisfaction."""
    query = customer_file.scoped(customer.customers(tier), customer.TABLE.c.customer_id, scope)
    if sort is None:
        return await queries.page(query, customer.ORDER, page)
    found = query.subquery()
    return await queries.page(select(found), SORT.order(sort, found), page)


@router.get("/customers/{customer_id}", dependencies=[needs("customer.customers.read")])
async def read_customer(customer_id: Readable, queries: Queries) -> CustomerAnswer:
    """A customer with its standing and its value in each currency; a merged id answers with the customer that it is now."""
    return await summary(customer_id.customer_id, customer_id.merged_ids, queries)


@router.get("/customers/{customer_id}/history", dependencies=[needs("customer.customers.read")])
async def read_history(
    customer_id: Readable, queries: Queries, page: Paging, days: Days, sort: Annotated[str | None, HISTORY] = None
) -> Page[customer_history.Row]:
    """What happened to the customer, under each of its ids, by the day on which it happened, which ``since`` and ``until`` bound."""
    query = days.of(customer_history.history(customer_id.ids), OF.happened_on)
    return await queries.page(query, HISTORY.order(sort), page)
