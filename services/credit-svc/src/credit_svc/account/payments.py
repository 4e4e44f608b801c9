"""Payments, credit notes and bounced cheques; facts come in any order and are never refused."""

from dataclasses import dataclass
from datetime import date

from chassis.domain import Refusal
from contracts import erp
from contracts.credit import ChequeClaimRaised, PaymentReassigned
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.limits import cancel_line
from credit_svc.account.refusals import UnknownInvoice
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.receivables import recording
from credit_svc.receivables.exchange import converted
from credit_svc.receivables.money_ids import CREDIT_NOTE, kind_of, published_id


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


class UnknownPayment(Refusal):
    """Customer {customer_id} has no payment {payment_id}, or its cheque bounced."""

    status = 404


def _record(decision: AccountDecision, command: RecordPayment) -> None:
    account, payment = decision.state, command.fact
    if account.currency_of_payment(payment.payment_id):
        return
    rate = account.rate(payment.currency, payment.paid_on, decision.policies)
    decision.emit(*recording.record_payment(account.ledger(payment.currency), payment, rate))
    follow(decision, payment.paid_on)


def _record_credit_note(decision: AccountDecision, command: RecordCreditNote) -> None:
    record_credit_note(decision, command.fact)


def record_credit_note(decision: AccountDecision, note: erp.CreditNoteIssued) -> None:
    account = decision.state
    if account.currency_of_payment(f"{CREDIT_NOTE}{note.credit_note_id}"):
        return
    rate = account.rate(note.currency, note.issued_on, decision.policies)
    decision.emit(*recording.record_credit_note(account.ledger(note.currency), note, rate))
    follow(decision, note.issued_on)


def _record_bounced_cheque(decision: AccountDecision, command: RecordBouncedCheque) -> None:
    account, cheque, on = decision.state, command.fact, command.on
    if any(cheque.payment_id in ledger.bounced for ledger in account.ledgers.values()):
        return
    currency = account.currency_of_payment(cheque.payment_id) or cheque.currency
    decision.emit(*recording.record_bounced_cheque(account.ledger(currency), cheque))
    policy = decision.policy(ReceivablesPolicy, on)
    claim = converted(cheque.face_amount, policy.document.cheque_claim_percent / 100)
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
    if policy.document.cheque_cancels_line:
        reason = f"Cancelled because the cheque {cheque.payment_id} bounced."
        cancel_line(decision, on, reason, f"policy {ReceivablesPolicy.NAME}, version {policy.version}")
    follow(decision, on)


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
    if command.invoice_id is not None and command.invoice_id not in ledger.invoices:
        raise UnknownInvoice(customer_id=command.customer_id, invoice_id=command.invoice_id)
    before = ledger.payments[money]
    if before.invoice_id == command.invoice_id:
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
