"""What a customer is worth: sales, lifetime value, points."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Queries, needs
from contracts.fields import Currency, Day
from customer_svc.api.scopes import Readable
from customer_svc.reports.customer_value import customer_value
from customer_svc.responses.values import Worth

router = APIRouter(prefix="/v1", tags=["customers"])


@router.get("/customers/{customer_id}/value", dependencies=[needs("customer.values.read")])
async def read_value(
    customer_id: Readable,
    queries: Queries,
    currency: Currency,
    as_of: Annotated[Day | None, Query(description="business date (default: today)")] = None,
) -> Worth:
    """Lifetime value m·r/(1 + d − r) from the sales of 12 months, and points."""
    return await customer_value(customer_id.customer_id, customer_id.ids, currency, as_of or queries.today, queries)
