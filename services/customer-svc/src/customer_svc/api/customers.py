"""Customers: list, detail, history."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Page, Paging, Queries, page_of
from contracts.customer import CustomerTier
from customer_svc.api.scopes import Readable, Scope
from customer_svc.read_models import customer, customer_file, customer_history
from customer_svc.reports.customer_summary import summary
from customer_svc.responses.customers import CustomerAnswer

router = APIRouter(prefix="/v1", tags=["customers"])


@router.get("/customers", response_model=page_of(customer.Row, "tiers", "rating_sum", rating=Decimal | None))
async def list_customers(
    queries: Queries,
    page: Paging,
    scope: Scope,
    tier: Annotated[CustomerTier | None, Query(description="customers of this tier")] = None,
) -> Page[customer.Row]:
    """Customers by id, with tier, orders and satisfaction."""
    by = customer.TABLE.c.customer_id
    return await queries.page(customer_file.scoped(customer.customers(tier), by, scope), customer.ORDER, page)


@router.get("/customers/{customer_id}")
async def read_customer(customer_id: Readable, queries: Queries) -> CustomerAnswer:
    """A customer with its standing and its value in each currency; a merged id answers with the customer that it is now."""
    return await summary(customer_id.customer_id, customer_id.merged_ids, queries)


@router.get("/customers/{customer_id}/history")
async def read_history(customer_id: Readable, queries: Queries, page: Paging) -> Page[customer_history.Row]:
    """What happened to the customer, under each of its ids, oldest first."""
    return await queries.page(customer_history.history(customer_id.ids), customer_history.ORDER, page)
