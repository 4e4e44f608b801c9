"""Payments, credit notes and bounced cheques; facts come in any order and are never refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts import erp
from contracts.credit import ChequeBounced, ChequeClaimRaised, PaymentReassigned
from contracts.currencies import money, rounded
from credit_svc.account.agency_money import passed_on
from credit_svc.account.charges import charge, claim_line
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.exchange import exchange_for, exchange_named
from credit_svc.account.limits import cancel_line
from credit_svc.account.paying_back import owe_refunds
from credit_svc.account.refusals import FactDiffers, UnknownInvoice
from credit_svc.account.state import Account
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables import recording
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.money_ids import CREDIT_NOTE, kind_of, published_id
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RecordPayment:
    fact: erp.PaymentReceived

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.paid_on


@dataclass(frozen=True, slots=True)
class RecordCreditNote:
    fact: erp.CreditNoteIssued

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.issued_on


@dataclass(frozen=True, slots=True)
class RecordBouncedCheque:
    fact: erp.ChequeBounced

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.bounced_on


@dataclass(frozen=True, slots=True)
class ReassignPayment(WithoutDay):
    """``invoice_id`` None: the oldest items."""

    customer_id: str
    payment_id: str
    invoice_id: str | None
    reason: str
    by: str


OWN_ID = "Give the new one an id of its own, or send what is known."
AGAIN = "A cheque bounces again after it was presented again: send that payment first."


class NoRate(Refusal):
    """Invoice {invoice_id} is in another currency than {payment_id}, which is in {currency}, and no rate of its day is recorded.
    Publish one in the policy exchange, then assign it again."""


class UnknownPayment(Refusal):
    """Customer {customer_id} has no payment {payment_id}, or its cheque bounced."""

    status = 404


PAYMENT = ("invoice_id", "order_id", "amount", "currency", "paid_on", "method")
NOTE = ("invoice_id", "amount", "currency", "issued_on", "reason")
BOUNCE = ("bounced_on", "face_amount", "currency")
"""What makes a payment, a credit note or a bounce another one under the same id."""


def _record(decision: AccountDecision, command: RecordPayment) -> None:
    if not passed_on(decision, command.fact):
        record_payment(decision, command.fact)


def record_payment(decision: AccountDecision, payment: erp.PaymentReceived) -> None:
    """A cheque that bounced counts again when it is presented again. Raises FactDiffers for other contents under a known id."""
    account = decision.state
    known = account.facts.get(("payment", payment.payment_id))
    if known is not None:
        bounced_on = account.ledger(known.currency).bounced.get(payment.payment_id)
        if bounced_on is None or payment.paid_on <= bounced_on:
            differs = difference(
                {**fields_of(known, PAYMENT), **_shares(known.named)},
                {**fields_of(payment, PAYMENT), **_shares(payment.allocations)},
            )
            # Of an earlier presentation nothing is left to count: it bounced.
            if differs and not any(
                each.bounced_on >= payment.paid_on for each in _bounces(account, payment.payment_id)
            ):
                raise FactDiffers(what="Payment", id=payment.payment_id, difference=differs, advice=OWN_ID)
            return
    rate = account.rate(payment.currency, payment.paid_on, decision.policies)
    decision.emit(*recording.record_payment(account.ledger(payment.currency), payment, rate))
    exchange_named(decision, payment.payment_id, payment.paid_on)
    follow(decision, payment.paid_on)


def _record_credit_note(decision: AccountDecision, command: RecordCreditNote) -> None:
    record_credit_note(decision, command.fact)


def record_credit_note(decision: AccountDecision, note: erp.CreditNoteIssued) -> None:
    """Raises FactDiffers for other contents under a known id."""
    account = decision.state
    known = account.facts.get(("credit note", note.credit_note_id))
    if known is not None:
        given = {**fields_of(note, NOTE), "reason": note.reason or ""}
        if differs := difference(fields_of(known, NOTE), given):
            raise FactDiffers(what="Credit note", id=note.credit_note_id, difference=differs, advice=OWN_ID)
        return
    rate = account.rate(note.currency, note.issued_on, decision.policies)
    decision.emit(*recording.record_credit_note(account.ledger(note.currency), note, rate))
    follow(decision, note.issued_on)


def _shares(named: Sequence[erp.Allocation]) -> dict[str, object]:
    return {f"allocation to {each.invoice_id}": each.amount for each in named}


def _bounces(account: Account, payment_id: str) -> tuple[ChequeBounced, ...]:
    bounces: tuple[ChequeBounced, ...] = account.facts.get(("bounce", payment_id), ())
    return bounces


def _record_bounced_cheque(decision: AccountDecision, command: RecordBouncedCheque) -> None:
    """A cheque that was presented again may bounce again. Raises FactDiffers for another day or amount of a bounce that is known."""
    account, cheque, on = decision.state, command.fact, command.on
    bounces = _bounces(account, cheque.payment_id)
    if any(fields_of(each, BOUNCE) == fields_of(cheque, BOUNCE) for each in bounces):
        return
    voided = next(
        (
            ledger.bounced[cheque.payment_id]
            for ledger in account.ledgers.values()
            if cheque.payment_id in ledger.bounced
        ),
        None,
    )
    if voided is not None or any(each.bounced_on == cheque.bounced_on for each in bounces):
        differs = difference(fields_of(bounces[-1], BOUNCE), fields_of(cheque, BOUNCE)) if bounces else "its day"
        raise FactDiffers(what="The bounced cheque of payment", id=cheque.payment_id, difference=differs, advice=AGAIN)
    currency = account.currency_of_payment(cheque.payment_id) or cheque.currency
    fine = _fine(decision, cheque)
    statement = Sentences.FINE_OF_CHEQUE(fine=money(fine, cheque.currency)) if fine else ""
    decision.emit(*recording.record_bounced_cheque(account.ledger(currency), cheque, currency, fine, statement))
    owe_refunds(decision, cheque.payment_id)
    policy = decision.policy(ReceivablesPolicy, on)
    claim = rounded(cheque.face_amount * policy.document.cheque_claim_percent / 100, cheque.currency)
    if claim:
        decision.emit(
            ChequeClaimRaised(
                payment_id=cheque.payment_id,
                customer_id=cheque.customer_id,
                face_amount=cheque.face_amount,
                percent=policy.document.cheque_claim_percent,
                amount=claim,
                currency=cheque.currency,
                raised_on=on,
                policy_version=policy.version,
            )
        )
        charge(
            decision,
            claim_line(cheque.payment_id, claim, policy.document.cheque_claim_percent),
            cheque.currency,
            on,
        )
    if policy.document.cheque_cancels_line:
        reason = Sentences.LINE_CANCELLED_BY_CHEQUE(payment_id=cheque.payment_id)
        by = Sentences.BY_POLICY(policy=ReceivablesPolicy.NAME, version=policy.version)
        cancel_line(decision, on, reason, by)
    follow(decision, on)


def _fine(decision: AccountDecision, cheque: erp.ChequeBounced) -> Decimal:
    """What the central bank may impose on the drawer (negotiable instruments measures, art. 31); 0 for nothing."""
    policy = decision.policy(DebitNotePolicy, cheque.bounced_on).document
    if cheque.currency != policy.cheque_fine_currency:
        return NOTHING
    share = rounded(cheque.face_amount * policy.cheque_fine_percent / 100, cheque.currency)
    return max(share, policy.cheque_fine_min)


def _reassign(decision: AccountDecision, command: ReassignPayment) -> None:
    account = decision.state
    # As events and pages call it; where a payment of another system has the text of a credit note, the payment is meant.
    money = command.payment_id
    if account.currency_of_payment(money) is None:
        money = f"{CREDIT_NOTE}{money.removeprefix(published_id(CREDIT_NOTE))}"
    currency = account.currency_of_payment(money)
    if currency is None or money in account.ledger(currency).bounced:
        raise UnknownPayment(customer_id=command.customer_id, payment_id=command.payment_id)
    ledger = account.ledger(currency)
    if command.invoice_id is not None and account.currency_of_invoice(command.invoice_id) not in (None, currency):
        if kind_of(money) != "payment" or not exchange_for(
            decision, ledger.payments[money], currency, command.invoice_id, by_rule=False
        ):
            raise NoRate(payment_id=command.payment_id, currency=currency, invoice_id=command.invoice_id)
        follow(decision, decision.day(ledger.payments[money].paid_on))
        return
    if command.invoice_id is not None and not ledger.items(command.invoice_id):
        raise UnknownInvoice(customer_id=command.customer_id, invoice_id=command.invoice_id)
    before = ledger.payments[money]
    if before.invoice_id == command.invoice_id and not before.named and before.order_id is None:
        return
    reassigned = PaymentReassigned(
        payment_id=published_id(money),
        customer_id=command.customer_id,
        before=before.invoice_id,
        after=command.invoice_id,
        reason=command.reason,
        reassigned_by=command.by,
        kind=kind_of(money),
    )
    decision.emit(*recording.reassign(ledger, reassigned, currency))
    follow(decision, decision.day(before.paid_on))


DECIDE: Handlers = {
    RecordPayment: _record,
    RecordCreditNote: _record_credit_note,
    RecordBouncedCheque: _record_bounced_cheque,
    ReassignPayment: _reassign,
}
