"""The documents that are one customer's: under the id of one, nothing is recorded of another customer. Pure.

They go with an account that becomes part of another one, and stay where they went when that is undone. An order that a person closed
counts for nobody; so where it was asked about in a wrong name, it may be placed in the right one.
"""

from collections.abc import Iterable
from typing import Any

from chassis.claims import Claims, Document
from contracts import Event
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    AgencyMoneyReceived,
    ChequeBounced,
    CreditNoteRecorded,
    DebitNoteInvoiced,
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderDeliveryNoted,
    OrderExposureReleased,
    PaymentRecorded,
    ReceiptPlanCancelled,
    ReceiptPlanned,
    RefundAwaitingPayment,
    RefundRecorded,
)
from credit_svc.account.state import moved_in

RECORDED: tuple[type[Event], ...] = (
    InvoiceRecorded, PaymentRecorded, ChequeBounced, CreditNoteRecorded, RefundRecorded, RefundAwaitingPayment,
    OrderCreditApproved, OrderCreditHeld, OrderDeliveryNoted, DebitNoteInvoiced, ReceiptPlanned, ReceiptPlanCancelled,
    AgencyMoneyReceived,
)  # fmt: skip


def _of(event: Any) -> Iterable[Document]:
    """The document that an event records; the payment that a refund waits for is none, as it may be another customer's."""
    match event:
        case InvoiceRecorded():
            return [Document("invoice", event.of_invoice or event.invoice_id)]
        case DebitNoteInvoiced():
            return [Document("invoice", event.invoice_id)]
        case PaymentRecorded() | ChequeBounced() | AgencyMoneyReceived():
            return [Document("payment", event.payment_id)]
        case CreditNoteRecorded():
            return [Document("credit note", event.credit_note_id)]
        case RefundRecorded() | RefundAwaitingPayment():
            return [Document("refund", event.refund_id)]
        case OrderCreditApproved() | OrderCreditHeld() | OrderDeliveryNoted():
            return [Document("order", event.order_id)]
        case ReceiptPlanned() | ReceiptPlanCancelled():
            return [Document("contract", event.contract_id)]
    return []


def _closed(event: Any) -> Iterable[Document]:
    if isinstance(event, OrderExposureReleased) and event.cause == "closed":
        return [Document("order", event.order_id)]
    return []


def _left(event: AccountMerged) -> Iterable[Document]:
    return {document for each, _ in moved_in(event) for document in _of(each)}


def _arrived(event: AccountAbsorbed) -> Iterable[Document]:
    return _after(event)[0]


def _closed_before(event: AccountAbsorbed) -> Iterable[Document]:
    return _after(event)[1]


def _after(event: AccountAbsorbed) -> tuple[dict[Document, None], dict[Document, None]]:
    """The documents that are the account's after what it carries, and those that an order's end has freed."""
    recorded, freed = dict[Document, None](), dict[Document, None]()
    for each, _ in moved_in(event):
        for document in _of(each):
            recorded[document] = freed.pop(document, None)
        for document in _closed(each):
            freed[document] = recorded.pop(document, None)
    return recorded, freed


CLAIMS = Claims(
    takes=dict.fromkeys(RECORDED, _of),
    carries={AccountAbsorbed: _arrived},
    frees={OrderExposureReleased: _closed, AccountMerged: _left, AccountAbsorbed: _closed_before},
)
