"""Routes of the objections of suppliers to records about them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import objection
from supplier_svc.requests.objections import ObjectionBody, ObjectionDecisionBody
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]


@router.get("/objections")
async def list_objections(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: objection.State | None = None
) -> Page[objection.Row]:
    """Objections of suppliers to records; ``state``: open, upheld, dismissed."""
    return await queries.page(objection.objections(supplier_id, state), objection.ORDER, page)


@router.post("/suppliers/{supplier_id}/objections")
async def raise_objection(supplier_id: Id, body: JsonBody[ObjectionBody], commands: Commands) -> Answered:
    """The supplier objects to a record."""
    command = RaiseObjection(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.raised_on))


@router.post("/suppliers/{supplier_id}/objections/{objection_id}/decision")
async def decide_objection(
    supplier_id: Id,
    objection_id: Id,
    body: JsonBody[ObjectionDecisionBody],
    commands: Commands,
) -> Answered:
    """Uphold or dismiss an objection; an upheld one restates the period of the record."""
    command = DecideObjection(supplier_id, objection_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.decided_on))
