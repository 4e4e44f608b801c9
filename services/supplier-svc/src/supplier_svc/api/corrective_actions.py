"""Routes of corrective actions (8D) and their steps."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from contracts.supplier import RecordId
from supplier_svc.read_models import corrective_action
from supplier_svc.requests.corrective_actions import CorrectiveActionBody, StepBody, WithdrawalBody
from supplier_svc.supplier.corrective_actions import CompleteStep, OpenCorrectiveAction, WithdrawCorrectiveAction

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]


@router.get("/corrective-actions")
async def list_corrective_actions(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: corrective_action.State | None = None
) -> Page[corrective_action.Row]:
    """Corrective actions; ``state``: open, done, withdrawn."""
    return await queries.page(corrective_action.actions(supplier_id, state), corrective_action.ORDER, page)


@router.post("/suppliers/{supplier_id}/corrective-actions")
async def open_corrective_action(
    supplier_id: Id,
    body: JsonBody[CorrectiveActionBody],
    commands: Commands,
) -> Answered:
    """Open a corrective action by hand."""
    return await commands.do(
        OpenCorrectiveAction(supplier_id, **dict(body)), occurred_at=commands.start_of(body.opened_on)
    )


@router.post("/suppliers/{supplier_id}/corrective-actions/{action_id}/steps")
async def complete_corrective_step(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[StepBody],
    commands: Commands,
) -> Answered:
    """The next step of a corrective action was done."""
    command = CompleteStep(supplier_id, action_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.done_on))


@router.post("/suppliers/{supplier_id}/corrective-actions/{action_id}/withdrawal")
async def withdraw_corrective_action(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[WithdrawalBody],
    commands: Commands,
) -> Answered:
    """Close a corrective action whose cause fell away."""
    command = WithdrawCorrectiveAction(supplier_id, action_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.withdrawn_on))
