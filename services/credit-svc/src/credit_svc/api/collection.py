"""Routes of collection: the worklist, one case, what is done about it, and how well the steps work."""

from typing import Any, get_args

from fastapi import APIRouter

from chassis.http import Answered, Commands, NotFound, Page, Paging, Queries
from contracts.credit import Way
from contracts.fields import Id
from credit_svc.account.cases import PauseCase, ResumeCase
from credit_svc.account.orders import CheckOrder
from credit_svc.account.promises import RecordPromise
from credit_svc.account.stages import RecordStage
from credit_svc.account.state import Account
from credit_svc.collection.routes import next_stages
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import collection_case, open_item
from credit_svc.reports import effectiveness
from credit_svc.reports.worklist import worklist
from credit_svc.requests import Pause, Promise, StageReached
from credit_svc.responses import CaseAnswer

router = APIRouter(prefix="/v1/collections", tags=["collection"])


@router.get("")
async def list_collections(queries: Queries, page: Paging) -> Page:
    """Open collection cases, the most pressing first; the score and its parts are in the answer."""
    today = queries.now.date()
    weights = queries.policies.at(CollectionPolicy, today).document.worklist
    query, by = worklist(today, weights)
    found = await queries.page(query, by, page)
    return Page(
        items=[{name: value for name, value in row.items() if name != "rank"} for row in found.items], next=found.next
    )


@router.get("/effectiveness")
async def show_effectiveness(queries: Queries) -> list[dict[str, object]]:
    """How well each step works: how many cases took it, how many it settled, how much that was, and after how many days."""
    return [dict(row) for row in await queries.rows(effectiveness.by_step())]


@router.get("/{case_id}")
async def show_case(case_id: Id, queries: Queries) -> CaseAnswer:
    """One collection case with its steps, pauses, promises and stages, what it pursues and what may come next."""
    row = await _case(case_id, queries)
    pursued = [] if row["closed_on"] else await queries.rows(open_item.overdue_items(str(row["customer_id"])))
    state: Account = await queries.state(CheckOrder, str(row["customer_id"]))
    policy = queries.policies.at(CollectionPolicy, queries.now.date()).document
    stages: dict[str, list[str]] = {}
    if state.case is not None and state.case.case_id == case_id:
        stages = {way: [s.name for s in next_stages(state.case, way, policy)] for way in get_args(Way)}
    return CaseAnswer(**row, overdue_invoices=pursued, next_stages=stages)


@router.post("/{case_id}/pause")
async def pause(case_id: Id, body: Pause, commands: Commands, queries: Queries) -> Answered:
    """Take no step until a day; a person's decision with its reason."""
    customer_id, today = await _customer(case_id, queries), queries.now.date()
    return await commands.do(PauseCase(case_id, customer_id, body.until, body.reason, body.paused_by, today))


@router.delete("/{case_id}/pause")
async def resume(case_id: Id, commands: Commands, queries: Queries) -> Answered:
    """Take steps again before the pause ends."""
    return await commands.do(ResumeCase(case_id, await _customer(case_id, queries), queries.now.date()))


@router.post("/{case_id}/promises")
async def promise(case_id: Id, body: Promise, commands: Commands, queries: Queries) -> Answered:
    """Record that the customer promised to pay; the case waits for the day, and a broken promise has consequences."""
    customer_id, today = await _customer(case_id, queries), queries.now.date()
    return await commands.do(
        RecordPromise(case_id, customer_id, body.amount, body.promised_on, body.recorded_by, today)
    )


@router.post("/{case_id}/stages")
async def reach_stage(case_id: Id, body: StageReached, commands: Commands, queries: Queries) -> Answered:
    """Record a stage of delegation, arbitration or litigation; they come in order, and each starts its clocks."""
    customer_id, today = await _customer(case_id, queries), queries.now.date()
    return await commands.do(
        RecordStage(
            case_id, customer_id, body.way, body.stage, body.note, body.recorded_by, today, body.agency,
            body.commission_percent,
        )
    )  # fmt: skip


async def _customer(case_id: str, queries: Queries) -> str:
    return str((await _case(case_id, queries))["customer_id"])


async def _case(case_id: str, queries: Queries) -> dict[str, Any]:
    row = await queries.one(collection_case.case(case_id))
    if row is None:
        raise NotFound("collection case", case_id)
    return row
