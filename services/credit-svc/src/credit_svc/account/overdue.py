"""The end of overdue: whoever heard that something is overdue hears when it is not any more.

Source: the rules page, "The end of overdue". A part payment ends nothing, nor does a dispute.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.credit import CustomerOverdueCleared, PaymentOverdueEnded
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.state import Account
from credit_svc.receivables.facts import Invoice
from credit_svc.receivables.given_up import is_lost
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import kind_of

Because = Literal["settled", "credited", "written_off", "restated"]


@dataclass(frozen=True, slots=True)
class TellOverdueEnded:
    """An overdue of an old log ended without a word of it."""

    customer_id: str
    invoice_id: str
    on: date


def tell_ended(decision: AccountDecision) -> None:
    """Each overdue that ended, with what is still overdue after it; and once that nothing is."""
    account = decision.state
    if not account.overdue_since and not account.overdue_before:
        return
    for invoice_id, spans in sorted(account.overdue_before.items()):
        for since, until in spans:
            _emit_ended(decision, invoice_id, since, until, "restated")
    ended = sorted(invoice_id for invoice_id in account.overdue_since if invoice_id not in account.overdue)
    for invoice_id in ended:
        currency = account.currency_of_invoice(invoice_id) or account.currency or ""
        ledger = account.ledger(currency)
        because, ended_on = end_of(ledger, ledger.invoices[invoice_id], account.latest)
        _emit_ended(decision, invoice_id, account.overdue_since[invoice_id], ended_on, because)
    if ended and not account.overdue:
        state: Account = decision.state
        decision.emit(
            CustomerOverdueCleared(
                customer_id=decision.id,
                cleared_on=state.last_overdue_ended or state.latest,
                longest_days=state.longest_overdue,
            )
        )


def _emit_ended(decision: AccountDecision, invoice_id: str, since: date, ended_on: date, because: Because) -> None:
    account = decision.state
    currency = account.currency_of_invoice(invoice_id) or account.currency or ""
    amount, invoices, oldest = account.overdue_in(currency)
    due_on = account.ledger(currency).invoices[invoice_id].due_on
    decision.emit(
        PaymentOverdueEnded(
            invoice_id=invoice_id,
            customer_id=decision.id,
            currency=currency,
            overdue_since=since,
            ended_on=ended_on,
            days_overdue=max(0, (ended_on - due_on).days),
            because=because,
            customer_overdue=amount,
            customer_overdue_invoices=invoices,
            customer_oldest_due_on=oldest,
        )
    )


def end_of(ledger: Ledger, invoice: Invoice, on: date) -> tuple[Because, date]:
    """Why an invoice is not overdue any more, and since when."""
    if invoice.invoice_id in ledger.open:
        return "restated", on
    entries = ledger.entries.get(invoice.invoice_id, ())
    if not entries:
        return "restated", on
    if is_lost(ledger, invoice.invoice_id):
        return "written_off", max(entry.on for entry in entries)
    money = [entry for entry in entries if kind_of(entry.payment_id) in ("payment", "credit_note")] or list(entries)
    newest = max(money, key=lambda entry: entry.on)
    return ("credited" if kind_of(newest.payment_id) == "credit_note" else "settled"), newest.on


def _tell(decision: AccountDecision, command: TellOverdueEnded) -> None:
    """Every command says what has ended; this one does nothing else."""


DECIDE: Handlers = {TellOverdueEnded: _tell}
