"""Routes of the gates of a qualification and the approval after them."""

from fastapi import APIRouter

from chassis.http import Answered, Calling, Commands, JsonBody, NotFound, Problem, Queries, needs
from contracts.fields import Id
from supplier_svc.api.certificates import numbers_elsewhere
from supplier_svc.read_models import qualification
from supplier_svc.read_models.qualification import QualificationRow
from supplier_svc.requests.copies import copies_of
from supplier_svc.requests.qualification import ApprovalBody, GateBody
from supplier_svc.supplier.qualification import ApproveSupplier, FailGate, PassGate, RequestSupplements

LET_IN = "supplier.qualification.approve-restricted"
"""Of a head, who may approve a restricted partner with a reason; whoever else gives one is refused as if there were none."""

router = APIRouter(prefix="/v1", tags=["qualification"])


@router.get(
    "/suppliers/{supplier_id}/qualification", dependencies=[needs("supplier.qualification.read", partner="supplier_id")]
)
async def show_qualification(supplier_id: Id, queries: Queries) -> QualificationRow:
    """The onboarding file, the steps of the qualification in order, the contracts."""
    row = await queries.one(qualification.qualification(supplier_id))
    if row is None:
        raise NotFound("onboarding file of supplier", supplier_id)
    return QualificationRow(**row)


@router.post("/suppliers/{supplier_id}/gates", dependencies=[needs("supplier.qualification.decide")])
async def decide_gate(supplier_id: Id, body: JsonBody[GateBody], commands: Commands) -> Answered:
    """Pass or fail a gate of the qualification, or ask for supplements."""
    return await commands.do(
        _gate(supplier_id, body, commands.person(body.decided_by, "decided_by")),
        occurred_at=commands.start_of_past(body.decided_on, "decided_on"),
    )


def _gate(supplier_id: str, body: GateBody, assessor: str) -> PassGate | FailGate | RequestSupplements:
    match body.outcome:
        case "passed":
            return PassGate(
                supplier_id, body.gate, body.decided_on, assessor, body.evidence, body.survey, copies_of(body.copies)
            )
        case "failed":
            if not body.because:
                raise Problem(422, "reason-missing", "because: a supplier is rejected only with a reason.")
            return FailGate(supplier_id, body.gate, body.decided_on, assessor, body.because, body.evidence)
        case "supplements":
            if not body.wanted:
                raise Problem(422, "nothing-wanted", "wanted: name what the supplier has to hand in.")
            return RequestSupplements(supplier_id, body.gate, body.decided_on, assessor, body.wanted)


@router.post("/suppliers/{supplier_id}/approval", dependencies=[needs("supplier.qualification.approve")])
async def approve_supplier(
    supplier_id: Id, body: JsonBody[ApprovalBody], commands: Commands, queries: Queries, caller: Calling
) -> Answered:
    """Approve a supplier that passed every gate; after an elimination its trial begins."""
    return await commands.do(
        ApproveSupplier(
            supplier_id,
            **{
                **dict(body),
                "approved_by": commands.person(body.approved_by, "approved_by"),
                "despite": body.despite if body.despite and LET_IN in caller.rights else "",
            },
            elsewhere=await numbers_elsewhere(supplier_id, body.approved_on, queries),
        ),
        occurred_at=commands.start_of_past(body.approved_on, "approved_on"),
    )
