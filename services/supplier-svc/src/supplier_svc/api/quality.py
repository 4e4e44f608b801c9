"""Routes of quality questions: rates by month, supplier, item and plant; the Pareto of defects."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis.http import DayRange, Days, Page, Paging, Queries, invalid_input, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import of_known
from supplier_svc.read_models import defect_month, lot_month
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.responses.quality import ParetoRow, QualityRow
from supplier_svc.scoring.period import Period

router = APIRouter(prefix="/v1/quality", tags=["quality"])

Of = Annotated[Id | None, Query()]


@router.get("", dependencies=[needs("supplier.quality.read")])
async def show_quality(
    queries: Queries,
    page: Paging,
    days: Days,
    by: Literal["month", "supplier", "item", "plant"] = "month",
    supplier_id: Of = None,
    item_id: Of = None,
    plant_id: Of = None,
) -> Page[QualityRow]:
    """On-time delivery, lot acceptance and PPM, by month or by supplier, item, plant over the months of ``since`` to ``until``.

    Months count whole; without ``until`` the present one is the last, without ``since`` there are twelve.
    """
    query = lot_month.quality(lot_month.BY[by], *_months(queries.today, days), supplier_id, item_id, plant_id)
    rows = page.part_of(quality_rows(await queries.rows(query)))
    return await of_known(supplier_id, rows, queries)


@router.get("/pareto", dependencies=[needs("supplier.quality.read")])
async def show_pareto(
    queries: Queries,
    page: Paging,
    days: Days,
    by: Literal["code", "supplier", "item", "plant"] = "code",
    supplier_id: Of = None,
    item_id: Of = None,
    plant_id: Of = None,
) -> Page[ParetoRow]:
    """Defects by code, supplier, item or plant over the months of ``since`` to ``until``, the costliest first, with cumulative shares."""
    query = defect_month.pareto(defect_month.BY[by], *_months(queries.today, days), supplier_id, item_id, plant_id)
    rows = page.part_of(pareto_rows(await queries.rows(query)))
    return await of_known(supplier_id, rows, queries)


def _months(today: date, days: DayRange) -> tuple[str, str]:
    """The first and the last month that are counted."""
    until = Period.of(days.until or today)
    since = Period.of(days.since) if days.since else until.plus(-11)
    if since > until:
        raise invalid_input("since", "not_begun", f"{since} has not begun; without until, months count up to {until}")
    return str(since), str(until)
