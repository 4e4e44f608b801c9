"""What happens to debit notes in one ledger, as events: issued, reduced, waived, booked by the ERP. Pure."""

from collections.abc import Sequence

from contracts import Event
from contracts.credit import (
    DebitNoteInvoiced,
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteSettled,
    DebitNoteWaived,
)
from credit_svc.receivables.allocation import change_by, change_with_correction, change_with_number
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.ledger_events import note_of, reduced_note, waiver_of
from credit_svc.receivables.postings import Postings


def issue(ledger: Ledger, issued: DebitNoteIssued) -> Sequence[Event]:
    """The note, and the money on account that pays it."""
    note_id = issued.debit_note_id
    postings = Postings(issued.customer_id, issued.currency, because_of=note_id)
    change = change_by(ledger, note_of(issued))
    paid = sum((entry.amount for entry in change.made if entry.invoice_id == note_id), NOTHING)
    return postings.around(ledger, change, [issued.model_copy(update={"open": issued.amount - paid})], change.made)


def reduce(ledger: Ledger, reduced: DebitNoteReduced) -> Sequence[Event]:
    """The note as it should have been from the first, and the money that moves because of it."""
    note_id = reduced.debit_note_id
    postings = Postings(reduced.customer_id, reduced.currency, because_of=note_id)
    change = change_with_correction(ledger, ledger.with_correction(reduced_note(ledger.invoices[note_id], reduced)))
    mine = [entry for entry in ledger.entries.get(note_id, ()) if entry not in change.withdrawn]
    mine += [entry for entry in change.made if entry.invoice_id == note_id]
    left = reduced.amount - sum((entry.amount for entry in mine), NOTHING)
    return postings.around(ledger, change, [reduced.model_copy(update={"open": left})], change.made, (note_id,))


def waive(ledger: Ledger, waived: DebitNoteWaived) -> Sequence[Event]:
    """What is open of the note, or a part of it, is given up."""
    postings = Postings(waived.customer_id, waived.currency, because_of=waived.debit_note_id)
    waiver = waiver_of(waived)
    change = change_by(ledger, waiver)
    others = [entry for entry in change.made if entry.payment_id != waiver.money_id]
    events = postings.around(ledger, change, [waived], others)
    # It is waived, and not settled.
    mine = (event for event in events if isinstance(event, DebitNoteSettled))
    settled = [event for event in mine if event.debit_note_id == waived.debit_note_id]
    return [event for event in events if event not in settled]


def number(ledger: Ledger, invoiced: DebitNoteInvoiced) -> Sequence[Event]:
    """The note has a number of the ERP, and money that waited for that pays it."""
    postings = Postings(invoiced.customer_id, invoiced.currency, because_of=invoiced.invoice_id)
    change = change_with_number(ledger, invoiced.invoice_id, invoiced.debit_note_id)
    return postings.around(ledger, change, [invoiced], change.made)
