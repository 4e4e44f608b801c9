"""Refunds: money that was paid too much is paid back, and no longer counts for the customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts import erp
from contracts.credit import RefundOwed, RefundPart, RefundRecorded
from contracts.currencies import money
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.state import Account
from credit_svc.policies.receivables import ReceivablesPolicy
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
    """Out of the payment that it names, else out of money that waits, then out of the newest payments, last of all out of cheques
    that bounced. Raises FactDiffers for other contents under a known id, NothingToRefund while its money is not known.
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
    for part in parts:
        owe_refunds(decision, part.payment_id)
    follow(decision, refund.refunded_on)


def _parts(ledger: Ledger, refund: erp.PaymentRefunded) -> tuple[tuple[RefundPart, ...], Decimal]:
    """What comes out of which money, and what of the refund is of none that is known."""
    known = [each for each in ledger.payments.values() if refund.payment_id in (None, each.payment_id)]
    newest_first = sorted(known, key=lambda each: each.place, reverse=True)
    counted = [each for each in newest_first if each.payment_id not in ledger.bounced]
    bounced = [each for each in newest_first if each.payment_id in ledger.bounced]
    missing, taken = refund.amount, dict[str, Decimal]()
    for waits_only, payments in ((True, counted), (False, counted), (False, bounced)):
        for each in payments:
            left = ledger.unallocated(each.payment_id) if waits_only else each.amount
            amount = min(missing, left - taken.get(each.payment_id, NOTHING))
            if amount > 0:
                taken[each.payment_id] = taken.get(each.payment_id, NOTHING) + amount
                missing -= amount
    parts = tuple(
        RefundPart(payment_id=published_id(each), kind=kind_of(each), amount=amount) for each, amount in taken.items()
    )
    return parts, missing


def owe_refunds(decision: AccountDecision, payment_id: str) -> None:
    """What was paid back of a payment is owed once its cheque has bounced, whichever of the two is heard of first."""
    account = decision.state
    bounced_on = next(
        (each.bounced[payment_id] for each in account.ledgers.values() if payment_id in each.bounced), None
    )
    if bounced_on is None:
        return
    for currency, ledger in sorted(account.ledgers.items()):
        for refunded in ledger.refunds.get(payment_id, ()):
            due_on = max(refunded.on, bounced_on)
            policy = decision.policy(ReceivablesPolicy, due_on)
            owed = RefundOwed(
                invoice_id=_item_id(decision.state, refunded.refund_id),
                refund_id=refunded.refund_id,
                payment_id=payment_id,
                customer_id=decision.id,
                issued_on=refunded.on,
                due_on=due_on,
                amount=refunded.amount,
                currency=currency,
                overdue_from=add_days(due_on, policy.document.grace_days + 1),
                policy_version=policy.version,
                rate=account.rate(currency, refunded.on, decision.policies),
            )
            decision.emit(*recording.owe_refund(decision.state.ledger(currency), owed))


def _item_id(account: Account, refund_id: str) -> str:
    """``refund:R-1``; with a number where the account has an item of this id, because the refund was of several cheques."""
    item_id, number = f"refund:{refund_id}"[:90], 1
    while account.currency_of_invoice(item_id if number == 1 else f"{item_id}#{number}") is not None:
        number += 1
    return item_id if number == 1 else f"{item_id}#{number}"


DECIDE: Handlers = {RecordRefund: _record}
