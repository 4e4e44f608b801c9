"""Reports of sales: summary, statistics over one or two dimensions, growth against both periods, deliveries on time."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import month_end_after
from chassis.http import Problem, Queries
from contracts.fields import Currency, Day, Id
from contracts.figures import Anything
from customer_svc.api.tables import Format, table
from customer_svc.read_models import delivery_month, sales_cell
from customer_svc.reports.sales import Lines, growth_lines, largest, on_time, period, refuse_unknown
from customer_svc.responses.reports import CSV, Table
from customer_svc.responses.sales import OnTime

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Since = Annotated[Day | None, Query(description="its month is the first (default: 12 months)")]
Until = Annotated[Day | None, Query(description="its month is the last (default: today)")]


@router.get("/sales", response_model=Table, responses=CSV)
async def read_sales(
    queries: Queries,
    currency: Currency,
    by: Annotated[list[sales_cell.Dimension], Query(min_length=1, max_length=2, description="one or two dimensions")],
    since: Since = None,
    until: Until = None,
    region: Annotated[Id | None, Query(description="only this region")] = None,
    item_id: Annotated[Id | None, Query(description="only this item; figures are then of lines")] = None,
    top: Annotated[int | None, Query(ge=1, le=1000, description="only the largest by amount")] = None,
    format: Format = "json",
) -> Anything:
    """Orders and amount over one or two of month, region and item. Cancelled orders do not count.

    A return lowers the amount of the month in which it came back; it names no item, so figures by item ignore returns.
    """
    if len(set(by)) != len(by):
        raise Problem(422, "invalid-input", "by: name two different dimensions.")
    first, last = period(since, until, queries.today)
    given: dict[sales_cell.Facet, str | None] = {"region": region, "item_id": item_id}
    filters = {name: value for name, value in given.items() if value is not None}
    rows = await queries.rows(sales_cell.by(by, currency, first, last, filters))
    if not rows:
        await refuse_unknown(filters, queries)
    return table(rows if top is None else largest(rows, top), format)


@router.get("/growth", response_model=Table, responses=CSV)
async def read_growth(
    queries: Queries,
    currency: Currency,
    month: Annotated[Day | None, Query(description="any day of it (default: last month)")] = None,
    by: Annotated[Lines, Query(description="a line for each")] = "all",
    format: Format = "json",
) -> Anything:
    """Growth of a month against the month before (环比) and against the same month last year (同比), both labelled."""
    lines = await growth_lines(queries, currency, month or month_end_after(queries.today, -1), by)
    return table([line.model_dump() for line in lines], format)


@router.get("/deliveries")
async def read_deliveries(queries: Queries, since: Since = None, until: Until = None) -> list[OnTime]:
    """Deliveries against their promises: the whole period first, then month by month."""
    first, last = period(since, until, queries.today)
    return on_time(await queries.rows(delivery_month.by_month(first, last)))
