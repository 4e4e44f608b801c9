"""Debit notes: issued at the end of a month, waived by people, booked by the ERP under a number of its own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts import erp
from contracts.credit import DebitNoteInvoiced, DebitNoteWaived
from contracts.currencies import money
from credit_svc.account.charges import issue_waiting
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FactDiffers, FourEyesNeeded, require_payable
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.receivables import notes
from credit_svc.receivables.debits import Note
from credit_svc.receivables.facts import NOTHING

BOOKED = ("debit_note_id", "currency", "amount", "issued_on", "due_on")
"""What makes an invoice that is a debit note another one under the same id."""

OWN_ID = "It is a debit note of ours; give another invoice an id of its own."
OWN_CURRENCY = "Invoice the note in its own currency."


@dataclass(frozen=True, slots=True)
class IssueDebitNote:
    """What was charged in a currency and waits is noted at the end of its month."""

    customer_id: str
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class WaiveDebitNote:
    """``amount`` None: all that is open."""

    customer_id: str
    debit_note_id: str
    amount: Decimal | None
    reason: str
    by: str
    approved_by: str | None
    on: date


class UnknownDebitNote(Refusal):
    """Customer {customer_id} has no debit note {debit_note_id}."""

    status = 404


class NothingToWaive(Refusal):
    """Nothing is open of debit note {debit_note_id}."""


class WaivedTooMuch(Refusal):
    """{open} of debit note {debit_note_id} are open; {amount} cannot be waived."""

    status = 422


class WaiverNeedsApproval(Refusal):
    """{amount} needs somebody else's approval."""


def _issue(decision: AccountDecision, command: IssueDebitNote) -> None:
    before = len(decision.events)
    issue_waiting(decision, command.currency, command.on)
    if len(decision.events) > before:
        follow(decision, command.on)


def waivable(decision: AccountDecision, note_id: str, wanted: Decimal | None) -> tuple[Note, Decimal]:
    """A note, and what is waived of it: all that is open where nothing is ``wanted``. Raises a Refusal where nothing is open, or less,
    and for a part that nobody can pay."""
    note = decision.state.debits.notes.get(note_id)
    if note is None:
        raise UnknownDebitNote(customer_id=decision.id, debit_note_id=note_id)
    open_amount = decision.state.ledger(note.currency).open.get(note_id, NOTHING)
    if not open_amount:
        raise NothingToWaive(debit_note_id=note_id)
    amount = open_amount if wanted is None else wanted
    if amount > open_amount:
        open_money, amount_money = money(open_amount, note.currency), money(amount, note.currency)
        raise WaivedTooMuch(open=open_money, debit_note_id=note_id, amount=amount_money)
    if amount != open_amount:
        require_payable(amount, note.currency)
    return note, amount


def _waive(decision: AccountDecision, command: WaiveDebitNote) -> None:
    """What one person waives of a note alone counts together, also in parts."""
    note, amount = waivable(decision, command.debit_note_id, command.amount)
    alone_max = decision.policy(DebitNotePolicy, command.on).document.waiver_alone_max
    if command.approved_by is None and note.waived_alone + amount > alone_max:
        raise WaiverNeedsApproval(amount=money(amount, note.currency))
    give_up(decision, command, note, amount)


def give_up(decision: AccountDecision, command: WaiveDebitNote, note: Note, amount: Decimal) -> None:
    """Waive an amount that is open of a note. Raises FourEyesNeeded where the two persons are one."""
    if command.approved_by is not None and same_person(command.by, command.approved_by):
        raise FourEyesNeeded(person=command.approved_by)
    ledger = decision.state.ledger(note.currency)
    waived = DebitNoteWaived(
        debit_note_id=command.debit_note_id,
        waiver_id=f"{command.debit_note_id}-W{note.waivers + 1}",
        customer_id=decision.id,
        currency=note.currency,
        amount=amount,
        open=ledger.open[command.debit_note_id] - amount,
        reason=command.reason,
        # Facts of later days may be known already; what is open is what they left.
        waived_on=max(command.on, ledger.newest[0] if ledger.newest else command.on),
        waived_by=command.by,
        approved_by=command.approved_by,
    )
    decision.emit(*notes.waive(ledger, waived))
    follow(decision, command.on)


def booked(decision: AccountDecision, invoice: erp.InvoiceIssued) -> bool:
    """Whether an invoice of the ERP is a debit note of ours; it then has that number from now on, and nothing more is owed.

    Raises FactDiffers for a note in another currency, and for other contents of an invoice that is one already.
    """
    known = decision.state.facts.get(("invoice", invoice.invoice_id))
    if isinstance(known, DebitNoteInvoiced):
        if differs := difference(fields_of(known, BOOKED), fields_of(invoice, BOOKED)):
            raise FactDiffers(what="Invoice", id=invoice.invoice_id, difference=differs, advice=OWN_ID)
        return True
    note_id = invoice.debit_note_id
    note = None if note_id is None else decision.state.debits.notes.get(note_id)
    if note is None or note_id is None:
        return False
    if invoice.currency != note.currency:
        differs = f"currency {invoice.currency} instead of {note.currency}"
        raise FactDiffers(what="Debit note", id=note_id, difference=differs, advice=OWN_CURRENCY)
    invoiced = DebitNoteInvoiced(
        debit_note_id=note_id,
        invoice_id=invoice.invoice_id,
        customer_id=decision.id,
        currency=note.currency,
        amount=invoice.amount,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
    )
    decision.emit(*notes.number(decision.state.ledger(note.currency), invoiced))
    follow(decision, decision.day(invoice.issued_on))
    return True


DECIDE: Handlers = {IssueDebitNote: _issue, WaiveDebitNote: _waive}
