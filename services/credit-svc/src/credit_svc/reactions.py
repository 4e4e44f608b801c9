"""The events of other systems as commands of accounts."""

from contracts import customer, erp
from credit_svc.account.files import NoteTier
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.payments import RecordBouncedCheque, RecordCreditNote, RecordPayment
from credit_svc.account.refunds import RecordRefund


def record_invoice(fact: erp.InvoiceIssued, *_: object) -> RecordInvoice:
    return RecordInvoice(fact)


def record_credit_note(fact: erp.CreditNoteIssued, *_: object) -> RecordCreditNote:
    return RecordCreditNote(fact)


def record_payment(fact: erp.PaymentReceived, *_: object) -> RecordPayment:
    return RecordPayment(fact)


def record_refund(fact: erp.PaymentRefunded, *_: object) -> RecordRefund:
    return RecordRefund(fact)


def record_bounced_cheque(fact: erp.ChequeBounced, *_: object) -> RecordBouncedCheque:
    return RecordBouncedCheque(fact)


def check_order(event: customer.OrderPlaced, *_: object) -> CheckOrder:
    return CheckOrder(event.order_id, event.customer_id, event.ordered_on, event.total, event.currency, is_placed=True)


def note_delivered(event: customer.OrderDelivered, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.delivered_on, "delivered")


def release_cancelled(event: customer.OrderCancelled, *_: object) -> ReleaseOrder:
    return ReleaseOrder(event.order_id, event.customer_id, event.cancelled_on, "cancelled")


def note_tier(event: customer.CustomerTierChanged, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, tier=event.tier)


def note_key_account(event: customer.KeyAccountDesignated, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, is_key_account=True)


def note_released(event: customer.KeyAccountReleased, *_: object) -> NoteTier:
    return NoteTier(event.customer_id, is_key_account=False)
