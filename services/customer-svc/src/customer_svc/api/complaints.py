"""Complaints: open, answer, work, resolve, call back, trace; and their figures."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Problem,
    Queries,
    Sorting,
    invalid_input,
    needs,
    shown,
)
from contracts.customer import ComplaintTraced, Operation
from contracts.fields import FIRST_DAY, LAST_DAY, Id
from contracts.figures import Anything
from customer_svc.api.identity import of_known, survivor_of
from customer_svc.api.scopes import Scope, Writes, refuse_unreadable
from customer_svc.complaints.call_back import CallBack, Reopen
from customer_svc.complaints.causes import HandOver
from customer_svc.complaints.complaint import OpenComplaint, Trace
from customer_svc.complaints.state import Complaint, Status
from customer_svc.complaints.work import Acknowledge, AssignComplaint, Resolve, StartWork
from customer_svc.read_models import complaint, customer_file, order
from customer_svc.requests.complaints import (
    Answer,
    Cause,
    Dated,
    Handover,
    NewComplaint,
    Owner,
    Reopening,
    Resolution,
    Work,
)
from customer_svc.responses.reports import ComplaintQuality

router = APIRouter(prefix="/v1", tags=["complaints"])

OF = complaint.TABLE.c
SORT = Sorting(complaint.ORDER, OF.opened_at, OF.respond_due_at, OF.resolve_due_at, OF.customer_id)


@router.get("/complaints", dependencies=[needs("customer.complaints.read", partner="customer_id")])
async def list_complaints(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="of this customer")] = None,
    status: Annotated[Status | None, Query(description="where they stand")] = None,
    owner_id: Annotated[Id | None, Query(description="for which this person answers")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[complaint.Row]:
    """Complaints by id, of days of opening from ``since`` to ``until``."""
    query = complaint.complaints(customer_id, status, owner_id)
    query = query if days.since is None else query.where(OF.opened_at >= queries.start_of(days.since))
    query = query if days.until is None else query.where(OF.opened_at < queries.start_of(add_days(days.until, 1)))
    query = customer_file.scoped(query, complaint.TABLE.c.customer_id, scope, complaint.TABLE.c.owner_id)
    return await of_known(customer_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/complaints/{complaint_id}", response_model=shown(complaint.Row), dependencies=[needs("customer.complaints.read")]
)
async def read_complaint(complaint_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """A complaint with its promises, and whether each was met."""
    found = await _known(complaint_id, queries)
    await refuse_unreadable(found["customer_id"], queries, scope, found["owner_id"])
    return found


@router.get(
    "/reports/complaints", response_model=Page[ComplaintQuality], dependencies=[needs("customer.complaints.read")]
)
async def read_complaint_quality(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
) -> Page[ComplaintQuality]:
    """How complaints opened on the days from ``since`` to ``until`` are handled, by topic and severity: promises met and broken,
    hours, reopened, traced.
    """
    of = complaint.TABLE.c
    since, until = days.since or FIRST_DAY, days.until or LAST_DAY
    query = customer_file.scoped(
        complaint.quality(queries.start_of(since), queries.start_of(add_days(until, 1))),
        of.customer_id,
        scope,
        of.owner_id,
    )
    return page.part_of(await queries.rows(query))


@router.post("/complaints", dependencies=[needs("customer.complaints.open", partner="customer_id")])
async def open_complaint(
    body: JsonBody[NewComplaint], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Open a complaint and start its clocks. The same request again records nothing."""
    await writes.allow("create", body.customer_id)
    if writes.caller.partner:
        await _refuse_partners_word(body, queries)
    file = await queries.one(customer_file.file(body.customer_id)) if body.owner_id is None else None
    at = body.at or queries.now
    command = OpenComplaint(
        complaint_id=body.complaint_id,
        customer_id=body.customer_id,
        topic=body.topic,
        severity=body.severity,
        description=body.description,
        owner_id=body.owner_id,
        order_id=body.order_id,
        item_id=body.item_id,
        at=at,
        owner_of_customer=file["owner_id"] if file else None,
        at_is_given=body.at is not None,
    )
    return await commands.do(command, at)


@router.post("/complaints/{complaint_id}/acknowledgement", dependencies=[needs("customer.complaints.acknowledge")])
async def acknowledge_complaint(
    complaint_id: Id, body: JsonBody[Dated], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Somebody answered the customer."""
    await _allow("change", complaint_id, queries, writes)
    at = body.at or queries.now
    return await commands.do(Acknowledge(complaint_id, at, commands.actor), at)


@router.put("/complaints/{complaint_id}/owner", dependencies=[needs("customer.complaints.assign")])
async def assign_complaint(
    complaint_id: Id, body: JsonBody[Owner], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    await _allow("assign", complaint_id, queries, writes)
    return await commands.do(AssignComplaint(complaint_id, body.owner_id))


@router.post("/complaints/{complaint_id}/work", dependencies=[needs("customer.complaints.work")])
async def start_complaint_work(
    complaint_id: Id, body: JsonBody[Work], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Work began, perhaps at the customer's place."""
    await _allow("change", complaint_id, queries, writes)
    at = body.at or queries.now
    return await commands.do(StartWork(complaint_id, body.on_site, at, commands.actor), at)


@router.post("/complaints/{complaint_id}/resolution", dependencies=[needs("customer.complaints.resolve")])
async def resolve_complaint(
    complaint_id: Id, body: JsonBody[Resolution], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """The cause is removed; the customer is called back the next working day."""
    await _allow("change", complaint_id, queries, writes)
    at = body.at or queries.now
    return await commands.do(Resolve(complaint_id, body.solution, at, commands.actor), at)


@router.post("/complaints/{complaint_id}/call-back", dependencies=[needs("customer.complaints.work")])
async def call_complainant_back(
    complaint_id: Id, body: JsonBody[Answer], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """A satisfied customer closes the complaint; a dissatisfied one reopens it."""
    await _allow("change", complaint_id, queries, writes)
    at = body.at or queries.now
    return await commands.do(CallBack(complaint_id, body.satisfied, body.because, at, commands.actor), at)


@router.post("/complaints/{complaint_id}/reopening", dependencies=[needs("customer.complaints.reopen")])
async def reopen_complaint(
    complaint_id: Id, body: JsonBody[Reopening], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    await _allow("change", complaint_id, queries, writes)
    at = body.at or queries.now
    return await commands.do(Reopen(complaint_id, body.because, at), at)


@router.post("/complaints/{complaint_id}/traces", dependencies=[needs("customer.complaints.work")])
async def trace_complaint(
    complaint_id: Id, body: JsonBody[Cause], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """The cause is a supplier's lot; supplier-svc hears of it and records a nonconformance."""
    await _allow("change", complaint_id, queries, writes)
    found = await _known(complaint_id, queries)
    fact = ComplaintTraced(complaint_id=complaint_id, customer_id=found["customer_id"], **body.model_dump())
    return await commands.do(Trace(fact), commands.start_of(body.traced_on))


@router.post("/complaints/{complaint_id}/handover", dependencies=[needs("customer.complaints.hand-over")])
async def hand_complaint_over(
    complaint_id: Id, body: JsonBody[Handover], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """The supplier to whose lot it was traced handles it itself; supplier-svc hears of it and waits for the answer."""
    await _allow("change", complaint_id, queries, writes)
    by = commands.person(body.by, "by")
    return await commands.do(HandOver(complaint_id, body.supplier_id, body.due_on, commands.today, by))


async def _known(complaint_id: str, queries: Queries) -> dict[str, Any]:
    found = await queries.one(complaint.complaint(complaint_id))
    if found is None:
        raise NotFound("complaint", complaint_id)
    return found


async def _allow(operation: Operation, complaint_id: str, queries: Queries, writes: Writes) -> None:
    """One that nobody opened is the command's to refuse."""
    known: Complaint = await queries.state(Resolve, complaint_id)
    if known.opened is not None:
        await writes.allow(operation, known.customer_id, known.owner_id)


async def _refuse_partners_word(body: NewComplaint, queries: Queries) -> None:
    """A partner tells what is wrong; when it was received and who answers for it is the company's to say.

    Raises Problem (403) for such words, (422) for an order that is not the customer's, whether there is one or not.
    """
    for field in ("at", "owner_id"):
        if getattr(body, field) is not None:
            detail = f"A partner's token does not set {field}; leave it out, it is set when the complaint is received."
            raise Problem(403, "not-for-partners", detail)
    if body.order_id is None:
        return
    found = await queries.one(order.order(body.order_id))
    survivors = [await survivor_of(each, queries) for each in (found["customer_id"] if found else "", body.customer_id)]
    if found is None or survivors[0] != survivors[1]:
        detail = f"customer {body.customer_id} has no order {body.order_id}; leave it out or name one of yours"
        raise invalid_input("order_id", "unknown", detail)
