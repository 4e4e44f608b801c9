"""Debit notes as rows of ``open_item``: they are owed beside the invoices. Who pays, and what is open, is told as for those."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.credit import (
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteReopened,
    DebitNoteSettled,
    DebitNoteWaived,
)
from credit_svc.read_models.item_row import Row

NoteEvent = DebitNoteIssued | DebitNoteReduced | DebitNoteWaived | DebitNoteSettled | DebitNoteReopened


def item_id(event: Any) -> str:
    """The id of an item: the note, or the invoice, that an event is about."""
    found: str = event.debit_note_id if isinstance(event, NoteEvent) else event.invoice_id
    return found


def evolve(new: Callable[[NoteEvent], Row], row: Row | None, event: NoteEvent) -> Row | None:
    """Its status is that of an item; whether it was paid or waived is in ``debit_note``."""
    if isinstance(event, DebitNoteIssued):
        return replace(new(event), note=" ".join(event.effects))
    if row is None:
        return None
    match event:
        case DebitNoteReduced(by=by, amount=amount):
            return replace(row, amount=amount, open_amount=row.open_amount - by)
        case DebitNoteWaived(amount=amount):
            left = row.open_amount - amount
            return replace(row, open_amount=left, status=row.status if left else "settled")
        case DebitNoteSettled(settled_on=on, days_late=days):
            return replace(row, status="settled", settled_on=on, days_late=days)
        case DebitNoteReopened(overdue_from=on):
            return replace(row, status="open", overdue_from=on, settled_on=None, days_late=None)
