"""Routes of quality questions: rates by month, supplier, item and plant; the Pareto of defects."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis.http import Problem, Queries
from contracts.fields import Id
from supplier_svc.read_models import defect_month, lot_month
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.requests.fields import MonthText
from supplier_svc.responses import ParetoRow, QualityRow
from supplier_svc.scoring.period import Period

router = APIRouter(prefix="/v1/quality", tags=["quality"])

First = Annotated[MonthText | None, Query(alias="from", description="first month; without it: a year back")]
Last = Annotated[MonthText | None, Query(alias="to", description="last month; without it: the present one")]
Of = Annotated[Id | None, Query()]
Rows = Annotated[int, Query(ge=1, le=1000)]


@router.get("")
async def show_quality(
    queries: Queries,
    by: Literal["month", "supplier", "item", "plant"] = "month",
    first: First = None,
    last: Last = None,
    supplier_id: Of = None,
    item_id: Of = None,
    plant_id: Of = None,
    limit: Rows = 200,
) -> list[QualityRow]:
    """On-time delivery, lot acceptance and PPM, by month or by supplier, item, plant over some months."""
    months = _months(queries.today, first, last)
    query = lot_month.quality(lot_month.BY[by], *months, supplier_id, item_id, plant_id)
    return quality_rows(await queries.rows(query.limit(limit)))


@router.get("/pareto")
async def show_pareto(
    queries: Queries,
    by: Literal["code", "supplier", "item", "plant"] = "code",
    first: First = None,
    last: Last = None,
    supplier_id: Of = None,
    item_id: Of = None,
    plant_id: Of = None,
    limit: Rows = 50,
) -> list[ParetoRow]:
    """Defects by code, supplier, item or plant over some months, the costliest first, with cumulative shares."""
    months = _months(queries.today, first, last)
    query = defect_month.pareto(defect_month.BY[by], *months, supplier_id, item_id, plant_id)
    return pareto_rows(await queries.rows(query))[:limit]


def _months(today: date, first: str | None, last: str | None) -> tuple[str, str]:
    until = Period.parse(last) if last else Period.of(today)
    since = Period.parse(first) if first else until.plus(-11)
    if since > until:
        raise Problem(422, "months-backwards", f"from: {since} is after {until}.")
    return str(since), str(until)
