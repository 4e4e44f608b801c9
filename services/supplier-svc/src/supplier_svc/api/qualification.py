"""Routes of onboarding, qualification, certificates, and of stopping and resuming trade."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Problem, Queries
from contracts.fields import Id
from supplier_svc.bodies import qualification as bodies
from supplier_svc.period import midnight
from supplier_svc.read_models import certificate, qualification
from supplier_svc.read_models.qualification import QualificationRow
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.onboarding import (
    AdoptSupplier,
    RatePartner,
    RegisterSupplier,
    ReviewFile,
    ReviseFile,
    SignContract,
)
from supplier_svc.supplier.qualification import ApproveSupplier, FailGate, PassGate, RequestSupplements
from supplier_svc.supplier.trading_status import EliminateSupplier, OpenReentry, ReinstateSupplier, SuspendSupplier

router = APIRouter(prefix="/v1", tags=["qualification"])

Trade = JsonBody[bodies.TradeBody]


@router.post("/suppliers")
async def register(body: JsonBody[bodies.RegistrationBody], commands: Commands) -> Answered:
    """Write the onboarding file of a potential supplier."""
    return await commands.do(RegisterSupplier(**dict(body)), occurred_at=midnight(body.registered_on))


@router.post("/suppliers/adoptions")
async def adopt(body: JsonBody[bodies.AdoptionBody], commands: Commands) -> Answered:
    """Take over a supplier that was approved before files were kept here, without the gates."""
    return await commands.do(AdoptSupplier(**dict(body)), occurred_at=midnight(body.approved_on))


@router.get("/suppliers/{supplier_id}/qualification")
async def show_qualification(supplier_id: Id, queries: Queries) -> QualificationRow:
    """The onboarding file, the steps of the qualification in order, the contracts."""
    row = await queries.one(qualification.qualification(supplier_id))
    if row is None:
        raise NotFound("onboarding file of supplier", supplier_id)
    return QualificationRow(**row)


@router.put("/suppliers/{supplier_id}/file")
async def revise_file(supplier_id: Id, body: JsonBody[bodies.FileBody], commands: Commands) -> Answered:
    """Revise the onboarding file; it has to be reviewed again."""
    return await commands.do(ReviseFile(supplier_id, **dict(body)), occurred_at=midnight(body.revised_on))


@router.post("/suppliers/{supplier_id}/reviews")
async def review_file(supplier_id: Id, body: JsonBody[bodies.ReviewBody], commands: Commands) -> Answered:
    """Review the file: prohibited list, content, certificates that agree and are in date."""
    return await commands.do(ReviewFile(supplier_id, **dict(body)), occurred_at=midnight(body.reviewed_on))


@router.post("/suppliers/{supplier_id}/ratings")
async def rate_partner(supplier_id: Id, body: JsonBody[bodies.RatingBody], commands: Commands) -> Answered:
    """Rate the partner as a whole; an E blocks trade."""
    return await commands.do(RatePartner(supplier_id, **dict(body)), occurred_at=midnight(body.rated_on))


@router.post("/suppliers/{supplier_id}/contracts")
async def sign_contract(supplier_id: Id, body: JsonBody[bodies.ContractBody], commands: Commands) -> Answered:
    """Record a contract; the event names the clauses that a complete one would have besides."""
    return await commands.do(SignContract(supplier_id, **dict(body)))


@router.post("/suppliers/{supplier_id}/gates")
async def decide_gate(supplier_id: Id, body: JsonBody[bodies.GateBody], commands: Commands) -> Answered:
    """Pass or fail a gate of the qualification, or ask for supplements."""
    return await commands.do(_gate(supplier_id, body), occurred_at=midnight(body.decided_on))


def _gate(supplier_id: str, body: bodies.GateBody) -> Any:
    match body.outcome:
        case "passed":
            return PassGate(supplier_id, body.gate, body.decided_on, body.assessor, body.evidence)
        case "failed":
            if not body.because:
                raise Problem(422, "reason-missing", "because: a supplier is rejected only with a reason.")
            return FailGate(supplier_id, body.gate, body.decided_on, body.assessor, body.because, body.evidence)
        case "supplements":
            if not body.wanted:
                raise Problem(422, "nothing-wanted", "wanted: name what the supplier has to hand in.")
            return RequestSupplements(supplier_id, body.gate, body.decided_on, body.assessor, body.wanted)


@router.post("/suppliers/{supplier_id}/approval")
async def approve(supplier_id: Id, body: JsonBody[bodies.ApprovalBody], commands: Commands) -> Answered:
    """Approve a supplier that passed every gate; after an elimination its trial begins."""
    return await commands.do(ApproveSupplier(supplier_id, **dict(body)), occurred_at=midnight(body.approved_on))


@router.post("/suppliers/{supplier_id}/suspension")
async def suspend(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """No new orders until the supplier is reinstated."""
    return await commands.do(SuspendSupplier(supplier_id, body.on, body.because), occurred_at=midnight(body.on))


@router.post("/suppliers/{supplier_id}/reinstatement")
async def reinstate(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """End a suspension."""
    return await commands.do(ReinstateSupplier(supplier_id, body.on, body.because), occurred_at=midnight(body.on))


@router.post("/suppliers/{supplier_id}/elimination")
async def eliminate(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """No orders any more; it may qualify again after the months of the policy."""
    return await commands.do(EliminateSupplier(supplier_id, body.on, body.because), occurred_at=midnight(body.on))


@router.post("/suppliers/{supplier_id}/reentry")
async def reenter(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """Begin the qualification of an eliminated or rejected supplier anew."""
    return await commands.do(OpenReentry(supplier_id, body.on, body.because), occurred_at=midnight(body.on))


@router.post("/suppliers/{supplier_id}/certificates")
async def record_certificate(supplier_id: Id, body: JsonBody[bodies.CertificateBody], commands: Commands) -> Answered:
    """Record a certificate or renew it; its end is told daily from 30 days before to one day after."""
    return await commands.do(RecordCertificate(supplier_id, **dict(body)))


@router.get("/certificates")
async def list_certificates(
    queries: Queries,
    page: Paging,
    supplier_id: Annotated[Id | None, Query()] = None,
    within_days: Annotated[
        int | None, Query(ge=0, le=3660, description="those that end by so many days from now")
    ] = None,
) -> Page:
    """Certificates by the day on which they end, those that ended among them."""
    ends_by = None if within_days is None else queries.now.date() + timedelta(days=within_days)
    return await queries.page(certificate.certificates(supplier_id, ends_by), certificate.ORDER, page)
