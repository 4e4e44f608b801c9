"""Refunds: money that was paid too much is paid back, and no longer counts for the customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts import erp
from contracts.credit import RefundPart, RefundRecorded
from contracts.currencies import money
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FactDiffers
from credit_svc.receivables import recording
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import kind_of, published_id

REFUND = ("payment_id", "amount", "currency", "refunded_on", "reason")
"""What makes a refund another one under the same id."""


@dataclass(frozen=True, slots=True)
class RecordRefund:
    fact: erp.PaymentRefunded

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.refunded_on


class NothingToRefund(Refusal):
    """Refund {refund_id} is of {amount}, but only {found} of the money it could be of is known. Send the payment first."""


def _record(decision: AccountDecision, command: RecordRefund) -> None:
    """Out of the payment that it names, else out of money that waits, then out of the newest payments. Raises FactDiffers for
    other contents under a known id, NothingToRefund while its money is not known.
    """
    account, refund = decision.state, command.fact
    known = account.facts.get(("refund", refund.refund_id))
    if known is not None:
        given = {**fields_of(refund, REFUND), "reason": refund.reason or ""}
        if differs := difference(fields_of(known, REFUND), given):
            advice = "Give the new one an id of its own, or send what is known."
            raise FactDiffers(what="Refund", id=refund.refund_id, difference=differs, advice=advice)
        return
    ledger = account.ledger(refund.currency)
    parts, missing = _parts(ledger, refund)
    if missing:
        found = money(refund.amount - missing, refund.currency)
        raise NothingToRefund(refund_id=refund.refund_id, amount=money(refund.amount, refund.currency), found=found)
    recorded = RefundRecorded(
        refund_id=refund.refund_id,
        customer_id=decision.id,
        amount=refund.amount,
        currency=refund.currency,
        refunded_on=refund.refunded_on,
        parts=parts,
        payment_id=refund.payment_id,
        reason=refund.reason or "",
    )
    decision.emit(*recording.record_refund(ledger, recorded))
    follow(decision, refund.refunded_on)


def _parts(ledger: Ledger, refund: erp.PaymentRefunded) -> tuple[tuple[RefundPart, ...], Decimal]:
    """What comes out of which money, and what of the refund is of none that is known."""
    counted = [each for each in ledger.payments.values() if each.payment_id not in ledger.bounced]
    if refund.payment_id is not None:
        counted = [each for each in counted if each.payment_id == refund.payment_id]
    newest_first = sorted(counted, key=lambda each: each.place, reverse=True)
    missing, taken = refund.amount, dict[str, Decimal]()
    for waits_only in (True, False):
        for each in newest_first:
            left = ledger.unallocated(each.payment_id) if waits_only else each.amount
            amount = min(missing, left - taken.get(each.payment_id, NOTHING))
            if amount > 0:
                taken[each.payment_id] = taken.get(each.payment_id, NOTHING) + amount
                missing -= amount
    parts = tuple(
        RefundPart(payment_id=published_id(each), kind=kind_of(each), amount=amount) for each, amount in taken.items()
    )
    return parts, missing


DECIDE: Handlers = {RecordRefund: _record}
