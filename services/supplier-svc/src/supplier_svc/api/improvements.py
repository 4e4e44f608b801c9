"""Routes of the answers that suppliers owe for poor or falling grades."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import improvement
from supplier_svc.requests.improvements import ImprovementBody
from supplier_svc.supplier.improvements import RecordImprovement

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]


@router.get("/improvements")
async def list_improvements(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: improvement.State | None = None
) -> Page[improvement.Row]:
    """Answers that suppliers owe; ``state``: due, accepted, missed, waived."""
    return await queries.page(improvement.improvements(supplier_id, state), improvement.ORDER, page)


@router.post("/suppliers/{supplier_id}/improvements")
async def record_improvement(supplier_id: Id, body: JsonBody[ImprovementBody], commands: Commands) -> Answered:
    """Accept the answer that a supplier owed for a period."""
    return await commands.do(
        RecordImprovement(supplier_id, **dict(body)), occurred_at=commands.start_of(body.recorded_on)
    )
