"""Routes of corrective actions (8D) and their steps."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Problem, Queries, Sorting, needs, shown
from contracts.fields import Day, Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import corrective_action
from supplier_svc.requests.corrective_actions import CorrectiveActionBody, StepBody, WithdrawalBody
from supplier_svc.supplier.corrective_actions import CompleteStep, OpenCorrectiveAction, WithdrawCorrectiveAction
from supplier_svc.supplier.submission_kinds import OURS

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]
OF = corrective_action.TABLE.c
SORT = Sorting(corrective_action.ORDER, OF.opened_on, OF.next_due_on, OF.closed_on, OF.supplier_id)


@router.get("/corrective-actions", dependencies=[needs("supplier.corrective-actions.read", partner="supplier_id")])
async def list_corrective_actions(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    status: corrective_action.Status | None = None,
    due_until: Annotated[Day | None, Query(description="only those whose next step is due by this day")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[corrective_action.Row]:
    """Corrective actions by the day on which they were opened, which ``since`` and ``until`` bound."""
    query = days.of(corrective_action.actions(supplier_id, status, due_until), OF.opened_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/corrective-actions/{action_id}",
    response_model=shown(corrective_action.Row),
    dependencies=[needs("supplier.corrective-actions.read", partner="supplier_id")],
)
async def show_corrective_action(supplier_id: Id, action_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One corrective action with the steps that were done and the next one."""
    query = corrective_action.actions(supplier_id).where(OF.action_id == action_id)
    return await one_of_supplier(query, queries, "corrective action", action_id)


@router.post("/suppliers/{supplier_id}/corrective-actions", dependencies=[needs("supplier.corrective-actions.open")])
async def open_corrective_action(
    supplier_id: Id,
    body: JsonBody[CorrectiveActionBody],
    commands: Commands,
) -> Answered:
    """Open a corrective action by hand."""
    return await commands.do(
        OpenCorrectiveAction(supplier_id, **dict(body)), occurred_at=commands.start_of_past(body.opened_on, "opened_on")
    )


@router.post(
    "/suppliers/{supplier_id}/corrective-actions/{action_id}/steps",
    dependencies=[needs("supplier.corrective-actions.complete", partner="supplier_id")],
)
async def complete_corrective_step(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[StepBody],
    commands: Commands,
) -> Answered:
    """The next step of a corrective action was done."""
    if commands.caller.partner and body.step in OURS:
        raise Problem(403, "not-for-suppliers", "A supplier's token may not do this.")
    done_by = commands.person(body.done_by, "done_by")
    step = {**dict(body), "done_by": done_by, "evidence": "; ".join(body.evidence)}
    command = CompleteStep(supplier_id, action_id, **step)
    return await commands.do(command, occurred_at=commands.start_of_past(body.done_on, "done_on"))


@router.post(
    "/suppliers/{supplier_id}/corrective-actions/{action_id}/withdrawal",
    dependencies=[needs("supplier.corrective-actions.withdraw")],
)
async def withdraw_corrective_action(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[WithdrawalBody],
    commands: Commands,
) -> Answered:
    """Close a corrective action whose cause fell away."""
    command = WithdrawCorrectiveAction(supplier_id, action_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of_past(body.withdrawn_on, "withdrawn_on"))
