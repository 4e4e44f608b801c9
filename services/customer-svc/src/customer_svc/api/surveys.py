"""Surveys: list and answer."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts import erp
from contracts.fields import Id
from customer_svc import reactions
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope
from customer_svc.read_models import customer_file, survey

router = APIRouter(prefix="/v1", tags=["surveys"])


@router.get("/surveys")
async def list_surveys(
    queries: Queries,
    page: Paging,
    scope: Scope,
    customer_id: Annotated[Id | None, Query(description="answers of this customer")] = None,
    at_risk: Annotated[bool | None, Query(description="rated below the best, or not")] = None,
) -> Page[survey.Row]:
    """Answers, oldest first."""
    query = customer_file.scoped(survey.surveys(customer_id, at_risk), survey.TABLE.c.customer_id, scope)
    return await of_known(customer_id, await queries.page(query, survey.ORDER, page), queries)


@router.post("/surveys", status_code=201)
async def record_survey(body: JsonBody[erp.SurveyAnswered], commands: Commands) -> Answered:
    """Record an answer. A rating needs an answer 'rating' on the scale of the satisfaction policy."""
    return await commands.do(reactions.record_survey(body), commands.start_of(body.answered_on))
