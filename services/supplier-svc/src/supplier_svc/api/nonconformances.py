"""Routes of nonconformances and who answers for them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import nonconformance
from supplier_svc.requests.fields import MonthText
from supplier_svc.requests.nonconformances import DecisionBody
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.responsibility import DecideResponsibility

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]


@router.get("/nonconformances")
async def list_nonconformances(
    queries: Queries,
    page: Paging,
    supplier_id: OfSupplier = None,
    month: Annotated[MonthText | None, Query()] = None,
) -> Page[nonconformance.NonconformanceRow]:
    """Nonconformances by the day they were found; of one supplier or month where they are named."""
    query = nonconformance.nonconformances(supplier_id, Period.parse(month) if month else None)
    return await queries.page(query, nonconformance.ORDER, page)


@router.post("/nonconformances/decisions")
async def decide_responsibility(decision: JsonBody[DecisionBody], commands: Commands) -> Answered:
    """Decide who answers for a nonconformance; a period that was graded already is restated."""
    return await commands.do(DecideResponsibility(**dict(decision)))
