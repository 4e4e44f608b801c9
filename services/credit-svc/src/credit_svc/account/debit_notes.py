"""Debit notes: issued at the end of a month, waived by people, booked by the ERP under a number of its own."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts import erp
from contracts.credit import DebitNoteInvoiced, DebitNoteWaived
from contracts.currencies import money
from credit_svc.account.charges import issue_waiting
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FourEyesNeeded
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.receivables import notes
from credit_svc.receivables.facts import NOTHING


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


def _waive(decision: AccountDecision, command: WaiveDebitNote) -> None:
    note = decision.state.debits.notes.get(command.debit_note_id)
    if note is None:
        raise UnknownDebitNote(customer_id=decision.id, debit_note_id=command.debit_note_id)
    ledger, currency = decision.state.ledger(note.currency), note.currency
    open_amount = ledger.open.get(command.debit_note_id, NOTHING)
    if not open_amount:
        raise NothingToWaive(debit_note_id=command.debit_note_id)
    amount = open_amount if command.amount is None else command.amount
    if amount > open_amount:
        raise WaivedTooMuch(
            open=money(open_amount, currency), debit_note_id=command.debit_note_id, amount=money(amount, currency)
        )
    alone_max = decision.policy(DebitNotePolicy, command.on).document.waiver_alone_max
    if amount > alone_max and command.approved_by is None:
        raise WaiverNeedsApproval(amount=money(amount, currency))
    if command.approved_by is not None and same_person(command.by, command.approved_by):
        raise FourEyesNeeded(person=command.approved_by)
    waived = DebitNoteWaived(
        debit_note_id=command.debit_note_id,
        waiver_id=f"{command.debit_note_id}-W{note.waivers + 1}",
        customer_id=decision.id,
        currency=currency,
        amount=amount,
        open=open_amount - amount,
        reason=command.reason,
        # Facts of later days may be known already; what is open is what they left.
        waived_on=max(command.on, ledger.newest[0] if ledger.newest else command.on),
        waived_by=command.by,
        approved_by=command.approved_by,
    )
    decision.emit(*notes.waive(ledger, waived))
    follow(decision, command.on)


def booked(decision: AccountDecision, invoice: erp.InvoiceIssued) -> bool:
    """Whether an invoice of the ERP is a debit note of ours; it then has that number from now on, and nothing more is owed."""
    note_id = invoice.debit_note_id
    note = None if note_id is None else decision.state.debits.notes.get(note_id)
    if note is None or note_id is None:
        return False
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
