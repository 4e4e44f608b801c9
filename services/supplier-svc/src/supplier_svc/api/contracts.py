"""Routes of contracts and when they end."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from contracts.supplier import ContractKind
from supplier_svc.api.suppliers import of_known
from supplier_svc.read_models import contract
from supplier_svc.requests.contracts import ContractBody, TerminationBody
from supplier_svc.requests.fields import WithinDays
from supplier_svc.supplier.contracts import SignContract, TerminateContract

router = APIRouter(prefix="/v1", tags=["qualification"])

OF = contract.TABLE.c
SORT = Sorting(contract.ORDER, OF.ends_on, OF.supplier_id, OF.kind)


@router.post("/suppliers/{supplier_id}/contracts", dependencies=[needs("supplier.contracts.sign")])
async def sign_contract(supplier_id: Id, body: JsonBody[ContractBody], commands: Commands) -> Answered:
    """Record a contract; the event names the clauses that a complete one would have besides."""
    signed_on = body.signed_on or commands.today
    command = SignContract(supplier_id, **{**dict(body), "signed_on": signed_on})
    occurred_at = commands.start_of_past(body.signed_on, "signed_on") if body.signed_on else None
    return await commands.do(command, occurred_at=occurred_at)


@router.post(
    "/suppliers/{supplier_id}/contracts/{contract_id}/termination", dependencies=[needs("supplier.contracts.terminate")]
)
async def terminate_contract(
    supplier_id: Id, contract_id: Id, body: JsonBody[TerminationBody], commands: Commands
) -> Answered:
    """End a contract before its time."""
    by = commands.person(body.by, "by")
    return await commands.do(TerminateContract(supplier_id, contract_id, body.terminated_on, body.because, by))


@router.get("/contracts", dependencies=[needs("supplier.contracts.read", partner="supplier_id")])
async def list_contracts(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: Annotated[Id | None, Query()] = None,
    kind: ContractKind | None = None,
    within_days: Annotated[WithinDays | None, Query(description="only those that end within this many days")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[contract.Row]:
    """Contracts by their last day, which ``since`` and ``until`` bound; those that ended included."""
    ends_by = None if within_days is None else add_days(queries.today, within_days)
    query = days.of(contract.contracts(supplier_id, ends_by, kind), OF.ends_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)
