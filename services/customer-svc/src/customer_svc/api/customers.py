"""Customers: list, detail, history."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Page, Paging, Queries
from contracts.customer import CustomerTier
from customer_svc.api.scopes import Readable, Scope
from customer_svc.api.tiers import Standing, decisions
from customer_svc.read_models import credit_standing, customer, customer_file, customer_history, order, relationship

router = APIRouter(prefix="/v1", tags=["customers"])


class Value(BaseModel):
    """Everything a customer ordered in a currency, over all time; cancelled orders do not count."""

    currency: str
    orders: int
    amount: Decimal
    last_order_on: date


class CustomerAnswer(BaseModel):
    """``tier`` is the best of all currencies; ``rating`` the mean of ``ratings``, ``at_risk`` those below the best."""

    customer_id: str
    tier: CustomerTier | None
    orders: int
    first_order_on: date | None
    last_order_on: date | None
    ratings: int
    rating: Decimal | None
    at_risk: int
    merged_ids: list[str]
    name: str | None
    owner_id: str | None
    credit: dict[str, Any] | None
    relationship: dict[str, Any] | None
    standings: list[Standing]
    values: list[Value]


@router.get("/customers")
async def list_customers(
    queries: Queries,
    page: Paging,
    scope: Scope,
    tier: Annotated[CustomerTier | None, Query(description="customers of this tier")] = None,
) -> Page:
    """Customers by id, with tier, orders and satisfaction."""
    by = customer.TABLE.c.customer_id
    return await queries.page(customer_file.scoped(customer.customers(tier), by, scope), [by], page)


@router.get("/customers/{customer_id}")
async def read_customer(customer_id: Readable, queries: Queries) -> CustomerAnswer:
    """A customer with its standing and its value in each currency; a merged id answers as the customer that it is now."""
    known = customer_id
    summed = await queries.one(customer.customer(known.customer_id, known.merged_ids)) or {
        "customer_id": known.customer_id, "tier": None, "orders": 0, "first_order_on": None, "last_order_on": None,
        "ratings": 0, "rating": None, "at_risk": 0,
    }  # fmt: skip
    file = await queries.one(customer_file.file(known.customer_id)) or {}
    decided = await decisions(known.customer_id, queries, None, None)
    return CustomerAnswer(
        **summed,
        merged_ids=known.merged_ids,
        name=file.get("name"),
        owner_id=file.get("owner_id"),
        credit=credit_standing.combined(known.customer_id, await queries.rows(credit_standing.standings(known.ids))),
        relationship=await queries.one(relationship.relationship(known.customer_id)),
        standings=[Standing.model_validate(row) for row in decided],
        values=[Value(**row) for row in await queries.rows(order.values(known.ids))],
    )


@router.get("/customers/{customer_id}/history")
async def read_history(customer_id: Readable, queries: Queries, page: Paging) -> Page:
    """What happened to the customer, under each of its ids, oldest first."""
    order = [customer_history.TABLE.c.happened_on, customer_history.TABLE.c.event_id]
    return await queries.page(customer_history.history(customer_id.ids), order, page)
