"""Routes of sub-suppliers: who stands behind a supplier, and what hangs on one of them."""

from typing import Annotated

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.read_models import sub_supplier
from supplier_svc.reports.sub_suppliers import SubSupplierAnswer, sub_supplier_answer
from supplier_svc.requests.sub_suppliers import SubSupplierBody, SubSupplierEndBody
from supplier_svc.supplier.sub_suppliers import DeclareSubSupplier, WithdrawSubSupplier

router = APIRouter(prefix="/v1", tags=["suppliers"])

OF = sub_supplier.TABLE.c
SORT = Sorting(sub_supplier.ORDER, OF.sub_supplier_id, OF.declared_on)


@router.get(
    "/suppliers/{supplier_id}/sub-suppliers", dependencies=[needs("supplier.sub-suppliers.read", partner="supplier_id")]
)
async def list_sub_suppliers(
    supplier_id: Id, queries: Queries, page: Paging, sort: Annotated[str | None, SORT] = None
) -> Page[sub_supplier.Row]:
    """The sub-suppliers that the supplier has declared, with what they do and for which items."""
    await existing_supplier(supplier_id, queries)
    return await queries.page(sub_supplier.of_supplier(supplier_id), SORT.order(sort), page)


@router.post("/suppliers/{supplier_id}/sub-suppliers", dependencies=[needs("supplier.sub-suppliers.declare")])
async def declare_sub_supplier(supplier_id: Id, body: JsonBody[SubSupplierBody], commands: Commands) -> Answered:
    """Name who does what for which items of the supplier; again, in place of what was declared before."""
    command = DeclareSubSupplier(supplier_id, **{**dict(body), "by": commands.person(body.by, "by")})
    return await commands.do(command, occurred_at=commands.start_of_past(body.declared_on, "declared_on"))


@router.post(
    "/suppliers/{supplier_id}/sub-suppliers/{sub_supplier_id}/withdrawal",
    dependencies=[needs("supplier.sub-suppliers.declare")],
)
async def withdraw_sub_supplier(
    supplier_id: Id, sub_supplier_id: Id, body: JsonBody[SubSupplierEndBody], commands: Commands
) -> Answered:
    """The sub-supplier works for the supplier no longer."""
    command = WithdrawSubSupplier(
        supplier_id, sub_supplier_id, body.withdrawn_on, body.because, commands.person(body.by, "by")
    )
    return await commands.do(command, occurred_at=commands.start_of_past(body.withdrawn_on, "withdrawn_on"))


@router.get("/sub-suppliers/{sub_supplier_id}", dependencies=[needs("supplier.sub-suppliers.read")])
async def show_sub_supplier(sub_supplier_id: Id, queries: Queries) -> SubSupplierAnswer:
    """What hangs on a sub-supplier: its suppliers, their items with their shares, and the nonconformances of lots made of its."""
    rows = await queries.rows(sub_supplier.of_sub_supplier(sub_supplier_id))
    found = await queries.rows(sub_supplier.nonconformances(sub_supplier_id))
    if not rows and not found:
        raise NotFound("sub-supplier", sub_supplier_id)
    return sub_supplier_answer(sub_supplier_id, rows, found, await queries.rows(sub_supplier.shares(sub_supplier_id)))
