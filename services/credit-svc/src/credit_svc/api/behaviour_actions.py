"""Routes of what behaviour classes call for: the list, what came of it, and whether a customer of class C is hopeful."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, Sorting, needs
from contracts.credit import BehaviourAction, BehaviourClass
from contracts.fields import Id
from credit_svc.account.behaviour_actions import FinishAction, JudgeProspect, RequestAction
from credit_svc.api.identity import Survivor
from credit_svc.read_models import behaviour_action
from credit_svc.reports.account_page import account_row
from credit_svc.reports.known import known_customer
from credit_svc.reports.today import today_of
from credit_svc.requests.behaviour_actions import ActionOutcomeBody, ActionRequestBody, ProspectBody
from credit_svc.responses.behaviour_actions import BehaviourActionAnswer

router = APIRouter(prefix="/v1", tags=["behaviour actions"])

OF = behaviour_action.MODEL.table.c
SORT = Sorting(behaviour_action.ORDER, OF.requested_on, OF.answer_until)


@router.get("/behaviour-actions", dependencies=[needs("credit.actions.read")])
async def list_behaviour_actions(
    queries: Queries,
    page: Paging,
    status: Annotated[behaviour_action.Status | None, Query(description="late ones are open too")] = None,
    behaviour: BehaviourClass | None = None,
    kind: BehaviourAction | None = None,
    customer_id: Id | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[BehaviourActionAnswer]:
    """What behaviour classes call for: to strengthen, consolidate, help, guard a customer, or to recover and end the relation."""
    customer_id = await known_customer(queries, customer_id)
    query = behaviour_action.actions(queries.today, status, behaviour, kind, customer_id)
    return await queries.page(query, SORT.order(sort), page)


@router.post(
    "/behaviour-actions/{customer_id}/{behaviour_action_id}/outcome", dependencies=[needs("credit.actions.finish")]
)
async def finish_behaviour_action(
    customer_id: Survivor,
    behaviour_action_id: Id,
    body: JsonBody[ActionOutcomeBody],
    commands: Commands,
    queries: Queries,
) -> Answered:
    """Record that what was called for is done, and what came of it."""
    by = commands.person(body.done_by, "done_by")
    today = await today_of(customer_id, queries)
    return await commands.do(FinishAction(customer_id, behaviour_action_id, body.outcome, by, today))


@router.post("/accounts/{customer_id}/behaviour-actions", dependencies=[needs("credit.actions.request")])
async def request_behaviour_action(
    customer_id: Survivor, body: JsonBody[ActionRequestBody], commands: Commands, queries: Queries
) -> Answered:
    """Ask for what the present class of the customer calls for; of class A nothing is asked for otherwise."""
    by = commands.person(body.requested_by, "requested_by")
    await account_row(queries, customer_id)
    return await commands.do(RequestAction(customer_id, by, await today_of(customer_id, queries)))


@router.post("/accounts/{customer_id}/prospect", dependencies=[needs("credit.prospects.judge")])
async def judge_prospect(
    customer_id: Survivor, body: JsonBody[ProspectBody], commands: Commands, queries: Queries
) -> Answered:
    """Judge whether a customer of class C is hopeful, so that it is helped, or not, so that it is kept from becoming D."""
    by = commands.person(body.judged_by, "judged_by")
    today = await today_of(customer_id, queries)
    return await commands.do(JudgeProspect(customer_id, body.hopeful, body.because, by, today))
