"""Surveys: list and answer."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts import erp
from contracts.fields import Id
from contracts.figures import Anything
from customer_svc import reactions
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope, Writes, refuse_unreadable
from customer_svc.read_models import customer_file, survey

router = APIRouter(prefix="/v1", tags=["surveys"])

OF = survey.TABLE.c
SORT = Sorting(survey.ORDER, OF.answered_on, OF.score, OF.customer_id)


@router.get("/surveys", dependencies=[needs("customer.surveys.read")])
async def list_surveys(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="answers of this customer")] = None,
    at_risk: Annotated[bool | None, Query(description="rated below the best, or not")] = None,
    kind: survey.Kind | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[survey.Row]:
    """Answers of days from ``since`` to ``until``, oldest first."""
    query = days.of(survey.surveys(customer_id, at_risk, kind), OF.answered_on)
    query = customer_file.scoped(query, OF.customer_id, scope)
    return await of_known(customer_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get("/surveys/{survey_id}", response_model=shown(survey.Row), dependencies=[needs("customer.surveys.read")])
async def read_survey(survey_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """One answer with what its score is made of."""
    found = await queries.one(survey.surveys().where(OF.survey_id == survey_id))
    if found is None:
        raise NotFound("survey", survey_id)
    await refuse_unreadable(found["customer_id"], queries, scope)
    return found


@router.post("/surveys", dependencies=[needs("customer.facts.record")])
async def record_survey(body: JsonBody[erp.SurveyAnswered], commands: Commands, writes: Writes) -> Answered:
    """Record an answer. A rating needs an answer 'rating' on the scale of the satisfaction policy."""
    await writes.allow("create", body.customer_id)
    return await commands.do(reactions.record_survey(body), commands.start_of(body.answered_on))
