"""Routes of the survey of heads: its rounds, their answers, and the cases that people recorded beside them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs
from contracts.erp import CaseKind
from contracts.fields import Id
from supplier_svc.api.suppliers import of_known
from supplier_svc.read_models import supplier_case, survey_answer, survey_round
from supplier_svc.reports.survey_rounds import counted, with_missing
from supplier_svc.requests.surveys import AnswerBody
from supplier_svc.responses.surveys import SurveyRound, SurveyRoundAnswer
from supplier_svc.supplier.surveys import AnswerSurvey
from supplier_svc.survey.rounds import AskHeads

router = APIRouter(prefix="/v1", tags=["surveys"])

OfSupplier = Annotated[Id | None, Query()]
ANSWERS = Sorting(survey_answer.ORDER, survey_answer.TABLE.c.answered_on, survey_answer.TABLE.c.supplier_id)
CASES = Sorting(supplier_case.ORDER, supplier_case.TABLE.c.happened_on, supplier_case.TABLE.c.supplier_id)
ROUNDS = Sorting(survey_round.ORDER, survey_round.TABLE.c.opens_on)


@router.get("/supplier-surveys", dependencies=[needs("supplier.surveys.read")])
async def list_answers(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    round_id: Annotated[Id | None, Query()] = None,
    respondent: Annotated[Id | None, Query()] = None,
    sort: Annotated[str | None, ANSWERS] = None,
) -> Page[survey_answer.Row]:
    """Answers about suppliers, oldest first, in a round or outside of one; ``since`` and ``until`` bound their day."""
    query = days.of(survey_answer.answers(supplier_id, round_id, respondent), survey_answer.TABLE.c.answered_on)
    return await of_known(supplier_id, await queries.page(query, ANSWERS.order(sort), page), queries)


@router.get("/supplier-surveys/rounds", dependencies=[needs("supplier.surveys.read")])
async def list_rounds(
    queries: Queries,
    page: Paging,
    status: survey_round.Status | None = None,
    sort: Annotated[str | None, ROUNDS] = None,
) -> Page[SurveyRound]:
    """Rounds of the survey, oldest first, with what each head was asked and answered."""
    found = await queries.page(survey_round.rounds(status), ROUNDS.order(sort), page)
    rounds = await counted(found.items, queries)
    return Page[SurveyRound](items=[each.model_dump() for each in rounds], next=found.next)


@router.get("/supplier-surveys/rounds/{round_id}", dependencies=[needs("supplier.surveys.read")])
async def show_round(round_id: Id, queries: Queries) -> SurveyRoundAnswer:
    """One round, with the suppliers about which each head has not answered."""
    row = await queries.one(survey_round.survey_round(round_id))
    if row is None:
        raise NotFound("survey round", round_id)
    return await with_missing(row, queries)


@router.post("/supplier-surveys/{round_id}/answers", dependencies=[needs("supplier.surveys.answer")])
async def answer_survey(round_id: Id, body: JsonBody[AnswerBody], commands: Commands, queries: Queries) -> Answered:
    """Answer about one supplier in a round in which the caller is asked."""
    respondent = commands.person(body.respondent, "respondent")
    known = await queries.state(AskHeads, round_id)
    if not known.exists:
        raise NotFound("survey round", round_id)
    return await commands.do(
        AnswerSurvey(body.supplier_id, round_id, respondent, dict(body.scores), commands.today, known)
    )


@router.get("/supplier-cases", dependencies=[needs("supplier.cases.read", partner="supplier_id")])
async def list_cases(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    kind: CaseKind | None = None,
    sort: Annotated[str | None, CASES] = None,
) -> Page[supplier_case.Row]:
    """Lacks of cooperation, oldest first, those that were withdrawn marked; ``since`` and ``until`` bound their day."""
    query = days.of(supplier_case.cases(supplier_id, kind), supplier_case.TABLE.c.happened_on)
    return await of_known(supplier_id, await queries.page(query, CASES.order(sort), page), queries)
