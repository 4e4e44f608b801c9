"""Routes of the objections of suppliers to records about them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import objection
from supplier_svc.requests.objections import ObjectionBody, ObjectionDecisionBody
from supplier_svc.supplier.objections import DecideObjection, RaiseObjection

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]
OF = objection.TABLE.c
SORT = Sorting(objection.ORDER, OF.raised_on, OF.decided_on, OF.supplier_id)


@router.get("/objections", dependencies=[needs("supplier.objections.read", partner="supplier_id")])
async def list_objections(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    status: objection.Status | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[objection.Row]:
    """Objections of suppliers to records by the day on which they were raised, which ``since`` and ``until`` bound."""
    query = days.of(objection.objections(supplier_id, status), OF.raised_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/objections/{objection_id}",
    response_model=shown(objection.Row),
    dependencies=[needs("supplier.objections.read", partner="supplier_id")],
)
async def show_objection(supplier_id: Id, objection_id: Id, queries: Queries) -> dict[str, Anything]:
    """One objection with its decision."""
    query = objection.objections(supplier_id).where(OF.objection_id == objection_id)
    return await one_of_supplier(query, queries, "objection", objection_id)


@router.post(
    "/suppliers/{supplier_id}/objections", dependencies=[needs("supplier.objections.raise", partner="supplier_id")]
)
async def raise_objection(supplier_id: Id, body: JsonBody[ObjectionBody], commands: Commands) -> Answered:
    """The supplier objects to a record."""
    command = RaiseObjection(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of_past(body.raised_on, "raised_on"))


@router.post(
    "/suppliers/{supplier_id}/objections/{objection_id}/decision", dependencies=[needs("supplier.objections.decide")]
)
async def decide_objection(
    supplier_id: Id,
    objection_id: Id,
    body: JsonBody[ObjectionDecisionBody],
    commands: Commands,
) -> Answered:
    """Uphold or dismiss an objection; an upheld one restates the period of the record."""
    decision = {**dict(body), "decided_by": commands.person(body.decided_by, "decided_by")}
    command = DecideObjection(supplier_id, objection_id, **decision)
    return await commands.do(command, occurred_at=commands.start_of_past(body.decided_on, "decided_on"))
