"""Routes of suppliers: who they are, their standing, the mode of the relationship."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import NotFound, Page, Paging, Queries
from contracts.fields import Id
from contracts.figures import Plainly
from contracts.supplier import SupplierGrade
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.read_models import order_share, qualification, supplier
from supplier_svc.read_models.supplier import SupplierRow
from supplier_svc.reports.relationship import relationship
from supplier_svc.responses import RelationshipAnswer
from supplier_svc.supplier.state.qualification import Stage

router = APIRouter(prefix="/v1", tags=["suppliers"])


@router.get("/suppliers")
async def list_suppliers(
    queries: Queries,
    page: Paging,
    grade: SupplierGrade | None = None,
    stage: Annotated[Stage | None, Query(description="the next gate, or what the qualification led to")] = None,
) -> Page[supplier.SupplierRow]:
    """Suppliers by id; with ``grade`` only those of that standing, with ``stage`` only those at that stage."""
    return await queries.page(supplier.suppliers(grade, stage), supplier.ORDER, page)


@router.get("/suppliers/{supplier_id}")
async def show_supplier(supplier_id: Id, queries: Queries) -> Plainly[SupplierRow]:
    """A supplier with its standing."""
    return SupplierRow(**await existing_supplier(supplier_id, queries))


@router.get("/suppliers/{supplier_id}/relationship")
async def show_relationship(supplier_id: Id, queries: Queries) -> RelationshipAnswer:
    """Whether the relationship with the supplier is a partnership or competition."""
    await existing_supplier(supplier_id, queries)
    shares = await queries.rows(order_share.of_supplier(supplier_id))
    filed = await queries.one(qualification.qualification(supplier_id))
    today = queries.today
    policy = queries.policies.at(SupplierRelationship, today)
    return relationship(supplier_id, shares, filed["contracts"] if filed else [], today, policy)


async def existing_supplier(supplier_id: str, queries: Queries) -> dict[str, Any]:
    """The row of a supplier that a route is about. Raises NotFound where nothing is known of it."""
    row = await queries.one(supplier.supplier(supplier_id))
    if row is None:
        raise NotFound("supplier", supplier_id)
    return row
