"""What a refund comes out of, what of it is owed, and refunds that are known before their money."""

from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from contracts import erp
from contracts.credit import RefundAwaitingPayment, RefundOwed, RefundPart, RefundRecorded
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision
from credit_svc.account.item_ids import free_item_id
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables import recording
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import kind_of, published_id
from credit_svc.sentences import Sentences

Refund = erp.PaymentRefunded | RefundAwaitingPayment


def pay_back(decision: AccountDecision, refund: Refund) -> bool:
    """Out of the payment that it names, else out of money that waits, then out of the newest payments, last of all out of cheques
    that bounced. False where not all of its money is known: then all of the refund waits for it, and counts for nothing.
    """
    ledger = decision.state.ledger(refund.currency)
    parts, missing = _parts(ledger, refund)
    if missing:
        waiting = _waiting(decision.id, refund, refund.amount - missing)
        if decision.state.waiting_refunds.get(refund.refund_id) != waiting:
            decision.emit(waiting)
        return False
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
    return True


def take_up_refunds(decision: AccountDecision, on: date) -> date:
    """Pay back what waited for money that has come since, in the order of the refunds' days; ``on`` or the latest of these days."""
    waiting = decision.state.waiting_refunds.values()
    for refund in sorted(waiting, key=lambda each: (each.refunded_on, each.refund_id)):
        if pay_back(decision, refund):
            on = max(on, refund.refunded_on)
    return on


def _waiting(customer_id: str, refund: Refund, found: Decimal) -> RefundAwaitingPayment:
    return RefundAwaitingPayment(
        refund_id=refund.refund_id,
        customer_id=customer_id,
        amount=refund.amount,
        currency=refund.currency,
        refunded_on=refund.refunded_on,
        found_amount=found,
        summary=_summary(refund, found),
        payment_id=refund.payment_id,
        reason=refund.reason or "",
    )


def _summary(refund: Refund, found: Decimal) -> str:
    """``found``: what of its money is known."""
    named = {"refund_id": refund.refund_id, "amount": money(refund.amount, refund.currency)}
    before, above = Sentences.REFUND_BEFORE_MONEY, Sentences.REFUND_ABOVE_MONEY
    if refund.payment_id is not None:
        named |= {"payment_id": refund.payment_id}
        before, above = Sentences.REFUND_BEFORE_PAYMENT, Sentences.REFUND_ABOVE_PAYMENT
    if not found:
        return before(**named)
    return f"{above(**named, found=money(found, refund.currency))} {Sentences.SEND_PAYMENT_OR_REFUND_AGAIN()}"


def _parts(ledger: Ledger, refund: Refund) -> tuple[tuple[RefundPart, ...], Decimal]:
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
                invoice_id=free_item_id(decision.state, f"refund:{refunded.refund_id}"),
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
