"""Routes of rewards and penalties, and the list of all that was settled in money or orders."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Currency, Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import settlement
from supplier_svc.requests.incentives import PenaltyBody, RewardBody
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]
OF = settlement.TABLE.c
SORT = Sorting(settlement.ORDER, OF.made_on, OF.amount, OF.supplier_id)


@router.get("/settlements", dependencies=[needs("supplier.settlements.read", partner="supplier_id")])
async def list_settlements(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    kind: settlement.Kind | None = None,
    status: settlement.Status | None = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[settlement.Row]:
    """Claims, rewards and penalties by the day on which they were made, which ``since`` and ``until`` bound."""
    query = days.of(settlement.settlements(supplier_id, kind, status, currency), OF.made_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/settlements/{settlement_id}",
    response_model=shown(settlement.Row),
    dependencies=[needs("supplier.settlements.read", partner="supplier_id")],
)
async def show_settlement(supplier_id: Id, settlement_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One claim, reward or penalty, by its id."""
    query = settlement.settlements(supplier_id).where(OF.settlement_id == settlement_id)
    return await one_of_supplier(query, queries, "claim, reward or penalty", settlement_id)


@router.post("/suppliers/{supplier_id}/rewards", dependencies=[needs("supplier.incentives.grant")])
async def grant_reward(supplier_id: Id, body: JsonBody[RewardBody], commands: Commands) -> Answered:
    """Reward a supplier for its assessment."""
    command = GrantReward(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.granted_on))


@router.post("/suppliers/{supplier_id}/penalties", dependencies=[needs("supplier.incentives.charge")])
async def charge_penalty(supplier_id: Id, body: JsonBody[PenaltyBody], commands: Commands) -> Answered:
    """Penalise a supplier for its assessment."""
    command = ChargePenalty(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.charged_on))
