"""Money that waits for an invoice that is not known: it is named to the collector, and what it covers is not pursued."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from contracts.credit import PaymentOverdue, WaitingMoney, WaitingMoneyNoted
from credit_svc.account.decision import AccountDecision
from credit_svc.account.limitation import first_reminder, limitation_of
from credit_svc.orders.check import money
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.open_items import covering, pursuable
from credit_svc.sentences import Sentences


def is_covered(decision: AccountDecision, invoice_id: str, currency: str) -> bool:
    """Whether waiting money covers all that is open of an invoice."""
    ledger = decision.state.ledger(currency)
    if not (ledger.expected or ledger.on_account):
        return False
    uncovered = {item.invoice_id for item in pursuable(ledger, type(decision.state.claims)())}
    return invoice_id in ledger.open and invoice_id not in uncovered


def note_waiting(decision: AccountDecision, currency: str, on: date) -> None:
    """Name the money that waits, the invoices past due that it covers, and what to do; once for the same money and invoices."""
    account = decision.state
    ledger = account.ledger(currency)
    past_due = sorted(
        i
        for i, invoice in ledger.invoices.items()
        if i in ledger.open and invoice.overdue_from <= on and not invoice.note
    )
    covered = tuple(i for i in past_due if is_covered(decision, i, currency))
    waits = covering(ledger)
    if not waits or not covered or all(account.covered.get(i) == currency for i in covered):
        return
    overdue = sum((ledger.open[i] for i in covered), NOTHING)
    named = tuple(
        WaitingMoney(payment_id=each.payment_id, invoice_id=each.invoice_id, amount=each.amount) for each in waits
    )
    decision.emit(
        WaitingMoneyNoted(
            customer_id=decision.id,
            currency=currency,
            invoice_ids=covered,
            overdue=overdue,
            money=named,
            summary=_summary(named, currency, overdue, covered),
            noted_on=on,
        )
    )


def _summary(named: Sequence[WaitingMoney], currency: str, overdue: Decimal, covered: Sequence[str]) -> str:
    found = [
        Sentences.INVOICE_NOT_KNOWN(
            payment_id=each.payment_id, amount=money(each.amount, currency), invoice_id=each.invoice_id
        )
        for each in named
    ]
    left = Sentences.NOT_PURSUED_MEANWHILE(overdue=money(overdue, currency), invoice_ids=", ".join(covered))
    return " ".join((*found, left, Sentences.ASSIGN_OR_ASK(invoice_id=covered[0])))


def mark_uncovered(decision: AccountDecision, on: date) -> None:
    """What money covered while it waited is overdue once that money is gone or has gone to another invoice."""
    for invoice_id, currency in sorted(decision.state.covered.items()):
        if invoice_id in decision.state.overdue or is_covered(decision, invoice_id, currency):
            continue
        decision.emit(*mark_overdue(decision, currency, invoice_id, on))


def mark_overdue(decision: AccountDecision, currency: str, invoice_id: str, on: date) -> Sequence[PaymentOverdue]:
    """Overdue on its day, when something of it is open still."""
    account = decision.state
    ledger = account.ledger(currency)
    invoice = ledger.invoices[invoice_id]
    if invoice_id not in ledger.open or on < invoice.overdue_from:
        return []
    amount, invoices, oldest = account.overdue_in(currency)
    limitation = limitation_of(account, invoice_id, on, decision.policies)
    return [
        PaymentOverdue(
            invoice_id=invoice_id,
            customer_id=decision.id,
            due_on=invoice.due_on,
            overdue_since=on,
            open_amount=ledger.open[invoice_id],
            currency=currency,
            policy_version=invoice.policy_version,
            customer_overdue=amount + ledger.open[invoice_id],
            customer_overdue_invoices=invoices + 1,
            customer_oldest_due_on=min(oldest or invoice.due_on, invoice.due_on),
            counts_for_behaviour=invoice.note is None or "behaviour" in invoice.note.effects,
            limitation_until=limitation,
            limitation_near_on=first_reminder(limitation, invoice.due_on, on, decision.policies),
        )
    ]
