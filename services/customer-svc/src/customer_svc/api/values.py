"""What a customer is worth: sales, lifetime value, points."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import func, select

from chassis.http import Queries
from contracts.fields import Currency
from customer_svc.api.scopes import Readable
from customer_svc.policies.value import LifetimePolicy, PointsPolicy
from customer_svc.read_models import complaint, order
from customer_svc.tiers.lifetime import points, value_of
from customer_svc.tiers.window import FIRST_DAY, LAST_DAY, window_start

router = APIRouter(prefix="/v1", tags=["customers"])


class Worth(BaseModel):
    """``points`` are of all time: for what was delivered (``received``), orders and complaints."""

    customer_id: str
    currency: str
    as_of: date
    sales_12_months: Decimal
    lifetime_value: Decimal
    received: Decimal
    orders: int
    complaints: int
    points: Decimal
    lifetime_policy_version: int
    points_policy_version: int


@router.get("/customers/{customer_id}/value")
async def read_value(
    customer_id: Readable,
    queries: Queries,
    currency: Currency,
    as_of: Annotated[
        date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="business date (default: today)")
    ] = None,
) -> Worth:
    """Lifetime value m·r/(1 + d − r) from the sales of 12 months, and points."""
    day = as_of or queries.now.date()
    lifetime, rules = queries.policies.at(LifetimePolicy, day), queries.policies.at(PointsPolicy, day)
    year = (await queries.rows(order.bought(customer_id.ids, currency, window_start(day, 12), day)))[0]
    ever = (await queries.rows(order.bought(customer_id.ids, currency, FIRST_DAY, day)))[0]
    complained = select(func.count().label("complaints")).where(complaint.TABLE.c.customer_id.in_(customer_id.ids))
    count = (await queries.rows(complained))[0]["complaints"]
    return Worth(
        customer_id=customer_id.customer_id,
        currency=currency,
        as_of=day,
        sales_12_months=year["amount"],
        lifetime_value=value_of(year["amount"], lifetime.document),
        received=ever["received"],
        orders=ever["orders"],
        complaints=count,
        points=points(ever["received"], ever["orders"], count, rules.document),
        lifetime_policy_version=lifetime.version,
        points_policy_version=rules.version,
    )
