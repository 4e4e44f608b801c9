"""Routes of collection: the worklist, one case, what is done about it, and how well the steps work."""

from typing import Annotated

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, needs
from contracts.fields import Currency, Id
from credit_svc.account.cases import PauseCase, ResumeCase, TakeStepNow
from credit_svc.account.promises import RecordPromise
from credit_svc.account.stages import RecordStage
from credit_svc.reports import effectiveness
from credit_svc.reports.case_page import case_page
from credit_svc.reports.case_page import customer_of_case as _customer
from credit_svc.reports.known import known_customer
from credit_svc.reports.worklist import SORT, worklist_page
from credit_svc.requests import PauseBody, PromiseBody, StageBody, StepBody
from credit_svc.responses.collection import CaseAnswer, EffectivenessAnswer, WorklistItem

router = APIRouter(prefix="/v1/collections", tags=["collection"])


@router.get("", dependencies=[needs("credit.collection.read")])
async def list_collections(
    queries: Queries,
    page: Paging,
    customer_id: Id | None = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, SORT] = None,
    way_asked: bool | None = None,
) -> Page[WorklistItem]:
    """Open collection cases, the most pressing first; the score and its parts are in the answer."""
    customer_id = await known_customer(queries, customer_id)
    return await worklist_page(queries, page, customer_id, currency, sort, way_asked)


@router.get("/effectiveness", dependencies=[needs("credit.collection.read")])
async def show_effectiveness(
    queries: Queries, page: Paging, by: effectiveness.By = "step"
) -> Page[EffectivenessAnswer]:
    """How well each step, or each way of reaching the debtor, works: how many cases took it, how many it settled, for how much, and
    after how many days."""
    return page.part_of(await queries.rows(effectiveness.effectiveness(by)))


@router.get("/{case_id}", dependencies=[needs("credit.collection.read")])
async def show_case(case_id: Id, queries: Queries) -> CaseAnswer:
    """One collection case with its steps, pauses, promises and stages, what it pursues and what may come next."""
    return await case_page(queries, case_id)


@router.post("/{case_id}/pause", dependencies=[needs("credit.collection.pause")])
async def pause_case(case_id: Id, body: JsonBody[PauseBody], commands: Commands, queries: Queries) -> Answered:
    """Take no step until a day; a person's decision with its reason."""
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        PauseCase(case_id, customer_id, body.until, body.reason, commands.person(body.paused_by, "paused_by"), today)
    )


@router.delete("/{case_id}/pause", dependencies=[needs("credit.collection.pause")])
async def resume_case(case_id: Id, commands: Commands, queries: Queries) -> Answered:
    """Take steps again before the pause ends."""
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(ResumeCase(case_id, customer_id, today))


@router.post("/{case_id}/steps", dependencies=[needs("credit.collection.step")])
async def take_step(case_id: Id, body: JsonBody[StepBody], commands: Commands, queries: Queries) -> Answered:
    """Take the next step now, a reminder for example, instead of on its day; one a day at most, and with a reason."""
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        TakeStepNow(case_id, customer_id, body.reason, commands.person(body.taken_by, "taken_by"), today)
    )


@router.post("/{case_id}/promises", dependencies=[needs("credit.collection.promise")])
async def record_promise(case_id: Id, body: JsonBody[PromiseBody], commands: Commands, queries: Queries) -> Answered:
    """Record that the customer promised to pay; the case waits for the day, and a broken promise has consequences."""
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        RecordPromise(
            case_id, customer_id, body.amount, body.promised_on, commands.person(body.recorded_by, "recorded_by"), today
        )
    )


@router.post("/{case_id}/stages", dependencies=[needs("credit.collection.escalate")])
async def reach_stage(case_id: Id, body: JsonBody[StageBody], commands: Commands, queries: Queries) -> Answered:
    """Record a stage of delegation, arbitration or litigation; they come in order, and each starts its clocks."""
    person = commands.person(body.recorded_by, "recorded_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        RecordStage(case_id, customer_id, body.way, body.stage, body.note, person, today, body.terms, body.claim)
    )
