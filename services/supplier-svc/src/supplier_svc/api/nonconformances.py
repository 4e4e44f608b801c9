"""Routes of nonconformances and who answers for them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    MonthText,
    Page,
    Paging,
    Queries,
    Sorting,
    first_day,
    invalid_input,
    needs,
    shown,
)
from contracts.erp import Severity
from contracts.fields import Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import nonconformance
from supplier_svc.requests.nonconformances import DecisionBody
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.responsibility import DecideResponsibility

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]
OF = nonconformance.TABLE.c
SORT = Sorting(nonconformance.ORDER, OF.found_on, OF.points, OF.quantity, OF.supplier_id)


@router.get("/nonconformances", dependencies=[needs("supplier.nonconformances.read", partner="supplier_id")])
async def list_nonconformances(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    month: Annotated[MonthText | None, Query()] = None,
    severity: Severity | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[nonconformance.NonconformanceRow]:
    """Nonconformances by the day they were found, which ``since`` and ``until`` bound; of one supplier or month where they are named."""
    if month is not None and first_day(month) > queries.today:
        raise invalid_input("month", "not_begun", f"{month} has not begun")
    query = nonconformance.nonconformances(supplier_id, Period.parse(month) if month else None, severity)
    return await of_known(supplier_id, await queries.page(days.of(query, OF.found_on), SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/nonconformances/{nonconformance_id}",
    response_model=shown(nonconformance.NonconformanceRow),
    dependencies=[needs("supplier.nonconformances.read", partner="supplier_id")],
)
async def show_nonconformance(supplier_id: Id, nonconformance_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One nonconformance: what was found, who answers for it, what it cost in points."""
    query = nonconformance.nonconformances(supplier_id).where(OF.nonconformance_id == nonconformance_id)
    return await one_of_supplier(query, queries, "nonconformance", nonconformance_id)


@router.post("/nonconformances/decisions", dependencies=[needs("supplier.nonconformances.decide")])
async def decide_responsibility(decision: JsonBody[DecisionBody], commands: Commands) -> Answered:
    """Decide who answers for a nonconformance; a period that was graded already is restated."""
    return await commands.do(DecideResponsibility(**dict(decision), decided_on=commands.today))
