"""Penalty interest: when it is charged, and how a fact that arrives late corrects the charge."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import DebitNoteSettled, InterestCharged, InvoiceSettled
from credit_svc.account.charges import charge, interest_line
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.refusals import require_invoice
from credit_svc.account.state import Account
from credit_svc.policies.receivables import InterestPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.interest import Charge, charges, total


@dataclass(frozen=True, slots=True)
class ChargeInterest(WithoutDay):
    """``until``: the last day that is charged."""

    customer_id: str
    invoice_id: str
    until: date


class BearsNoInterest(Refusal):
    """Debit note {debit_note_id} bears no interest itself."""


class InterestNotDue(Refusal):
    """Invoice {invoice_id} is due on {due_on}; interest begins on the day after, so {until} is too early."""

    status = 422


def charge_settled(decision: AccountDecision, on: date) -> None:
    """Charge the invoices that were just settled, and correct what a restated date makes wrong."""
    seen = decision.judged
    while seen < len(decision.events):
        # A note that becomes less frees money, which may settle something else.
        event = decision.events[seen]
        seen += 1
        if isinstance(event, InvoiceSettled):
            _charge_on_settlement(decision, event.invoice_id, event, on)
        elif isinstance(event, DebitNoteSettled) and _bears_interest(decision.state, event.debit_note_id):
            _charge_on_settlement(decision, event.debit_note_id, event, on)


def _charge_on_settlement(
    decision: AccountDecision, item_id: str, event: InvoiceSettled | DebitNoteSettled, on: date
) -> None:
    known = decision.state.claims.charged.get(item_id)
    if not event.days_late and known is None:
        return
    if decision.policy(InterestPolicy, event.settled_on).document.charged != "on_settlement" and known is None:
        return
    currency = decision.state.currency_of_invoice(item_id)
    if currency is not None:
        _charge(decision, item_id, currency, event.settled_on, on)


def _bears_interest(account: Account, item_id: str) -> bool:
    """Whether something is charged for paying an item late: for an invoice, and for a debit note where its policy says so."""
    note = account.debits.notes.get(item_id)
    return note is None or "interest" in note.effects


def _charge_on_request(decision: AccountDecision, command: ChargeInterest) -> None:
    invoice_id, until = command.invoice_id, command.until
    currency = require_invoice(decision, invoice_id)
    if not _bears_interest(decision.state, invoice_id):
        raise BearsNoInterest(debit_note_id=invoice_id)
    due_on = decision.state.ledger(currency).invoices[invoice_id].due_on
    if until <= due_on:
        raise InterestNotDue(invoice_id=invoice_id, due_on=due_on, until=until)
    _charge(decision, invoice_id, currency, until, until)


def accrued(
    account: Account, invoice_id: str, currency: str, until: date, policy: InterestPolicy
) -> tuple[Charge, ...]:
    """The interest of an invoice up to a day, charged or not; at the contract's rate, else the policy's."""
    ledger = account.ledger(currency)
    invoice = ledger.invoices[invoice_id]
    terms = account.file.terms_on(invoice.issued_on)
    contract = terms.interest_percent if terms else None
    payments = ((entry.on, entry.amount) for entry in ledger.entries.get(invoice_id, ()))
    # It still bears interest on the day on which the last of it was paid.
    return charges(invoice.due_on, until, invoice.amount, payments, contract, policy)


def _charge(decision: AccountDecision, invoice_id: str, currency: str, until: date, on: date) -> None:
    policy = decision.policy(InterestPolicy, until)
    before_until, before = decision.state.claims.charged.get(invoice_id, (date.min, NOTHING))
    found = accrued(decision.state, invoice_id, currency, until, policy.document)
    owed = total(found, currency, policy.document)
    if owed == before or (not before and owed < policy.document.smallest(currency)):
        return
    decision.emit(
        InterestCharged(
            invoice_id=invoice_id,
            customer_id=decision.id,
            charged_until=max(until, before_until, decision.state.ledger(currency).invoices[invoice_id].due_on),
            amount=owed - before,
            charged_before=before,
            total=owed,
            currency=currency,
            parts=tuple(charge.part() for charge in found),
            charged_on=on,
            policy_version=policy.version,
        )
    )
    due_on = decision.state.ledger(currency).invoices[invoice_id].due_on
    first = add_days(max(due_on, before_until), 1) if before else add_days(due_on, 1)
    charge(decision, interest_line(invoice_id, owed - before, min(first, until), until), currency, on)


DECIDE: Handlers = {ChargeInterest: _charge_on_request}
