"""When the account is searched next for what is due soon, and whether it has paid yet, folded from its events. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts import Event
from contracts.credit import DueReminderScheduled, InvoiceRecorded, InvoiceSettled
from credit_svc.account.state.account import Account
from credit_svc.receivables.money_ids import kind_of


def _invoiced(account: Account, event: InvoiceRecorded) -> Account:
    """Only an invoice that brings the day nearer names one."""
    if event.remind_on is None:
        return account
    return replace(account, reminders=replace(account.reminders, next_on=event.remind_on))


def _scheduled(account: Account, event: DueReminderScheduled) -> Account:
    return replace(account, reminders=replace(account.reminders, next_on=event.remind_on))


def _settled(account: Account, event: InvoiceSettled) -> Account:
    """A credit note, a discount or what is given up alone is no payment."""
    if account.reminders.has_paid:
        return account
    currency = account.currency_of_invoice(event.invoice_id)
    entries = account.ledger(currency or "").entries.get(event.invoice_id, ())
    if not any(kind_of(entry.payment_id) == "payment" for entry in entries):
        return account
    return replace(account, reminders=replace(account.reminders, has_paid=True))


FOLDS: tuple[tuple[tuple[type[Event], ...], Callable[[Account, Any], Account]], ...] = (
    ((InvoiceRecorded,), _invoiced),
    ((DueReminderScheduled,), _scheduled),
    ((InvoiceSettled,), _settled),
)
