"""To-dos about customers."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope, Writes
from customer_svc.read_models import alias, customer_file, todo
from customer_svc.requests.retentions import Outcome
from customer_svc.responses.todos import TodoAnswer
from customer_svc.todos import FinishTodo

router = APIRouter(prefix="/v1", tags=["to-dos"])

OF = todo.TABLE.c
SORT = Sorting(todo.ORDER, OF.opened_on, OF.due_on)


@router.get("/todos", dependencies=[needs("customer.todos.read")])
async def list_todos(
    queries: Queries,
    page: Paging,
    scope: Scope,
    status: Annotated[todo.Status | None, Query(description="late ones are open too")] = None,
    customer_id: Id | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[TodoAnswer]:
    """What is to be done about customers, and what came of it."""
    query = todo.todos(queries.today, status)
    if customer_id is not None:
        query = query.where(alias.same_as(OF.customer_id, customer_id))
    query = customer_file.scoped(query, OF.customer_id, scope, OF.owner_id)
    return await of_known(customer_id, await queries.page(query, SORT.order(sort), page), queries)


@router.post("/customers/{customer_id}/todos/{todo_id}/outcome", dependencies=[needs("customer.todos.finish")])
async def finish_todo(
    customer_id: Id, todo_id: Id, body: JsonBody[Outcome], commands: Commands, writes: Writes
) -> Answered:
    """What came of it."""
    await writes.allow("change", customer_id)
    at = commands.start_of_past(body.done_on, "done_on")
    return await commands.do(FinishTodo(customer_id, todo_id, body.outcome, body.done_on, commands.actor), at)
