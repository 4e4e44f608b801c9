"""Customers about to leave, and the tasks to keep them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from customer_svc.api.scopes import Scope
from customer_svc.care.retention import FinishTask
from customer_svc.read_models import customer_file, retention
from customer_svc.requests.retentions import Outcome

router = APIRouter(prefix="/v1", tags=["retention"])


@router.get("/retentions")
async def list_retentions(
    queries: Queries,
    page: Paging,
    scope: Scope,
    level: Annotated[retention.Level | None, Query(description="warned at this level")] = None,
    owner_id: Annotated[Id | None, Query(description="of this owner")] = None,
    open_task: Annotated[bool | None, Query(description="with a task that is not done, or without")] = None,
) -> Page[retention.Row]:
    """Customers with a churn warning, what it was based on, and what was done."""
    by = retention.TABLE.c.customer_id
    query = retention.retentions(level, owner_id, open_task)
    query = customer_file.scoped(query, by, scope, retention.TABLE.c.owner_id)
    return await queries.page(query, retention.ORDER, page)


@router.post("/customers/{customer_id}/retention-tasks/{task_id}/outcome")
async def finish_task(customer_id: Id, task_id: Id, body: JsonBody[Outcome], commands: Commands) -> Answered:
    """What was done to keep the customer."""
    command = FinishTask(customer_id, task_id, body.outcome, body.done_on, commands.actor)
    return await commands.do(command, commands.start_of(body.done_on))
