"""The scorecard of a supplier, as a page or a PDF that can be sent to it."""

from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from chassis.http import Queries, Reasoned, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.reports.page import page
from supplier_svc.reports.scorecard import Scorecard
from supplier_svc.reports.scorecard_of import scorecard_of

router = APIRouter(prefix="/v1", tags=["suppliers"])


@router.get(
    "/suppliers/{supplier_id}/scorecard",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {}, "application/pdf": {}}}},
    dependencies=[needs("supplier.scorecards.read", partner="supplier_id")],
)
async def show_scorecard(
    supplier_id: Id, queries: Queries, looking: Reasoned, format: Literal["html", "pdf"] = "html"
) -> Response:
    """The supplier's scorecard: standing, why, trend, Pareto of defects, shares, what is due."""
    card = await scorecard_of(await existing_supplier(supplier_id, queries), queries)
    if format == "html":
        return HTMLResponse(page(card))
    content = await run_in_threadpool(_pdf, card)
    await looking.looked("scorecard exported", f"suppliers/{supplier_id}")
    headers = {"content-disposition": f'inline; filename="{card.file_name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _pdf(card: Scorecard) -> bytes:
    # The library takes a quarter of the service's start to load, and most starts are not for a PDF.
    from supplier_svc.reports.pdf import pdf

    return pdf(card)
