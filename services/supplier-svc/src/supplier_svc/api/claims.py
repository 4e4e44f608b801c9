"""Routes of claims for nonconformances."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, needs
from contracts.fields import Id
from contracts.supplier import RecordId
from supplier_svc.requests.claims import ClaimBody, SettlementBody
from supplier_svc.supplier.claims import RaiseClaim, SettleClaim

router = APIRouter(prefix="/v1", tags=["actions"])


@router.post("/suppliers/{supplier_id}/claims", dependencies=[needs("supplier.claims.raise")])
async def raise_claim(supplier_id: Id, body: JsonBody[ClaimBody], commands: Commands) -> Answered:
    """Claim money for a nonconformance that the supplier answers for."""
    return await commands.do(
        RaiseClaim(supplier_id, **dict(body)), occurred_at=commands.start_of_past(body.raised_on, "raised_on")
    )


@router.post("/suppliers/{supplier_id}/claims/{claim_id}/settlement", dependencies=[needs("supplier.claims.settle")])
async def settle_claim(
    supplier_id: Id,
    claim_id: RecordId,
    body: JsonBody[SettlementBody],
    commands: Commands,
) -> Answered:
    """Settle a claim with what the supplier pays; 0 withdraws it."""
    command = SettleClaim(supplier_id, claim_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of_past(body.settled_on, "settled_on"))
