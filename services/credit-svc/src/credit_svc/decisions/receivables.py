"""What is answered to facts and decisions about what is owed; facts come in any order and are never refused."""

from datetime import date
from typing import Literal, assert_never

from contracts import erp
from contracts.credit import (
    ChequeClaimRaised,
    DisputeResolved,
    InvoiceDisputed,
    PaymentReassigned,
)
from credit_svc.commands.receivables import (
    ApproveWriteOff,
    ChargeInterest,
    ConcededTooMuch,
    DisputedTooMuch,
    DisputeInvoice,
    MarkOverdue,
    NothingOpen,
    ProposeWriteOff,
    ReassignPayment,
    ReceivablesCommand,
    RecordBouncedCheque,
    RecordCreditNote,
    RecordInvoice,
    RecordPayment,
    RejectWriteOff,
    ResolveDispute,
    UnknownDispute,
    UnknownInvoice,
    UnknownPayment,
)
from credit_svc.decisions import write_offs
from credit_svc.decisions.answer import Answer, cancel_line, currency_of, judge_behaviour
from credit_svc.decisions.cases import follow_case, open_case
from credit_svc.decisions.interest import charge_interest, charge_settled
from credit_svc.decisions.orders import check_held_orders, release
from credit_svc.policies import ReceivablesPolicy
from credit_svc.receivables import recording as facts
from credit_svc.receivables.exchange import converted
from credit_svc.receivables.ledger import CREDIT_NOTE, NOTHING


def answer_receivables(answer: Answer, command: ReceivablesCommand) -> None:
    match command:
        case RecordInvoice(fact=invoice):
            _record_invoice(answer, invoice)
        case RecordPayment(fact=payment):
            _record_payment(answer, payment)
        case RecordCreditNote(fact=note):
            _record_credit_note(answer, note)
        case RecordBouncedCheque(fact=cheque):
            _record_bounced_cheque(answer, cheque)
        case MarkOverdue(invoice_id=invoice_id, on=on):
            _mark_overdue(answer, invoice_id, on)
        case ReassignPayment():
            _reassign(answer, command)
        case DisputeInvoice():
            _dispute(answer, command)
        case ResolveDispute():
            _resolve(answer, command)
        case ChargeInterest(invoice_id=invoice_id, until=until):
            charge_interest(answer, invoice_id, currency_of(answer, invoice_id), until)
        case ProposeWriteOff():
            write_offs.propose(answer, command)
        case ApproveWriteOff():
            write_offs.approve(answer, command)
            _follow(answer, command.on, "written_off")
        case RejectWriteOff():
            write_offs.reject(answer, command)
        case _:
            assert_never(command)


def _follow(answer: Answer, on: date, because: Literal["settled", "written_off"] = "settled") -> None:
    """What every change of the items brings with it."""
    charge_settled(answer, on)
    judge_behaviour(answer, on)
    follow_case(answer, on, because)
    check_held_orders(answer, on)


def _record_invoice(answer: Answer, fact: erp.InvoiceIssued) -> None:
    account = answer.account
    if account.currency_of_invoice(fact.invoice_id):
        return
    rate, terms = account.rate(fact.currency, fact.issued_on, answer.policies), account.file.terms_on(fact.issued_on)
    answer.tell(*facts.record_invoice(account.ledger(fact.currency), fact, rate, terms, answer.policies))
    charge_settled(answer, fact.issued_on)
    judge_behaviour(answer, fact.issued_on)
    follow_case(answer, fact.issued_on)
    orders = account.orders
    if fact.order_id is not None and (fact.order_id in orders.approved or fact.order_id in orders.held):
        release(answer, fact.order_id, "invoiced", fact.issued_on)


def _record_payment(answer: Answer, fact: erp.PaymentReceived) -> None:
    account = answer.account
    if account.currency_of_payment(fact.payment_id):
        return
    rate = account.rate(fact.currency, fact.paid_on, answer.policies)
    answer.tell(*facts.record_payment(account.ledger(fact.currency), fact, rate))
    _follow(answer, fact.paid_on)


def _record_credit_note(answer: Answer, fact: erp.CreditNoteIssued) -> None:
    account = answer.account
    if account.currency_of_payment(f"{CREDIT_NOTE}{fact.credit_note_id}"):
        return
    rate = account.rate(fact.currency, fact.issued_on, answer.policies)
    answer.tell(*facts.record_credit_note(account.ledger(fact.currency), fact, rate))
    _follow(answer, fact.issued_on)


def _record_bounced_cheque(answer: Answer, fact: erp.ChequeBounced) -> None:
    account, on = answer.account, fact.bounced_on
    if any(fact.payment_id in ledger.bounced for ledger in account.ledgers.values()):
        return
    currency = account.currency_of_payment(fact.payment_id) or fact.currency
    answer.tell(*facts.record_bounced_cheque(account.ledger(currency), fact))
    policy = answer.policy(ReceivablesPolicy, on)
    claim = converted(fact.face_amount, policy.document.cheque_claim_percent / 100)
    if claim:
        answer.tell(
            ChequeClaimRaised(
                payment_id=fact.payment_id,
                customer_id=fact.customer_id,
                face_amount=fact.face_amount,
                percent=policy.document.cheque_claim_percent,
                amount=claim,
                currency=fact.currency,
                raised_on=on,
                policy_version=policy.version,
            )
        )
    if policy.document.cheque_cancels_line:
        reason = f"Cancelled because the cheque {fact.payment_id} bounced."
        cancel_line(answer, on, reason, f"policy {ReceivablesPolicy.NAME}, version {policy.version}")
    charge_settled(answer, on)
    judge_behaviour(answer, on)
    follow_case(answer, on)


def _mark_overdue(answer: Answer, invoice_id: str, on: date) -> None:
    account = answer.account
    currency = account.currency_of_invoice(invoice_id)
    if currency is None or invoice_id in account.overdue:
        return
    ledger = account.ledger(currency)
    answer.tell(*facts.mark_overdue(ledger, answer.customer_id, currency, invoice_id, on))
    judge_behaviour(answer, on)
    if answer.account.case is not None:
        follow_case(answer, on)
    else:
        open_case(answer, on)


def _reassign(answer: Answer, command: ReassignPayment) -> None:
    account = answer.account
    currency = account.currency_of_payment(command.payment_id)
    if currency is None or command.payment_id in account.ledger(currency).bounced:
        raise UnknownPayment(customer_id=command.customer_id, payment_id=command.payment_id)
    ledger = account.ledger(currency)
    if command.invoice_id is not None and command.invoice_id not in ledger.invoices:
        raise UnknownInvoice(customer_id=command.customer_id, invoice_id=command.invoice_id)
    before = ledger.payments[command.payment_id]
    if before.invoice_id == command.invoice_id:
        return
    told = PaymentReassigned(
        payment_id=command.payment_id,
        customer_id=command.customer_id,
        before=before.invoice_id,
        after=command.invoice_id,
        reason=command.reason,
        reassigned_by=command.by,
    )
    answer.tell(*facts.reassign(ledger, told, currency))
    _follow(answer, answer.day(before.paid_on))


def _dispute(answer: Answer, command: DisputeInvoice) -> None:
    account = answer.account
    currency = currency_of(answer, command.invoice_id)
    open_amount = account.ledger(currency).open.get(command.invoice_id, NOTHING)
    disputed = account.claims.in_dispute(command.invoice_id)
    amount = command.amount if command.amount is not None else open_amount - disputed
    if not open_amount:
        raise NothingOpen(invoice_id=command.invoice_id)
    if amount <= 0 or disputed + amount > open_amount:
        raise DisputedTooMuch(
            invoice_id=command.invoice_id, open=open_amount, disputed=disputed, amount=amount, currency=currency
        )
    answer.tell(
        InvoiceDisputed(
            dispute_id=f"{command.invoice_id}-D{account.claims.disputed + 1}",
            invoice_id=command.invoice_id,
            customer_id=command.customer_id,
            amount=amount,
            currency=currency,
            reason=command.reason,
            disputed_on=command.on,
            recorded_by=command.by,
        )
    )
    follow_case(answer, command.on)


def _resolve(answer: Answer, command: ResolveDispute) -> None:
    dispute = answer.account.claims.disputes.get(command.dispute_id)
    if dispute is None:
        raise UnknownDispute(customer_id=command.customer_id, dispute_id=command.dispute_id)
    if command.conceded > dispute.amount:
        raise ConcededTooMuch(
            dispute_id=command.dispute_id,
            disputed=dispute.amount,
            conceded=command.conceded,
            currency=dispute.currency,
        )
    answer.tell(
        DisputeResolved(
            dispute_id=command.dispute_id,
            invoice_id=dispute.invoice_id,
            customer_id=command.customer_id,
            conceded=command.conceded,
            currency=dispute.currency,
            outcome=command.outcome,
            resolved_on=command.on,
            resolved_by=command.by,
        )
    )
    ledger = answer.account.ledger(dispute.currency)
    if command.conceded and dispute.invoice_id in ledger.open:
        note = erp.CreditNoteIssued(
            credit_note_id=command.dispute_id,
            customer_id=command.customer_id,
            invoice_id=dispute.invoice_id,
            issued_on=command.on,
            amount=command.conceded,
            currency=dispute.currency,
            reason="dispute",
        )
        _record_credit_note(answer, note)
    if answer.account.overdue and answer.account.case is None:
        open_case(answer, command.on)
    else:
        follow_case(answer, command.on)
