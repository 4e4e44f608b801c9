"""Notes that were issued to finance, and what is open of each."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import NoteLineKind, SupplierNoteCleared, SupplierNoteIssued

Handled = SupplierNoteIssued | SupplierNoteCleared

Reason = tuple[NoteLineKind, str]
"""What a line of a note is for: its kind and the id of the claim, penalty or reward."""


@dataclass(frozen=True, slots=True)
class Note:
    issued: SupplierNoteIssued
    open: Decimal


@dataclass(frozen=True, slots=True)
class Notes:
    """By their ids; ``of`` names the note of each claim, penalty, reward and reversal."""

    by_id: Map[str, Note] = field(default_factory=Map)
    of: Map[Reason, str] = field(default_factory=Map)


def evolve(notes: Notes, event: Handled) -> Notes:
    match event:
        case SupplierNoteIssued():
            note = Note(event, event.amount)
            of = notes.of
            for line in event.lines:
                of = of.set((line.kind, line.reference), event.note_id)
            return Notes(notes.by_id.set(event.note_id, note), of)
        case SupplierNoteCleared():
            note = replace(notes.by_id[event.note_id], open=event.open)
            return replace(notes, by_id=notes.by_id.set(event.note_id, note))
    assert_never(event)
