"""Routes of the answers that suppliers owe for poor or falling grades."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import improvement
from supplier_svc.requests.fields import PeriodText
from supplier_svc.requests.improvements import ImprovementBody
from supplier_svc.supplier.improvements import RecordImprovement

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]
OF = improvement.TABLE.c
SORT = Sorting(improvement.ORDER, OF.due_on, OF.supplier_id, OF.grade)


@router.get("/improvements", dependencies=[needs("supplier.improvements.read", partner="supplier_id")])
async def list_improvements(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    status: improvement.Status | None = None,
    period: Annotated[PeriodText | None, Query()] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[improvement.Row]:
    """Answers that suppliers owe by the day on which they are due, which ``since`` and ``until`` bound."""
    query = days.of(improvement.improvements(supplier_id, status, period), OF.due_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/improvements/{period}",
    response_model=shown(improvement.Row),
    dependencies=[needs("supplier.improvements.read", partner="supplier_id")],
)
async def show_improvement(supplier_id: Id, period: PeriodText, queries: Queries) -> dict[str, Anything]:
    """The answer that a supplier owes, or owed, for a period."""
    query = improvement.improvements(supplier_id, period=period)
    return await one_of_supplier(query, queries, f"answer of supplier {supplier_id} for", period)


@router.post("/suppliers/{supplier_id}/improvements", dependencies=[needs("supplier.improvements.record")])
async def record_improvement(supplier_id: Id, body: JsonBody[ImprovementBody], commands: Commands) -> Answered:
    """Accept the answer that a supplier owed for a period."""
    return await commands.do(
        RecordImprovement(
            supplier_id, **{**dict(body), "accepted_by": commands.person(body.accepted_by, "accepted_by")}
        ),
        occurred_at=commands.start_of_past(body.recorded_on, "recorded_on"),
    )
