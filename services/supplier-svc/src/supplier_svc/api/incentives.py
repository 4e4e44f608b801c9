"""Routes of rewards and penalties, and the list of all that was settled in money or orders."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import settlement
from supplier_svc.requests.incentives import PenaltyBody, RewardBody
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]


@router.get("/settlements")
async def list_settlements(
    queries: Queries,
    page: Paging,
    supplier_id: OfSupplier = None,
    kind: settlement.Kind | None = None,
) -> Page[settlement.Row]:
    """Claims, rewards and penalties by day."""
    return await queries.page(settlement.settlements(supplier_id, kind), settlement.ORDER, page)


@router.post("/suppliers/{supplier_id}/rewards")
async def grant_reward(supplier_id: Id, body: JsonBody[RewardBody], commands: Commands) -> Answered:
    """Reward a supplier for its assessment."""
    command = GrantReward(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.granted_on))


@router.post("/suppliers/{supplier_id}/penalties")
async def charge_penalty(supplier_id: Id, body: JsonBody[PenaltyBody], commands: Commands) -> Answered:
    """Penalise a supplier for its assessment."""
    command = ChargePenalty(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of(body.charged_on))
