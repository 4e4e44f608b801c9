"""Penalty interest: when it is charged, and what a fact told late makes of what was charged."""

from datetime import date

from contracts.credit import InterestCharged, InvoiceSettled
from credit_svc.account.state import Account
from credit_svc.commands.receivables import InterestNotDue
from credit_svc.decisions.answer import Answer
from credit_svc.policies import InterestPolicy
from credit_svc.receivables.interest import Charge, charges, total
from credit_svc.receivables.ledger import NOTHING


def charge_settled(answer: Answer, on: date) -> None:
    """Charge the invoices that were just settled, and correct what a restated date makes wrong."""
    settled = [event for event in answer.events[answer.judged :] if isinstance(event, InvoiceSettled)]
    for event in settled:
        known = answer.account.claims.charged.get(event.invoice_id)
        if not event.days_late and known is None:
            continue
        if answer.policy(InterestPolicy, event.settled_on).document.charged != "on_settlement" and known is None:
            continue
        currency = answer.account.currency_of_invoice(event.invoice_id)
        if currency is not None:
            _charge(answer, event.invoice_id, currency, event.settled_on, on)


def charge_interest(answer: Answer, invoice_id: str, currency: str, until: date) -> None:
    """Charge what is owed up to a day because somebody asks for it."""
    due_on = answer.account.ledger(currency).invoices[invoice_id].due_on
    if until <= due_on:
        raise InterestNotDue(invoice_id=invoice_id, due_on=due_on, until=until)
    _charge(answer, invoice_id, currency, until, until)


def accrued(
    account: Account, invoice_id: str, currency: str, until: date, policy: InterestPolicy
) -> tuple[Charge, ...]:
    """The interest of an invoice up to a day, charged or not; of the contract's rate, else the policy's."""
    ledger = account.ledger(currency)
    invoice = ledger.invoices[invoice_id]
    terms = account.file.terms_on(invoice.issued_on)
    contract = terms.interest_percent if terms else None
    payments = ((entry.on, entry.amount) for entry in ledger.entries.get(invoice_id, ()))
    # The day on which the last of it was paid ends it; it bears interest on that day still.
    return charges(invoice.due_on, until, invoice.amount, payments, contract, policy)


def _charge(answer: Answer, invoice_id: str, currency: str, until: date, on: date) -> None:
    policy = answer.policy(InterestPolicy, until)
    before_until, before = answer.account.claims.charged.get(invoice_id, (date.min, NOTHING))
    found = accrued(answer.account, invoice_id, currency, until, policy.document)
    owed = total(found, policy.document)
    if owed == before or (not before and owed < policy.document.smallest_charge):
        return
    answer.tell(
        InterestCharged(
            invoice_id=invoice_id,
            customer_id=answer.customer_id,
            charged_until=max(until, before_until, answer.account.ledger(currency).invoices[invoice_id].due_on),
            amount=owed - before,
            charged_before=before,
            total=owed,
            currency=currency,
            parts=tuple(charge.part() for charge in found),
            charged_on=on,
            policy_version=policy.version,
        )
    )
