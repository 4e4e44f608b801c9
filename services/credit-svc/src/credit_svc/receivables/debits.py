"""What was charged: the charges that wait for a debit note, and the notes as they are now. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from immutables import Map

from contracts.credit import (
    ChargeKind,
    DebitChargeCarried,
    DebitNoteIssued,
    DebitNoteLine,
    DebitNoteReduced,
    DebitNoteSettled,
    DebitNoteWaived,
    DebitNoteWaiverProposed,
    DebitNoteWaiverRejected,
    NoteEffect,
)
from credit_svc.receivables.facts import EMPTY, NOTHING

DebitEvent = (
    DebitChargeCarried
    | DebitNoteIssued
    | DebitNoteReduced
    | DebitNoteWaiverProposed
    | DebitNoteWaiverRejected
    | DebitNoteWaived
    | DebitNoteSettled
)

Reference = tuple[ChargeKind, str]


@dataclass(frozen=True, slots=True)
class WaiverProposal:
    """A waiver that is not decided yet."""

    amount: Decimal
    reason: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class Note:
    """``charges``: what is left of each line after corrections, by kind and reference. ``waived_alone``: what was waived of it, all
    together, without a second person. ``proposal``: a waiver that waits for one.
    """

    currency: str
    effects: tuple[NoteEffect, ...]
    charges: Map[Reference, Decimal]
    waivers: int = 0
    waived_alone: Decimal = NOTHING
    proposal: WaiverProposal | None = None


@dataclass(frozen=True)
class Debits:
    """``waiting``: currency → the charges that no note has yet, those of one kind and reference as one line. ``notes``: by id, in the
    order of issue. ``issued``: how many there ever were.
    """

    waiting: Map[str, tuple[DebitNoteLine, ...]] = EMPTY
    note_on: Map[str, date] = EMPTY
    notes: Map[str, Note] = EMPTY
    order: tuple[str, ...] = ()
    issued: int = 0

    def waits(self, currency: str) -> Decimal:
        """All that waits in a currency."""
        return sum((line.amount for line in self.waiting.get(currency, ())), NOTHING)

    def waits_for(self, currency: str, reference: Reference) -> Decimal:
        """What waits of one charge."""
        lines = self.waiting.get(currency, ())
        return next((line.amount for line in lines if (line.kind, line.reference) == reference), NOTHING)

    def noted(self, currency: str, reference: Reference) -> list[tuple[str, Decimal]]:
        """The notes with something of a charge, the newest first, and how much."""
        mine = [(note_id, self.notes[note_id]) for note_id in reversed(self.order)]
        found = [(i, note.charges.get(reference, NOTHING)) for i, note in mine if note.currency == currency]
        return [(note_id, amount) for note_id, amount in found if amount]


def evolve(debits: Debits, event: DebitEvent) -> Debits:
    match event:
        case DebitChargeCarried(currency=currency, line=line, note_on=on):
            lines = _with_line(debits.waiting.get(currency, ()), line)
            waiting = debits.waiting.set(currency, lines) if lines else debits.waiting.delete(currency)
            note_on = debits.note_on.delete(currency) if currency in debits.note_on else debits.note_on
            return replace(debits, waiting=waiting, note_on=note_on if on is None else note_on.set(currency, on))
        case DebitNoteIssued() as e:
            charges = Map[Reference, Decimal]()
            for line in e.lines:
                reference: Reference = (line.kind, line.reference)
                charges = charges.set(reference, charges.get(reference, NOTHING) + line.amount)
            issued = replace(
                debits,
                notes=debits.notes.set(e.debit_note_id, Note(e.currency, e.effects, charges)),
                order=(*debits.order, e.debit_note_id),
                issued=debits.issued + 1,
            )
            if e.cause == "at_once":
                return issued
            waiting, note_on = issued.waiting, issued.note_on
            return replace(
                issued,
                waiting=waiting.delete(e.currency) if e.currency in waiting else waiting,
                note_on=note_on.delete(e.currency) if e.currency in note_on else note_on,
            )
        case DebitNoteReduced(debit_note_id=note_id) as e:
            note, key = debits.notes[note_id], (e.kind, e.reference)
            less = replace(note, charges=note.charges.set(key, note.charges.get(key, NOTHING) - e.by))
            return replace(debits, notes=debits.notes.set(note_id, less))
        case DebitNoteWaiverProposed() as e:
            proposal = WaiverProposal(e.amount, e.reason, e.proposed_by)
            return _with_note(debits, e.debit_note_id, proposal=proposal)
        case DebitNoteWaiverRejected(debit_note_id=note_id) | DebitNoteSettled(debit_note_id=note_id):
            return _with_note(debits, note_id, proposal=None)
        case DebitNoteWaived(debit_note_id=note_id) as e:
            note, is_alone = debits.notes[note_id], e.approved_by is None
            return _with_note(
                debits,
                note_id,
                waivers=note.waivers + 1,
                waived_alone=note.waived_alone + e.amount if is_alone else note.waived_alone,
                proposal=note.proposal if is_alone and e.open else None,
            )


def _with_note(debits: Debits, note_id: str, **changed: Any) -> Debits:
    note = debits.notes.get(note_id)
    return debits if note is None else replace(debits, notes=debits.notes.set(note_id, replace(note, **changed)))


def _with_line(lines: tuple[DebitNoteLine, ...], more: DebitNoteLine) -> tuple[DebitNoteLine, ...]:
    """One line for a kind and reference; none where a correction left nothing of it."""
    known = next((line for line in lines if (line.kind, line.reference) == (more.kind, more.reference)), None)
    if known is None:
        return (*lines, more)
    begins = [day for day in (known.begins_on, more.begins_on) if day is not None]
    ends = [day for day in (known.until, more.until) if day is not None]
    whole = more.model_copy(
        update={
            "amount": known.amount + more.amount,
            "begins_on": min(begins, default=None),
            "until": max(ends, default=None),
        }
    )
    return tuple(whole if line is known else line for line in lines if line is not known or whole.amount)
