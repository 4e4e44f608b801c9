"""Write-offs: one person proposes, another approves."""

from dataclasses import dataclass
from datetime import date

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.credit import InvoiceWrittenOff, WriteOffProposed, WriteOffRejected
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.refusals import FourEyesNeeded, NothingOpen, require_invoice
from credit_svc.account.waiting_money import mark_overdue
from credit_svc.receivables import recording
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True, slots=True)
class ProposeWriteOff:
    customer_id: str
    invoice_id: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ApproveWriteOff:
    customer_id: str
    invoice_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectWriteOff(WithoutDay):
    customer_id: str
    invoice_id: str
    reason: str
    by: str


class NoteIsWaived(Refusal):
    """{debit_note_id} is a debit note, which is waived and not written off."""


class NoWriteOffProposed(Refusal):
    """There is no proposal to write off invoice {invoice_id}; one person proposes, another approves."""


def _propose(decision: AccountDecision, command: ProposeWriteOff) -> None:
    currency = require_invoice(decision, command.invoice_id)
    if command.invoice_id in decision.state.debits.notes:
        raise NoteIsWaived(debit_note_id=command.invoice_id)
    open_amount = decision.state.ledger(currency).open.get(command.invoice_id, NOTHING)
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    decision.emit(
        WriteOffProposed(
            invoice_id=command.invoice_id,
            customer_id=command.customer_id,
            amount=open_amount,
            currency=currency,
            reason=command.reason,
            proposed_on=command.on,
            proposed_by=command.by,
        )
    )


def _approve(decision: AccountDecision, command: ApproveWriteOff) -> None:
    """What is still open, which may be less than was proposed and is never more."""
    currency = require_invoice(decision, command.invoice_id)
    proposal = decision.state.claims.proposals.get(command.invoice_id)
    if proposal is None:
        raise NoWriteOffProposed(invoice_id=command.invoice_id)
    if same_person(proposal.proposed_by, command.by):
        raise FourEyesNeeded(person=command.by)
    ledger = decision.state.ledger(currency)
    open_amount = ledger.open.get(command.invoice_id, NOTHING)
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    write_off = InvoiceWrittenOff(
        invoice_id=command.invoice_id,
        customer_id=command.customer_id,
        amount=min(open_amount, proposal.amount),
        currency=currency,
        reason=proposal.reason,
        # Facts of later days may be known already; what is open is what they left.
        written_off_on=max(command.on, ledger.newest[0] if ledger.newest else command.on),
        proposed_by=proposal.proposed_by,
        approved_by=command.by,
    )
    was_overdue = command.invoice_id in decision.state.overdue
    decision.emit(*recording.write_off(ledger, write_off))
    if was_overdue:  # what was not given up is owed as before
        decision.emit(*mark_overdue(decision, currency, command.invoice_id, command.on))
    follow(decision, command.on, "written_off")


def _reject(decision: AccountDecision, command: RejectWriteOff) -> None:
    if command.invoice_id not in decision.state.claims.proposals:
        raise NoWriteOffProposed(invoice_id=command.invoice_id)
    decision.emit(
        WriteOffRejected(
            invoice_id=command.invoice_id,
            customer_id=command.customer_id,
            reason=command.reason,
            rejected_by=command.by,
        )
    )


DECIDE: Handlers = {ProposeWriteOff: _propose, ApproveWriteOff: _approve, RejectWriteOff: _reject}
