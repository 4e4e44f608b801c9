"""The route of what suppliers owe."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Queries, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.reports.due_actions import due_actions
from supplier_svc.requests.fields import WithinDays
from supplier_svc.responses.due_actions import DueActions

router = APIRouter(prefix="/v1", tags=["actions"])


@router.get("/due-actions", dependencies=[needs("supplier.due-actions.read")])
async def show_due_actions(
    queries: Queries,
    within_days: Annotated[WithinDays, Query()] = 14,
    supplier_id: Annotated[Id | None, Query()] = None,
) -> DueActions:
    """What suppliers owe within this many days, overdue things included; at most 500 of each kind."""
    if supplier_id is not None:
        await existing_supplier(supplier_id, queries)
    return await due_actions(queries, within_days, supplier_id)
