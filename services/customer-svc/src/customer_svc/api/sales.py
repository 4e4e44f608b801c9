"""Reports of sales: summary, statistics over one or two dimensions, growth against both periods, deliveries on time."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import month_end_after
from chassis.http import CSV, Days, MonthText, Page, Paging, Problem, Queries, first_day, needs
from contracts.fields import Currency, Id
from contracts.figures import Anything
from customer_svc.api.tables import Tabled
from customer_svc.read_models import delivery_month, sales_cell
from customer_svc.reports.sales import Lines, by_amount, growth_lines, on_time, period, refuse_unknown
from customer_svc.responses.reports import Table
from customer_svc.responses.sales import OnTime

router = APIRouter(prefix="/v1/reports", tags=["reports"])


@router.get("/sales", response_model=Table, responses=CSV, dependencies=[needs("customer.reports.read")])
async def read_sales(
    queries: Queries,
    table: Tabled,
    days: Days,
    currency: Currency,
    by: Annotated[list[sales_cell.Dimension], Query(min_length=1, max_length=2, description="one or two dimensions")],
    region: Annotated[Id | None, Query(description="only this region")] = None,
    item_id: Annotated[Id | None, Query(description="only this item; figures are then of lines")] = None,
    largest: Annotated[bool, Query(description="the largest by amount first, not by dimension")] = False,
) -> Anything:
    """Orders and amount over one or two of month, region and item. Cancelled orders do not count.

    The months of ``since`` to ``until`` count whole; without ``until`` the present one is the last, without ``since`` there are twelve.

    A return lowers the amount of the month in which it came back; it names no item, so figures by item ignore returns.
    """
    if len(set(by)) != len(by):
        raise Problem(422, "invalid-input", "by: name two different dimensions.")
    first, last = period(days.since, days.until, queries.today)
    given: dict[sales_cell.Facet, str | None] = {"region": region, "item_id": item_id}
    filters = {name: value for name, value in given.items() if value is not None}
    rows = await queries.rows(sales_cell.by(by, currency, first, last, filters))
    if not rows:
        await refuse_unknown(filters, queries)
    return await table.of(by_amount(rows) if largest else rows)


@router.get("/growth", response_model=Table, responses=CSV, dependencies=[needs("customer.reports.read")])
async def read_growth(
    queries: Queries,
    table: Tabled,
    currency: Currency,
    month: Annotated[MonthText | None, Query(description="default: last month")] = None,
    by: Annotated[Lines, Query(description="a line for each")] = "all",
) -> Anything:
    """Growth of a month against the month before (环比) and against the same month last year (同比), both labelled."""
    of = first_day(month) if month else month_end_after(queries.today, -1)
    lines = await growth_lines(queries, currency, of, by)
    return await table.of([line.model_dump() for line in lines])


@router.get("/deliveries", dependencies=[needs("customer.reports.read")])
async def read_deliveries(queries: Queries, page: Paging, days: Days) -> Page[OnTime]:
    """Deliveries against their promises: all months of ``since`` to ``until`` together first, then month by month."""
    first, last = period(days.since, days.until, queries.today)
    return page.part_of(on_time(await queries.rows(delivery_month.by_month(first, last))))
