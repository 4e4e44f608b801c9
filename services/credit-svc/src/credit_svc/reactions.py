"""What the events of others mean for accounts."""

from chassis.reactions import Source
from contracts import customer, erp
from credit_svc.commands import (
    CheckOrder,
    NoteRank,
    RecordBouncedCheque,
    RecordCreditNote,
    RecordInvoice,
    RecordPayment,
    ReleaseOrder,
)


def record_invoice(fact: erp.InvoiceIssued, *_: object) -> RecordInvoice:
    return RecordInvoice(fact)


def record_credit_note(fact: erp.CreditNoteIssued, *_: object) -> RecordCreditNote:
    return RecordCreditNote(fact)


def record_payment(fact: erp.PaymentReceived, *_: object) -> RecordPayment:
    return RecordPayment(fact)


def record_bounced_cheque(fact: erp.ChequeBounced, *_: object) -> RecordBouncedCheque:
    return RecordBouncedCheque(fact)


def check_order(event: customer.OrderPlaced, *_: object) -> CheckOrder:
    return CheckOrder(event.order_id, event.customer_id, event.ordered_on, event.total, event.currency)


def release_delivered(event: customer.OrderDelivered, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.delivered_on, "delivered")


def release_cancelled(event: customer.OrderCancelled, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.cancelled_on, "cancelled")


def note_tier(event: customer.CustomerTierChanged, *_: object) -> NoteRank:
    return NoteRank(event.customer_id, tier=event.tier)


def note_key_account(event: customer.KeyAccountDesignated, *_: object) -> NoteRank:
    return NoteRank(event.customer_id, is_key_account=True)


def note_released(event: customer.KeyAccountReleased, *_: object) -> NoteRank:
    return NoteRank(event.customer_id, is_key_account=False)


SOURCES = (
    Source.facts(
        "erp.invoices",
        erp.TOPICS["erp.invoices"],
        {erp.InvoiceIssued: record_invoice, erp.CreditNoteIssued: record_credit_note},
    ),
    Source.facts(
        "erp.payments",
        erp.TOPICS["erp.payments"],
        {erp.PaymentReceived: record_payment, erp.ChequeBounced: record_bounced_cheque},
    ),
    Source.service(
        "customer-svc",
        customer.TOPIC,
        customer.EVENTS,
        {
            customer.OrderPlaced: check_order,
            customer.OrderDelivered: release_delivered,
            customer.OrderCancelled: release_cancelled,
            customer.CustomerTierChanged: note_tier,
            customer.KeyAccountDesignated: note_key_account,
            customer.KeyAccountReleased: note_released,
        },
    ),
)
