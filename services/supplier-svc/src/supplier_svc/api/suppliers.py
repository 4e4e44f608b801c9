"""Routes of suppliers: who they are, their grade, what happened to them, the mode of the relationship."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Select

from chassis.http import NotFound, Page, Paging, Queries, Sorting, invalid_input, needs, page_of, shown
from contracts.fields import Id
from contracts.figures import Anything
from contracts.supplier import ContractKind, SupplierGrade, Track
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.read_models import contract, order_share, qualification, supplier, supplier_history
from supplier_svc.read_models.supplier import SupplierRow
from supplier_svc.reports.relationship import relationship
from supplier_svc.responses.relationship import RelationshipAnswer
from supplier_svc.supplier.state.qualification import Stage as Status

router = APIRouter(prefix="/v1", tags=["suppliers"])

OF = supplier.TABLE.c
SORT = Sorting(supplier.ORDER, OF.supplier_id, OF.name, OF.grade, OF.latest_score, OF.lots_received, OF.last_fact_on)
HISTORY = Sorting(supplier_history.ORDER, supplier_history.TABLE.c.occurred_at, supplier_history.TABLE.c.recorded_at)


@router.get(
    "/suppliers",
    response_model=page_of(SupplierRow, contracts_missing=list[ContractKind]),
    dependencies=[needs("supplier.suppliers.read")],
)
async def list_suppliers(
    queries: Queries,
    page: Paging,
    grade: SupplierGrade | None = None,
    status: Annotated[Status | None, Query(description="the next gate, or what the qualification led to")] = None,
    contracts_missing: Annotated[
        bool | None,
        Query(description="only those with a needed kind of contract of which none is in force, or only the others"),
    ] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[Any]:
    """Suppliers by id; with ``grade`` only those with that grade in force, with ``status`` only those that stand there.

    ``contracts_missing`` are the kinds that an approval needs and of which no contract is in force; nobody is suspended by it.
    """
    query = _with_contracts(supplier.suppliers(grade, status), queries, contracts_missing)
    return await queries.page(query, SORT.order(sort), page)


@router.get(
    "/suppliers/{supplier_id}",
    response_model=shown(SupplierRow, contracts_missing=list[ContractKind]),
    dependencies=[needs("supplier.suppliers.read", partner="supplier_id")],
)
async def show_supplier(supplier_id: Id, queries: Queries) -> dict[str, Anything]:
    """A supplier with the grade that is in force."""
    query = _with_contracts(supplier.supplier(supplier_id), queries)
    return await one_of_supplier(query, queries, "supplier", supplier_id)


@router.get("/suppliers/{supplier_id}/history", dependencies=[needs("supplier.suppliers.read", partner="supplier_id")])
async def show_history(
    supplier_id: Id,
    queries: Queries,
    page: Paging,
    track: Annotated[Track | None, Query(description="only gradings on this track, and what follows from them")] = None,
    sort: Annotated[str | None, HISTORY] = None,
) -> Page[supplier_history.Row]:
    """What happened to the supplier, oldest first, without its lots and inspections: ``/grades`` counts those by period."""
    await existing_supplier(supplier_id, queries)
    return await queries.page(supplier_history.history(supplier_id, track), HISTORY.order(sort), page)


@router.get("/suppliers/{supplier_id}/relationship", dependencies=[needs("supplier.suppliers.read")])
async def show_relationship(supplier_id: Id, queries: Queries) -> RelationshipAnswer:
    """Whether the relationship with the supplier is a partnership or competition."""
    await existing_supplier(supplier_id, queries)
    shares = await queries.rows(order_share.of_supplier(supplier_id))
    filed = await queries.one(qualification.qualification(supplier_id))
    today = queries.today
    policy = queries.policies.at(SupplierRelationship, today)
    return relationship(supplier_id, shares, filed["contracts"] if filed else [], today, policy)


def _with_contracts(query: Select[Any], queries: Queries, is_missing: bool | None = None) -> Select[Any]:
    kinds = queries.policies.at(SupplierQualification, queries.today).document.contracts
    return contract.with_missing(query, kinds, queries.today, is_missing)


async def existing_supplier(supplier_id: str, queries: Queries) -> dict[str, Any]:
    """The row of a supplier that a route is about. Raises NotFound where nothing is known of it."""
    row = await queries.one(supplier.supplier(supplier_id))
    if row is None:
        raise NotFound("supplier", supplier_id)
    return row


async def of_known(supplier_id: str | None, found: Page[Any], queries: Queries) -> Page[Any]:
    """A page of what the supplier of a filter has; an empty one of a supplier that nobody knows is refused with 422, because it
    would look as if there were such a supplier and it had nothing.
    """
    if supplier_id is not None and not found.items and await queries.one(supplier.supplier(supplier_id)) is None:
        raise invalid_input("supplier_id", "unknown", f"there is no supplier {supplier_id}")
    return found


async def one_of_supplier(query: Select[Any], queries: Queries, what: str, name: str) -> dict[str, Any]:
    """The one row of a query. Raises NotFound."""
    row = await queries.one(query)
    if row is None:
        raise NotFound(what, name)
    return row
