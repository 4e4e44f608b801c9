"""Routes of complaints that suppliers handle themselves."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import complaint_answer
from supplier_svc.requests.complaint_answers import ComplaintAnswerBody
from supplier_svc.supplier.complaint_answers import AnswerComplaint

router = APIRouter(prefix="/v1", tags=["actions"])

OF = complaint_answer.TABLE.c
SORT = Sorting(complaint_answer.ORDER, OF.handed_on, OF.due_on, OF.supplier_id)


@router.get("/complaint-answers", dependencies=[needs("supplier.complaint-answers.read", partner="supplier_id")])
async def list_complaint_answers(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: Annotated[Id | None, Query()] = None,
    status: complaint_answer.Status | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[complaint_answer.Row]:
    """Complaints that suppliers were handed, by the day on which the answer is due; ``since`` and ``until`` bound the day of the
    handover.
    """
    query = days.of(complaint_answer.answers(supplier_id, status), OF.handed_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/complaint-answers/{complaint_id}",
    response_model=shown(complaint_answer.Row),
    dependencies=[needs("supplier.complaint-answers.read", partner="supplier_id")],
)
async def show_complaint_answer(supplier_id: Id, complaint_id: Id, queries: Queries) -> dict[str, Anything]:
    """One complaint that the supplier was handed, with its answer."""
    query = complaint_answer.answers(supplier_id).where(OF.complaint_id == complaint_id)
    return await one_of_supplier(query, queries, "complaint answer", complaint_id)


@router.post(
    "/suppliers/{supplier_id}/complaint-answers",
    dependencies=[needs("supplier.complaint-answers.give", partner="supplier_id")],
)
async def answer_complaint(supplier_id: Id, body: JsonBody[ComplaintAnswerBody], commands: Commands) -> Answered:
    """The supplier handled a complaint; the customer gets its statement."""
    given = {**dict(body), "answered_by": commands.person(body.answered_by, "answered_by")}
    return await commands.do(
        AnswerComplaint(supplier_id, **given), occurred_at=commands.start_of_past(body.done_on, "done_on")
    )
