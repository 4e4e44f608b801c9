"""Reports of value: the 80/20 classes of a run, and the top of it by any measure."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import CSV, NotFound, Order, Paging, Queries, needs
from contracts.fields import Currency, Day
from contracts.figures import Anything
from customer_svc.api.scopes import Scope
from customer_svc.api.tables import Tabled
from customer_svc.read_models import customer_file, tier_decision, tiering
from customer_svc.reports.abc import abc_report
from customer_svc.responses.abc import AbcReport
from customer_svc.responses.reports import Table

router = APIRouter(prefix="/v1/reports", tags=["reports"])

AsOf = Annotated[Day | None, Query(description="business date (default: today)")]
Limit = Annotated[int, Query(ge=1, le=500, description="customers to list")]


@router.get("/abc", dependencies=[needs("customer.reports.read")])
async def read_abc(
    queries: Queries, scope: Scope, currency: Currency, as_of: AsOf = None, limit: Limit = 50
) -> AbcReport:
    """80/20: A brings the first 80 % of sales, B up to 95 %, C the rest; of the last run on or before the day.

    Classes and percents are of all customers; listed are those that the asking person may read.
    """
    return await abc_report(queries, scope, currency, as_of or queries.today, limit)


@router.get("/top", response_model=Table, responses=CSV, dependencies=[needs("customer.reports.read")])
async def read_top(
    queries: Queries,
    page: Paging,
    table: Tabled,
    scope: Scope,
    currency: Currency,
    by: Annotated[tier_decision.Measure, Query(description="the measure")] = "amount",
    as_of: AsOf = None,
) -> Anything:
    """The first customers of the last run on or before the day, over a measure of its 12 months."""
    run = await queries.one(tiering.last(currency, as_of or queries.today))
    if run is None:
        raise NotFound("completed tiering run in", currency)
    query = customer_file.scoped(tier_decision.of_run(run["tiering_id"]), tier_decision.TABLE.c.customer_id, scope)
    found = await queries.page(query, Order(*tier_decision.order_by(by), name=by), page)
    rows = [{"order_count" if name == "orders" else name: value for name, value in row.items()} for row in found.items]
    return {"items": rows, "next": found.next} if table.format == "json" else await table.of(rows)
