"""Events of one ledger folded into it. Pure."""

from chassis.values import replace
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    DebitNoteInvoiced,
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteReopened,
    DebitNoteWaived,
    DiscountTaken,
    InstalmentInvoiced,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentExchanged,
    PaymentReassigned,
    PaymentRecorded,
    RefundOwed,
    RefundRecorded,
)
from credit_svc.receivables.facts import NOTHING, Entry, Invoice, NoteTerms, Payment, Refunded, WriteOff
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import CREDIT_NOTE, DISCOUNT, WRITE_OFF, money_id
from credit_svc.receivables.replaced import as_named, with_place_taken

LedgerEvent = (
    InvoiceRecorded
    | InvoiceCorrected
    | InstalmentInvoiced
    | PaymentRecorded
    | CreditNoteRecorded
    | PaymentAllocated
    | PaymentReassigned
    | RefundRecorded
    | RefundOwed
    | AllocationWithdrawn
    | InvoiceReopened
    | ChequeBounced
    | DiscountTaken
    | InvoiceWrittenOff
    | DebitNoteIssued
    | DebitNoteReduced
    | DebitNoteWaived
    | DebitNoteReopened
    | DebitNoteInvoiced
)


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:
    match event:
        case InvoiceRecorded():
            return ledger.with_invoice(invoice_of(event))
        case InvoiceCorrected(replaced_by=str(invoice_id)):
            return with_place_taken(ledger.with_correction(invoice_of(event)), event.invoice_id, invoice_id)
        case InstalmentInvoiced(item_id=item_id, invoice_id=invoice_id):
            return with_place_taken(ledger, item_id, invoice_id)
        case InvoiceCorrected():
            return ledger.with_correction(invoice_of(event))
        case PaymentRecorded() | CreditNoteRecorded():
            payment = as_named(ledger, payment_of(event))
            ledger = ledger.with_payment(payment)
            for part in event.allocations:
                ledger = ledger.with_entry(Entry(payment.payment_id, part.invoice_id, payment.paid_on, part.amount))
            return ledger
        case PaymentAllocated(allocation=part) as e:
            return ledger.with_entry(
                Entry(money_id(e.payment_id, e.kind), part.invoice_id, e.allocated_on, part.amount)
            )
        case DiscountTaken(is_earned=False):
            return ledger
        case DiscountTaken(invoice_id=invoice_id) as e:
            return ledger.with_entry(Entry(f"{DISCOUNT}{invoice_id}", invoice_id, e.paid_on, e.amount))
        case InvoiceWrittenOff(invoice_id=invoice_id) as e:
            ledger = ledger.with_write_off(
                WriteOff(invoice_id, e.amount, e.written_off_on, e.cause == "small_difference")
            )
            return ledger.with_entry(Entry(f"{WRITE_OFF}{invoice_id}", invoice_id, e.written_off_on, e.amount))
        case DebitNoteIssued():
            return ledger.with_invoice(note_of(event))
        case DebitNoteReduced():
            return ledger.with_correction(reduced_note(ledger.invoices[event.debit_note_id], event))
        case DebitNoteWaived():
            waiver = waiver_of(event)
            return ledger.with_write_off(waiver).with_entry(
                Entry(waiver.money_id, waiver.invoice_id, waiver.on, waiver.amount)
            )
        case DebitNoteReopened(debit_note_id=note_id, overdue_from=on):
            return ledger.with_overdue_from(note_id, on)
        case DebitNoteInvoiced(invoice_id=number, debit_note_id=note_id):
            return ledger.with_number(number, note_id)
        case PaymentReassigned() as e:
            return ledger.with_payment_for(money_id(e.payment_id, e.kind), e.after)
        case RefundRecorded(refund_id=refund_id, parts=parts) as e:
            for paid_back in parts:
                refunded = Refunded(refund_id, paid_back.amount, e.refunded_on)
                ledger = ledger.with_refund(money_id(paid_back.payment_id, paid_back.kind), refunded)
            return ledger
        case RefundOwed(payment_id=payment_id) as e:
            return ledger.with_refund_owed(payment_id, owed_refund(e))
        case AllocationWithdrawn(payment_id=payment_id, kind=kind, allocation=part, allocated_on=on):
            # Money moved, so the order of arrival mattered; recorded before the payment that moved it, which then seems to fit.
            taken_back = ledger.without_entry(money_id(payment_id, kind), part.invoice_id, part.amount, on)
            return replace(taken_back, in_place=False)
        case InvoiceReopened(invoice_id=invoice_id, overdue_from=on):
            return ledger.with_overdue_from(invoice_id, on)
        case ChequeBounced(payment_id=payment_id, bounced_on=on, reopened=reopened):
            if not reopened and ledger.is_of_earlier_presentation(payment_id, on):
                return ledger
            return ledger.without_payment(payment_id, on)


def invoice_of(event: InvoiceRecorded | InvoiceCorrected) -> Invoice:
    return Invoice(
        invoice_id=event.invoice_id,
        issued_on=event.issued_on,
        due_on=event.due_on,
        amount=event.amount,
        overdue_from=event.overdue_from,
        policy_version=event.policy_version,
        rate=event.rate,
        discount_until=event.discount_until,
        discount=event.discount_amount or NOTHING,
        of=event.of_invoice if isinstance(event, InvoiceRecorded) else None,
        number=(event.instalment or 1) if isinstance(event, InvoiceRecorded) else 1,
        instalments=(len(event.instalments) or 1) if isinstance(event, InvoiceRecorded) else 1,
        order_id=event.order_id,
    )


def note_of(event: DebitNoteIssued) -> Invoice:
    interest = sum((line.amount for line in event.lines if line.kind == "interest"), NOTHING)
    return Invoice(
        invoice_id=event.debit_note_id,
        issued_on=event.issued_on,
        due_on=event.due_on,
        amount=event.amount,
        overdue_from=event.overdue_from,
        policy_version=event.policy_version,
        rate=event.rate,
        note=NoteTerms(interest, event.effects, event.pays_first),
    )


def reduced_note(known: Invoice, event: DebitNoteReduced) -> Invoice:
    """The note as it should have been from the first."""
    assert known.note is not None
    interest = known.note.interest - (event.by if event.kind == "interest" else NOTHING)
    return replace(known, amount=event.amount, note=replace(known.note, interest=interest))


def waiver_of(event: DebitNoteWaived) -> WriteOff:
    return WriteOff(event.debit_note_id, event.amount, event.waived_on, waiver_id=event.waiver_id)


def owed_refund(event: RefundOwed) -> Invoice:
    return Invoice(
        invoice_id=event.invoice_id,
        issued_on=event.issued_on,
        due_on=event.due_on,
        amount=event.amount,
        overdue_from=event.overdue_from,
        policy_version=event.policy_version,
        rate=event.rate,
        refund_id=event.refund_id,
    )


def payment_of(event: PaymentRecorded | CreditNoteRecorded) -> Payment:
    if isinstance(event, CreditNoteRecorded):
        note = f"{CREDIT_NOTE}{event.credit_note_id}"
        return Payment(note, event.invoice_id, event.amount, event.issued_on, event.rate)
    named = tuple((each.invoice_id, each.amount) for each in event.named)
    order_id = event.order_id if event.invoice_id is None and not named else None
    return Payment(event.payment_id, event.invoice_id, event.amount, event.paid_on, event.rate, named, order_id)


def exchanged_payment(event: PaymentExchanged) -> Payment:
    """The payment as it counts in the currency of its invoice."""
    return Payment(event.payment_id, event.invoice_id, event.counted, event.paid_on, event.account_rate)
