"""Routes of debit notes: what was charged and is owed beside the invoices, and what of it is waived."""

from typing import Annotated

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from credit_svc.account.debit_notes import WaiveDebitNote
from credit_svc.api.identity import Survivor
from credit_svc.read_models import debit_note
from credit_svc.reports.known import known_customer
from credit_svc.reports.today import today_of
from credit_svc.requests import WaiverBody
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
    sort: Annotated[str | None, SORT] = None,
) -> Page[DebitNoteAnswer]:
    """Debit notes with their lines and what is open of them, the oldest due date first, or by another column, up or down."""
    customer_id = await known_customer(queries, customer_id)
    found = await queries.page(debit_note.debit_notes(customer_id, status), SORT.order(sort), page)
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
    """Waive what is open of a note, or a part of it; above the policy's ``waiver_alone_max`` a second person has approved it."""
    by = commands.person(body.waived_by, "waived_by")
    approved_by = None if body.approved_by is None else commands.person(body.approved_by, "approved_by")
    today = await today_of(customer_id, queries)
    return await commands.do(
        WaiveDebitNote(customer_id, debit_note_id, body.amount, body.reason, by, approved_by, today)
    )
