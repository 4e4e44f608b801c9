"""Routes of the onboarding file of a partner: written, revised, reviewed."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Queries, needs
from contracts.fields import Id
from supplier_svc.api.certificates import numbers_elsewhere
from supplier_svc.requests.onboarding import (
    AdoptionBody,
    FileBody,
    RegistrationBody,
    ReviewBody,
)
from supplier_svc.supplier.onboarding import (
    AdoptSupplier,
    RegisterSupplier,
    ReviewFile,
    ReviseFile,
)

router = APIRouter(prefix="/v1", tags=["qualification"])


@router.post("/suppliers", dependencies=[needs("supplier.files.register")])
async def register_supplier(body: JsonBody[RegistrationBody], commands: Commands) -> Answered:
    """Write the onboarding file of a potential supplier."""
    return await commands.do(
        RegisterSupplier(**{**dict(body), "applicant": commands.person_if_known(body.applicant, "applicant")}),
        occurred_at=commands.start_of_past(body.registered_on, "registered_on"),
    )


@router.post("/suppliers/adoptions", dependencies=[needs("supplier.files.adopt")])
async def adopt_supplier(body: JsonBody[AdoptionBody], commands: Commands) -> Answered:
    """Adopt a supplier that was approved before this service had its file, without the gates."""
    return await commands.do(
        AdoptSupplier(**{**dict(body), "approved_by": commands.person(body.approved_by, "approved_by")}),
        occurred_at=commands.start_of_past(body.approved_on, "approved_on"),
    )


@router.put("/suppliers/{supplier_id}/file", dependencies=[needs("supplier.files.revise")])
async def revise_file(supplier_id: Id, body: JsonBody[FileBody], commands: Commands) -> Answered:
    """Revise the onboarding file; it has to be reviewed again."""
    return await commands.do(
        ReviseFile(
            supplier_id, **{**dict(body), "revised_by": commands.person_if_known(body.revised_by, "revised_by")}
        ),
        occurred_at=commands.start_of_past(body.revised_on, "revised_on"),
    )


@router.post("/suppliers/{supplier_id}/reviews", dependencies=[needs("supplier.files.review")])
async def review_file(supplier_id: Id, body: JsonBody[ReviewBody], commands: Commands, queries: Queries) -> Answered:
    """Review the file: prohibited list, content, certificates that agree and are in date."""
    return await commands.do(
        ReviewFile(
            supplier_id,
            body.reviewed_on,
            commands.person(body.reviewed_by, "reviewed_by"),
            body.objections,
            await numbers_elsewhere(supplier_id, body.reviewed_on, queries),
        ),
        occurred_at=commands.start_of_past(body.reviewed_on, "reviewed_on"),
    )
