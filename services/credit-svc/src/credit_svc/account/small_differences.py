"""What costs more to pursue than it is worth: written off by rule once it is past due, and never pursued."""

from datetime import date
from decimal import Decimal

from contracts.credit import InvoiceWrittenOff
from credit_svc.account.decision import AccountDecision
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables import recording
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


def give_up_small(decision: AccountDecision, invoice_id: str, currency: str, on: date) -> bool:
    """Write off what is open of an invoice when it is within the tolerance and nobody disputes it. True when it was."""
    account, policy = decision.state, decision.policy(ReceivablesPolicy, on)
    if invoice_id in account.debits.notes:
        return False  # a person waives it
    ledger = account.ledger(currency)
    open_amount: Decimal = ledger.open.get(invoice_id, NOTHING)
    if not NOTHING < open_amount <= policy.document.tolerance(currency) or account.claims.in_dispute(invoice_id):
        return False
    by = Sentences.BY_POLICY(policy=ReceivablesPolicy.NAME, version=policy.version)
    write_off = InvoiceWrittenOff(
        invoice_id=invoice_id,
        customer_id=decision.id,
        amount=open_amount,
        currency=currency,
        reason=Sentences.SMALL_DIFFERENCE(),
        # Facts of later days may be known already; what is open is what they left.
        written_off_on=max(on, ledger.newest[0] if ledger.newest else on),
        proposed_by=by,
        approved_by=by,
        cause="small_difference",
    )
    decision.emit(*recording.write_off(ledger, write_off))
    return True


def give_up_small_of_overdue(decision: AccountDecision, on: date) -> None:
    """A payment may have left a small difference of what is past due."""
    for invoice_id, currency in sorted((*decision.state.overdue.items(), *decision.state.covered.items())):
        give_up_small(decision, invoice_id, currency, on)
