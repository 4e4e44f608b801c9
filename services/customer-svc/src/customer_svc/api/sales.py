"""Reports of sales: summary, statistics over one or two dimensions, growth against both periods, deliveries on time."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.calendar import month_end_after
from chassis.http import Problem, Queries
from contracts.fields import Currency, Id
from customer_svc.api.tables import Format, table
from customer_svc.read_models import delivery_month, sales_cell
from customer_svc.tiers.growth import growth
from customer_svc.tiers.window import FIRST_DAY, LAST_DAY, window_start

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Dimension = Literal["month", "region", "item_id"]
Since = Annotated[
    date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="its month is the first (default: 12 months)")
]
Until = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="its month is the last (default: today)")]


class GrowthLine(BaseModel):
    """A month's sales; growth in percent against the month before (环比) and the same month last year (同比)."""

    value: str
    month: date
    amount: Decimal
    previous_month: Decimal | None
    same_month_last_year: Decimal | None
    growth_on_previous_month: Decimal | None
    growth_on_same_month_last_year: Decimal | None


class OnTime(BaseModel):
    """Of the ``delivered`` orders ``promised`` had a date; ``on_time_share`` is the percent of those that kept it."""

    month: date | None
    delivered: int
    promised: int
    late: int
    mean_days_late: Decimal | None
    on_time_share: Decimal | None


@router.get("/sales")
async def read_sales(
    queries: Queries,
    currency: Currency,
    by: Annotated[list[Dimension], Query(min_length=1, max_length=2, description="one or two dimensions")],
    since: Since = None,
    until: Until = None,
    region: Annotated[Id | None, Query(description="only this region")] = None,
    item_id: Annotated[Id | None, Query(description="only this item; figures are then of lines")] = None,
    top: Annotated[int | None, Query(ge=1, le=1000, description="only the largest by amount")] = None,
    format: Format = "json",
) -> Any:
    """Orders and amount over one or two of month, region and item. Cancelled orders do not count.

    What came back lowers the amount of the month in which it did; a return names no item, so by item nothing came back.
    """
    if len(set(by)) != len(by):
        raise Problem(422, "invalid-input", "by: name two different dimensions.")
    first, last = _period(queries, since, until)
    filters = {name: value for name, value in (("region", region), ("item_id", item_id)) if value is not None}
    rows = await queries.rows(sales_cell.by(list(by), currency, first, last, filters))
    if top is not None:
        rows = sorted(rows, key=lambda row: row["amount"], reverse=True)[:top]
    return table(rows, format)


@router.get("/growth")
async def read_growth(
    queries: Queries,
    currency: Currency,
    month: Annotated[
        date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="any day of it (default: last month)")
    ] = None,
    by: Annotated[Literal["all", "region", "item_id"], Query(description="a line for each")] = "all",
    format: Format = "json",
) -> Any:
    """Growth of a month against the month before (环比) and against the same month last year (同比), both labelled."""
    wanted = (month or month_end_after(queries.now.date(), -1)).replace(day=1)
    dimensions = ["month"] if by == "all" else [by, "month"]
    rows = await queries.rows(sales_cell.by(dimensions, currency, month_end_after(wanted, -12), wanted))
    amounts: dict[str, dict[date, Decimal]] = {}
    for row in rows:
        amounts.setdefault(str(row.get(by, "all")), {})[row["month"]] = row["amount"]
    earliest = min((row["month"] for row in rows), default=wanted)
    lines = []
    for value, of_value in amounts.items():
        found = growth({earliest: Decimal(0), **of_value}, wanted)
        lines.append(
            GrowthLine(
                value=value,
                month=found.month,
                amount=found.amount,
                previous_month=found.previous,
                same_month_last_year=found.last_year,
                growth_on_previous_month=found.on_previous_month,
                growth_on_same_month_last_year=found.on_same_month_last_year,
            ).model_dump()
        )
    return table(lines, format)


@router.get("/deliveries")
async def read_deliveries(queries: Queries, since: Since = None, until: Until = None) -> list[OnTime]:
    """Deliveries against their promises: the whole period first, then month by month."""
    first, last = _period(queries, since, until)
    months = await queries.rows(delivery_month.by_month(first, last))
    whole = {name: sum(row[name] for row in months) for name in ("delivered", "promised", "late", "days_late")}
    return [_on_time({"month": None, **whole}), *(_on_time(row) for row in months)]


def _on_time(row: dict[str, Any]) -> OnTime:
    promised, late = row["promised"], row["late"]
    return OnTime(
        month=row["month"],
        delivered=row["delivered"],
        promised=promised,
        late=late,
        mean_days_late=round(Decimal(row["days_late"]) / late, 2) if late else None,
        on_time_share=round(Decimal(promised - late) * 100 / promised, 2) if promised else None,
    )


def _period(queries: Queries, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or queries.now.date()
    return since or window_start(max(last, month_end_after(FIRST_DAY, 12)), 12), last
