"""The scorecard of a supplier, as a page or a PDF that can be sent to it."""

from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from chassis.http import Queries
from contracts.fields import Id
from supplier_svc.api.existing import existing
from supplier_svc.read_models import (
    corrective_action,
    defect_month,
    improvement,
    lot_month,
    order_share,
    supplier_month,
)
from supplier_svc.reports.page import page
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.reports.scorecard import PERIODS_SHOWN, Scorecard, scorecard
from supplier_svc.scoring.period import Period

router = APIRouter(prefix="/v1", tags=["suppliers"])

SHARES_SHOWN = 30
ACTIONS_SHOWN = 30


@router.get(
    "/suppliers/{supplier_id}/scorecard",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
)
async def show_scorecard(supplier_id: Id, queries: Queries, format: Literal["html", "pdf"] = "html") -> Response:
    """The supplier's scorecard: standing, why, trend, Pareto of defects, shares, what is due."""
    card = await _scorecard(supplier_id, queries)
    if format == "html":
        return HTMLResponse(page(card))
    content = await run_in_threadpool(_pdf, card)
    headers = {"content-disposition": f'inline; filename="scorecard-{card.made_on}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _pdf(card: Scorecard) -> bytes:
    # The library takes a quarter of the service's start to load, and most starts are not for a PDF.
    from supplier_svc.reports.pdf import pdf

    return pdf(card)


async def _scorecard(supplier_id: str, queries: Queries) -> Scorecard:
    supplier = await existing(supplier_id, queries)
    today = queries.now.date()
    last = Period.of(today)
    months = str(last.plus(-11)), str(last)
    lots = lot_month.quality(lot_month.BY["supplier"], *months, supplier_id, None, None)
    defects = defect_month.pareto(defect_month.BY["code"], *months, supplier_id, None, None)
    open_steps = corrective_action.actions(supplier_id, "open").order_by(corrective_action.TABLE.c.next_due_on)
    shares = order_share.of_supplier(supplier_id).order_by(
        order_share.TABLE.c.share_percent.desc(), order_share.TABLE.c.item_id
    )
    return scorecard(
        supplier,
        await queries.rows(supplier_month.latest_graded(supplier_id).limit(PERIODS_SHOWN)),
        quality_rows(await queries.rows(lots)),
        pareto_rows(await queries.rows(defects)),
        await queries.rows(shares.limit(SHARES_SHOWN)),
        await queries.rows(improvement.improvements(supplier_id, "due").order_by(*improvement.ORDER)),
        await queries.rows(open_steps.limit(ACTIONS_SHOWN)),
        today,
    )
