"""Invoices: recorded, and marked overdue on their day."""

from dataclasses import dataclass
from datetime import date

from contracts import erp
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.orders import recount
from credit_svc.account.small_differences import give_up_small
from credit_svc.account.waiting_money import is_covered, note_waiting
from credit_svc.receivables import recording


@dataclass(frozen=True, slots=True)
class RecordInvoice:
    fact: erp.InvoiceIssued

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.issued_on


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    customer_id: str
    invoice_id: str
    on: date


def _record(decision: AccountDecision, command: RecordInvoice) -> None:
    """Its order counts for the rest before anything follows: what is invoiced must not count as an order and as a receivable."""
    account, invoice = decision.state, command.fact
    if account.currency_of_invoice(invoice.invoice_id):
        return
    rate = account.rate(invoice.currency, invoice.issued_on, decision.policies)
    terms = account.file.terms_on(invoice.issued_on)
    ledger = account.ledger(invoice.currency)
    decision.emit(*recording.record_invoice(ledger, invoice, rate, terms, decision.policies))
    recount(decision, invoice.order_id, "invoiced", invoice.issued_on)
    follow(decision, invoice.issued_on)


def _mark_overdue(decision: AccountDecision, command: MarkOverdue) -> None:
    account = decision.state
    currency = account.currency_of_invoice(command.invoice_id)
    if currency is None or command.invoice_id in account.overdue:
        return
    if command.on < account.ledger(currency).invoices[command.invoice_id].overdue_from:
        return
    if give_up_small(decision, command.invoice_id, currency, command.on):
        follow(decision, command.on)
        return
    if is_covered(decision, command.invoice_id, currency):
        note_waiting(decision, currency, command.on)
        return
    ledger = account.ledger(currency)
    decision.emit(*recording.mark_overdue(ledger, decision.id, currency, command.invoice_id, command.on))
    follow(decision, command.on)


DECIDE: Handlers = {RecordInvoice: _record, MarkOverdue: _mark_overdue}
