"""Sales and deliveries: growth against both periods, and how many deliveries were on time."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from chassis.calendar import month_end_after
from chassis.http import Queries, invalid_input, month_text
from customer_svc.read_models import sales_cell
from customer_svc.responses.sales import GrowthLine, OnTime
from customer_svc.tiers.growth import growth
from customer_svc.tiers.window import FIRST_DAY, window_start

Lines = Literal["all", sales_cell.Facet]
"""What growth is shown for: everything together, or each of a facet."""


def period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The days of a report: until today where nothing is given, and 12 months where no beginning is."""
    last = until or today
    return since or window_start(max(last, month_end_after(FIRST_DAY, 12)), 12), last


def by_amount(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, the largest first."""
    return sorted(rows, key=lambda row: row["amount"], reverse=True)


async def refuse_unknown(filters: Mapping[sales_cell.Facet, str], queries: Queries) -> None:
    """Raises Problem 422 for a region or an item that never had sales, of which an empty answer would say nothing."""
    words = {"region": "there are no sales in region", "item_id": "there are no sales of item"}
    for name, value in filters.items():
        if await queries.one(sales_cell.known(name, value)) is None:
            raise invalid_input(name, "unknown", f"{words[name]} {value}")


async def growth_lines(queries: Queries, currency: str, month: date, by: Lines) -> list[GrowthLine]:
    """The growth of the month of a day, one line in all (``by`` all) or for each region or item."""
    wanted = month.replace(day=1)
    dimensions: list[sales_cell.Dimension] = ["month"] if by == "all" else [by, "month"]
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
                month=month_text(found.month),
                amount=found.amount,
                amount_month_before=found.previous,
                amount_year_before=found.last_year,
                growth_on_month_before=found.on_previous_month,
                growth_on_year_before=found.on_same_month_last_year,
            )
        )
    return lines


def on_time(months: Sequence[dict[str, Any]]) -> list[OnTime]:
    """Deliveries against their promises: all months together first, then one by one."""
    whole = {name: sum(row[name] for row in months) for name in ("delivered", "promised", "late", "days_late")}
    return [_on_time({"month": None, **whole}), *(_on_time(row) for row in months)]


def _on_time(row: dict[str, Any]) -> OnTime:
    promised, late = row["promised"], row["late"]
    return OnTime(
        month=row["month"] and month_text(row["month"]),
        delivered_count=row["delivered"],
        promised_count=promised,
        late_count=late,
        mean_days_late=round(Decimal(row["days_late"]) / late, 2) if late else None,
        on_time_share=round(Decimal(promised - late) * 100 / promised, 2) if promised else None,
    )
