"""Routes of debit notes: what was charged and is owed beside the invoices, and what of it is waived."""

from typing import Annotated

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from credit_svc.account.debit_notes import WaiveDebitNote
from credit_svc.account.waivers import ApproveWaiver, ProposeWaiver, RejectWaiver
from credit_svc.api.identity import Survivor
from credit_svc.read_models import debit_note
from credit_svc.reports.known import known_customer
from credit_svc.reports.today import today_of
from credit_svc.requests import ApprovalBody, RejectionBody, WaiverBody, WaiverProposalBody
from credit_svc.responses.debit_notes import DebitNoteAnswer

router = APIRouter(prefix="/v1/debit-notes", tags=["debit notes"])

NOTES = debit_note.MODEL.table
SORT = Sorting(debit_note.ORDER, NOTES.c.due_on, NOTES.c.issued_on, NOTES.c.amount, NOTES.c.customer_id)


@router.get("", dependencies=[needs("credit.receivables.read", partner="customer_id")])
async def list_debit_notes(
    queries: Queries,
    page: Paging,
    customer_id: Id | None = None,
    status: debit_note.State | None = None,
    waiver_proposed: bool | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[DebitNoteAnswer]:
    """Debit notes with their lines and what is open of them, the oldest due date first, or by another column, up or down;
    ``waiver_proposed``: those whose waiver waits for another person."""
    customer_id = await known_customer(queries, customer_id)
    found = await queries.page(debit_note.debit_notes(customer_id, status, waiver_proposed), SORT.order(sort), page)
    return Page(items=[DebitNoteAnswer(**row).model_dump() for row in found.items], next=found.next)


@router.get("/{customer_id}/{debit_note_id}", dependencies=[needs("credit.receivables.read", partner="customer_id")])
async def show_debit_note(customer_id: Survivor, debit_note_id: Id, queries: Queries) -> DebitNoteAnswer:
    """One debit note with its lines, what is open of it and what was waived."""
    row = await queries.one(debit_note.debit_note(customer_id, debit_note_id))
    if row is None:
        raise NotFound("debit note", debit_note_id)
    return DebitNoteAnswer(**row)


@router.post("/{customer_id}/{debit_note_id}/waiver", dependencies=[needs("credit.debit-notes.waive")])
async def waive_debit_note(
    customer_id: Survivor, debit_note_id: Id, body: JsonBody[WaiverBody], commands: Commands, queries: Queries
) -> Answered:
    """Waive what is open of a note, or a part of it; beyond the policy's ``waiver_alone_max`` of a note one person proposes it and
    another approves that."""
    by = commands.person(body.waived_by, "waived_by")
    approved_by = None if body.approved_by is None else commands.person(body.approved_by, "approved_by")
    today = await today_of(customer_id, queries)
    return await commands.do(
        WaiveDebitNote(customer_id, debit_note_id, body.amount, body.reason, by, approved_by, today)
    )


@router.post("/{customer_id}/{debit_note_id}/waiver/proposal", dependencies=[needs("credit.debit-notes.waive")])
async def propose_waiver(
    customer_id: Survivor, debit_note_id: Id, body: JsonBody[WaiverProposalBody], commands: Commands, queries: Queries
) -> Answered:
    """Propose to waive what is open of a note, or a part of it."""
    by = commands.person(body.proposed_by, "proposed_by")
    today = await today_of(customer_id, queries)
    return await commands.do(ProposeWaiver(customer_id, debit_note_id, body.amount, body.reason, by, today))


@router.post("/{customer_id}/{debit_note_id}/waiver/approval", dependencies=[needs("credit.debit-notes.approve")])
async def approve_waiver(
    customer_id: Survivor, debit_note_id: Id, body: JsonBody[ApprovalBody], commands: Commands, queries: Queries
) -> Answered:
    """Approve a waiver; only another person than the one who proposed it can."""
    by = commands.person(body.approved_by, "approved_by")
    return await commands.do(ApproveWaiver(customer_id, debit_note_id, by, await today_of(customer_id, queries)))


@router.post("/{customer_id}/{debit_note_id}/waiver/rejection", dependencies=[needs("credit.debit-notes.approve")])
async def reject_waiver(
    customer_id: Survivor, debit_note_id: Id, body: JsonBody[RejectionBody], commands: Commands
) -> Answered:
    """Reject a waiver and say why; the note is owed as before."""
    by = commands.person(body.rejected_by, "rejected_by")
    return await commands.do(RejectWaiver(customer_id, debit_note_id, body.reason, by))
