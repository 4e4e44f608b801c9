"""Routes by which a supplier, or a person for it, answers a claim."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, needs
from contracts.fields import Id
from contracts.supplier import RecordId
from supplier_svc.requests.supplier_notes import AcceptanceBody, ContestBody
from supplier_svc.supplier.claim_answers import AcceptClaim, ContestClaim

router = APIRouter(prefix="/v1/suppliers/{supplier_id}/claims/{claim_id}", tags=["actions"])


@router.post("/acceptance", dependencies=[needs("supplier.claims.answer", partner="supplier_id")])
async def accept_claim(
    supplier_id: Id, claim_id: RecordId, body: JsonBody[AcceptanceBody], commands: Commands
) -> Answered:
    """The supplier accepts the whole claim; finance gets a note."""
    command = AcceptClaim(supplier_id, claim_id, body.accepted_on)
    return await commands.do(command, occurred_at=commands.start_of_past(body.accepted_on, "accepted_on"))


@router.post("/contest", dependencies=[needs("supplier.claims.answer", partner="supplier_id")])
async def contest_claim(
    supplier_id: Id, claim_id: RecordId, body: JsonBody[ContestBody], commands: Commands
) -> Answered:
    """The supplier objects to the nonconformance that is claimed for; the days to answer stop until that is decided."""
    command = ContestClaim(supplier_id, claim_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of_past(body.raised_on, "raised_on"))
