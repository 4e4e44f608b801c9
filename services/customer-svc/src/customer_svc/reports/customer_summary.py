"""A customer on one page: its file, its orders and ratings, its credit standing, its relationship and its tiers."""

from chassis.http import Queries
from customer_svc.read_models import credit_standing, customer, customer_file, relationship
from customer_svc.reports.tier_explanation import decisions
from customer_svc.reports.turnover import values
from customer_svc.responses.customers import CustomerAnswer, Value
from customer_svc.responses.tiers import Standing


async def summary(customer_id: str, merged_ids: list[str], queries: Queries) -> CustomerAnswer:
    """A customer with everything under its own id and those merged into it."""
    ids = [customer_id, *merged_ids]
    summed = await queries.one(customer.customer(customer_id, merged_ids)) or {
        "customer_id": customer_id, "tier": None, "order_count": 0, "first_order_on": None, "last_order_on": None,
        "rating_count": 0, "rating": None, "at_risk_count": 0,
    }  # fmt: skip
    file = await queries.one(customer_file.file(customer_id)) or {}
    decided = await decisions(customer_id, queries, None, None)
    return CustomerAnswer(
        **summed,
        merged_ids=merged_ids,
        name=file.get("name"),
        owner_id=file.get("owner_id"),
        credit=credit_standing.combined(customer_id, await queries.rows(credit_standing.standings(ids))),
        relationship=await queries.one(relationship.relationship(customer_id)),
        standings=[Standing.model_validate(row) for row in decided],
        values=[Value(order_count=row.pop("orders"), **row) for row in await queries.rows(values(ids))],
    )
