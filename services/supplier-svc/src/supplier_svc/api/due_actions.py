"""The route of what suppliers owe."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Queries
from contracts.fields import Id
from supplier_svc.reports.due_actions import due_actions
from supplier_svc.responses import DueActions

router = APIRouter(prefix="/v1", tags=["actions"])


@router.get("/due-actions")
async def show_due_actions(
    queries: Queries,
    within_days: Annotated[int, Query(ge=0, le=366)] = 14,
    supplier_id: Annotated[Id | None, Query()] = None,
) -> DueActions:
    """What suppliers owe within this many days, overdue things included; at most 500 of each kind."""
    return await due_actions(queries, within_days, supplier_id)
