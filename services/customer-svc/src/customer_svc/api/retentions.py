"""Customers about to leave, and the tasks to keep them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from customer_svc.api.scopes import Readable, Scope, Writes
from customer_svc.care.retention import FinishTask
from customer_svc.read_models import customer_file, retention
from customer_svc.requests.retentions import Outcome

router = APIRouter(prefix="/v1", tags=["retention"])

OF = retention.TABLE.c
SORT = Sorting(retention.ORDER, OF.warned_on, OF.task_due_on, OF.owner_id)


@router.get("/retentions", dependencies=[needs("customer.retentions.read")])
async def list_retentions(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    level: Annotated[retention.Level | None, Query(description="warned at this level")] = None,
    owner_id: Annotated[Id | None, Query(description="of this owner")] = None,
    open_task: Annotated[bool | None, Query(description="with a task that is not done, or without")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[retention.Row]:
    """Customers with a churn warning of days from ``since`` to ``until``, what it was based on, and what was done."""
    by = retention.TABLE.c.customer_id
    query = days.of(retention.retentions(level, owner_id, open_task), retention.TABLE.c.warned_on)
    query = customer_file.scoped(query, by, scope, retention.TABLE.c.owner_id)
    return await queries.page(query, SORT.order(sort), page)


@router.get(
    "/retentions/{customer_id}", response_model=shown(retention.Row), dependencies=[needs("customer.retentions.read")]
)
async def read_retention(customer_id: Readable, queries: Queries) -> dict[str, Anything]:
    """The last churn warning of a customer, and what was done."""
    found = await queries.one(retention.retentions().where(retention.TABLE.c.customer_id == customer_id.customer_id))
    if found is None:
        raise NotFound("churn warning of customer", customer_id.customer_id)
    return found


@router.post(
    "/customers/{customer_id}/retention-tasks/{task_id}/outcome", dependencies=[needs("customer.retentions.finish")]
)
async def finish_task(
    customer_id: Id, task_id: Id, body: JsonBody[Outcome], commands: Commands, writes: Writes
) -> Answered:
    """What was done to keep the customer."""
    await writes.allow("change", customer_id)
    command = FinishTask(customer_id, task_id, body.outcome, body.done_on, commands.actor)
    return await commands.do(command, commands.start_of(body.done_on))
