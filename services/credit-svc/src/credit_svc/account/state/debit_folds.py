"""The events of debit notes folded into the state of an account. Pure."""

from dataclasses import replace
from typing import Any, get_args

from contracts import Event
from contracts.credit import DebitNoteInvoiced, DebitNoteSettled, DebitNoteWaived
from credit_svc.account.state.account import Account
from credit_svc.receivables import debits


def charged(account: Account, event: debits.DebitEvent) -> Account:
    return replace(account, debits=debits.evolve(account.debits, event))


def counted_only(account: Account) -> debits.Debits:
    """What an account that is merged has left: how many notes there were, so that an id is never given twice."""
    return debits.Debits(issued=account.debits.issued)


def invoiced(account: Account, event: DebitNoteInvoiced) -> Account:
    """The ERP's invoice is known under its number."""
    return replace(account, facts=account.facts.set(("invoice", event.invoice_id), event))


def no_longer_owed(account: Account, event: DebitNoteSettled | DebitNoteWaived) -> Account:
    """A note that is pursued is overdue no more once nothing of it is open."""
    note_id = event.debit_note_id
    if isinstance(event, DebitNoteWaived) and event.open:
        return account
    if note_id in account.overdue:
        on = event.settled_on if isinstance(event, DebitNoteSettled) else event.waived_on
        account = replace(
            account, overdue=account.overdue.delete(note_id), overdue_until=account.overdue_until.set(note_id, on)
        )
    return replace(account, covered=account.covered.delete(note_id)) if note_id in account.covered else account


FOLDS: tuple[tuple[tuple[type[Event], ...], Any], ...] = (
    (get_args(debits.DebitEvent), charged),
    ((DebitNoteInvoiced,), invoiced),
    ((DebitNoteSettled, DebitNoteWaived), no_longer_owed),
)
"""After those of the ledger."""
