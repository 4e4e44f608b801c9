"""Write-offs: one proposes, another approves."""

from contracts.credit import InvoiceWrittenOff, WriteOffProposed, WriteOffRejected
from credit_svc.commands.limits import FourEyesNeeded
from credit_svc.commands.receivables import (
    ApproveWriteOff,
    NothingOpen,
    NoWriteOffProposed,
    ProposeWriteOff,
    RejectWriteOff,
)
from credit_svc.decisions.answer import Answer, currency_of
from credit_svc.receivables import recording as facts
from credit_svc.receivables.ledger import NOTHING


def propose(answer: Answer, command: ProposeWriteOff) -> None:
    currency = currency_of(answer, command.invoice_id)
    open_amount = answer.account.ledger(currency).open.get(command.invoice_id, NOTHING)
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    answer.tell(
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


def approve(answer: Answer, command: ApproveWriteOff) -> None:
    """What is open by now, which may be less than was proposed, and never more."""
    currency = currency_of(answer, command.invoice_id)
    proposal = answer.account.claims.proposals.get(command.invoice_id)
    if proposal is None:
        raise NoWriteOffProposed(invoice_id=command.invoice_id)
    if proposal.proposed_by == command.by:
        raise FourEyesNeeded(person=command.by)
    ledger = answer.account.ledger(currency)
    open_amount = ledger.open.get(command.invoice_id, NOTHING)
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    told = InvoiceWrittenOff(
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
    answer.tell(*facts.write_off(ledger, told))


def reject(answer: Answer, command: RejectWriteOff) -> None:
    if command.invoice_id not in answer.account.claims.proposals:
        raise NoWriteOffProposed(invoice_id=command.invoice_id)
    answer.tell(
        WriteOffRejected(
            invoice_id=command.invoice_id,
            customer_id=command.customer_id,
            reason=command.reason,
            rejected_by=command.by,
        )
    )
