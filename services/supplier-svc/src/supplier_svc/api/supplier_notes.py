"""Routes of notes to finance: what suppliers owe us and we owe them, and what was cleared of it."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import supplier_note
from supplier_svc.requests.supplier_notes import NoteClearing
from supplier_svc.responses.notes import NoteTotals
from supplier_svc.supplier.notes import ClearNote

router = APIRouter(prefix="/v1", tags=["notes"])

OfSupplier = Annotated[Id | None, Query()]
OF = supplier_note.TABLE.c
SORT = Sorting(supplier_note.ORDER, OF.issued_on, OF.due_on, OF.amount, OF.supplier_id)


@router.get("/supplier-notes", dependencies=[needs("supplier.notes.read", partner="supplier_id")])
async def list_notes(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    status: supplier_note.Status | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[supplier_note.Row]:
    """Debit and credit notes by the day on which they were issued, which ``since`` and ``until`` bound."""
    query = days.of(supplier_note.notes(supplier_id, status), OF.issued_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/supplier-notes/{note_id}",
    response_model=shown(supplier_note.Row),
    dependencies=[needs("supplier.notes.read", partner="supplier_id")],
)
async def show_note(supplier_id: Id, note_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One note, by its id."""
    query = supplier_note.notes(supplier_id).where(OF.note_id == note_id)
    return await one_of_supplier(query, queries, "note", note_id)


@router.get("/reports/supplier-notes", dependencies=[needs("supplier.notes.read", partner="supplier_id")])
async def show_totals(queries: Queries, days: Days, page: Paging, supplier_id: OfSupplier = None) -> Page[NoteTotals]:
    """What the notes come to by currency: those issued from ``since`` to ``until``, of all suppliers or one."""
    chosen = days.of(supplier_note.notes(supplier_id), OF.issued_on)
    rows = [NoteTotals(**row) for row in await queries.rows(supplier_note.totals(chosen))]
    return await of_known(supplier_id, page.part_of(rows), queries)


@router.post("/supplier-notes/clearings", dependencies=[needs("supplier.notes.clear")])
async def clear_note(clearing: NoteClearing, commands: Commands) -> Answered:
    """Record that finance cleared a note or a part of it, as erp.SupplierNoteCleared would."""
    command = ClearNote(clearing, told_on=commands.today)
    return await commands.do(command, occurred_at=commands.start_of_past(clearing.cleared_on, "cleared_on"))
