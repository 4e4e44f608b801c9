"""Routes of what suppliers hand in by themselves, and of our answers to it."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from chassis.http.parameters import OneOf
from contracts.fields import Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import submission
from supplier_svc.requests.submissions import AcceptanceBody, ReturnBody, SubmissionBody
from supplier_svc.supplier.state.submissions import Status
from supplier_svc.supplier.submission_kinds import KINDS
from supplier_svc.supplier.submissions import AcceptSubmission, MakeSubmission, ReturnSubmission

router = APIRouter(prefix="/v1", tags=["submissions"])

OF = submission.TABLE.c
SORT = Sorting(submission.ORDER, OF.made_on, OF.decided_on, OF.supplier_id)


@router.get("/submissions", dependencies=[needs("supplier.submissions.read", partner="supplier_id")])
async def list_submissions(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: Annotated[Id | None, Query()] = None,
    status: Status | None = None,
    kind: Annotated[str, OneOf(tuple(KINDS))] | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[submission.Row]:
    """What suppliers handed in by the day on which they did, which ``since`` and ``until`` bound."""
    query = days.of(submission.submissions(supplier_id, status, kind), OF.made_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/submissions/{submission_id}",
    response_model=shown(submission.Row),
    dependencies=[needs("supplier.submissions.read", partner="supplier_id")],
)
async def show_submission(supplier_id: Id, submission_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One thing that a supplier handed in, with our answer."""
    query = submission.submissions(supplier_id).where(OF.submission_id == submission_id)
    return await one_of_supplier(query, queries, "submission", submission_id)


@router.post(
    "/suppliers/{supplier_id}/submissions", dependencies=[needs("supplier.submissions.make", partner="supplier_id")]
)
async def make_submission(supplier_id: Id, body: JsonBody[SubmissionBody], commands: Commands) -> Answered:
    """The supplier hands something in today; it waits until one of ours accepts or returns it."""
    reference, today = body.reference or supplier_id, commands.today
    command = MakeSubmission(
        supplier_id, body.submission_id, body.kind, reference, body.content.content(), today, commands.actor
    )
    return await commands.do(command, occurred_at=commands.start_of(today))


@router.post(
    "/suppliers/{supplier_id}/submissions/{submission_id}/acceptance",
    dependencies=[needs("supplier.submissions.decide")],
)
async def accept_submission(
    supplier_id: Id, submission_id: RecordId, body: JsonBody[AcceptanceBody], commands: Commands
) -> Answered:
    """Accept what the supplier handed in; it then counts as if it had been recorded, with both signatures."""
    accepted_by = commands.person(body.accepted_by, "accepted_by")
    command = AcceptSubmission(supplier_id, submission_id, body.accepted_on, accepted_by)
    return await commands.do(command, occurred_at=commands.start_of_past(body.accepted_on, "accepted_on"))


@router.post(
    "/suppliers/{supplier_id}/submissions/{submission_id}/return", dependencies=[needs("supplier.submissions.decide")]
)
async def return_submission(
    supplier_id: Id, submission_id: RecordId, body: JsonBody[ReturnBody], commands: Commands
) -> Answered:
    """Return what the supplier handed in; the days that it waited are not the supplier's."""
    returned_by = commands.person(body.returned_by, "returned_by")
    command = ReturnSubmission(supplier_id, submission_id, body.because, body.returned_on, returned_by)
    return await commands.do(command, occurred_at=commands.start_of_past(body.returned_on, "returned_on"))
