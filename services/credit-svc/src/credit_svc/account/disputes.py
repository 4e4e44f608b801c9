"""Disputes: the disputed part of an invoice is not pursued until the dispute is resolved."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts import erp
from contracts.credit import DisputeResolved, InvoiceDisputed
from credit_svc.account.cases import pursue
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.payments import record_credit_note
from credit_svc.account.refusals import NothingOpen, require_invoice, require_payable
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class DisputeInvoice:
    """``amount`` None: all that is open."""

    customer_id: str
    invoice_id: str
    amount: Decimal | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ResolveDispute:
    customer_id: str
    dispute_id: str
    conceded: Decimal
    outcome: str
    by: str
    on: date


class UnknownDispute(Refusal):
    """Customer {customer_id} has no open dispute {dispute_id}."""

    status = 404


class DisputedTooMuch(Refusal):
    """{open} {currency} of invoice {invoice_id} is open, of which {disputed} is already disputed; {amount} more is too much."""

    status = 422


class ConcededTooMuch(Refusal):
    """Dispute {dispute_id} is about {disputed} {currency}; {conceded} is more than can be conceded."""

    status = 422


def _dispute(decision: AccountDecision, command: DisputeInvoice) -> None:
    """Only the case follows. Nothing was paid, so nothing is charged and no class changes; and a held order is not
    released by disputing what holds it: it waits for the money that its hold names, or for a decision.
    """
    account = decision.state
    currency = require_invoice(decision, command.invoice_id)
    open_amount = account.ledger(currency).open.get(command.invoice_id, NOTHING)
    disputed = account.claims.in_dispute(command.invoice_id)
    amount = command.amount if command.amount is not None else open_amount - disputed
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    if amount <= 0 or disputed + amount > open_amount:
        raise DisputedTooMuch(
            invoice_id=command.invoice_id, open=open_amount, disputed=disputed, amount=amount, currency=currency
        )
    if amount != open_amount - disputed:
        require_payable(amount, currency)
    decision.emit(
        InvoiceDisputed(
            dispute_id=f"{command.invoice_id}-D{account.claims.disputed + 1}",
            invoice_id=command.invoice_id,
            customer_id=command.customer_id,
            amount=amount,
            currency=currency,
            reason=command.reason,
            disputed_on=command.on,
            recorded_by=command.by,
        )
    )
    pursue(decision, command.on)


def _resolve(decision: AccountDecision, command: ResolveDispute) -> None:
    """What is conceded is a credit note, with all that follows from one. After it only the case follows: the rest is
    pursued again, which releases no order.
    """
    dispute = decision.state.claims.disputes.get(command.dispute_id)
    if dispute is None:
        raise UnknownDispute(customer_id=command.customer_id, dispute_id=command.dispute_id)
    if command.conceded > dispute.amount:
        raise ConcededTooMuch(
            dispute_id=command.dispute_id,
            disputed=dispute.amount,
            conceded=command.conceded,
            currency=dispute.currency,
        )
    if command.conceded != dispute.amount:
        require_payable(command.conceded, dispute.currency)
    decision.emit(
        DisputeResolved(
            dispute_id=command.dispute_id,
            invoice_id=dispute.invoice_id,
            customer_id=command.customer_id,
            conceded=command.conceded,
            currency=dispute.currency,
            outcome=command.outcome,
            resolved_on=command.on,
            resolved_by=command.by,
        )
    )
    ledger = decision.state.ledger(dispute.currency)
    if command.conceded and dispute.invoice_id in ledger.open:
        note = erp.CreditNoteIssued(
            credit_note_id=command.dispute_id,
            customer_id=command.customer_id,
            invoice_id=dispute.invoice_id,
            issued_on=command.on,
            amount=command.conceded,
            currency=dispute.currency,
            reason=Sentences.DISPUTE(),
        )
        record_credit_note(decision, note)
    pursue(decision, command.on)


DECIDE: Handlers = {DisputeInvoice: _dispute, ResolveDispute: _resolve}
