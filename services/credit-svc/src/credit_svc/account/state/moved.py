"""The history of one account that is another account's from now on, as the events that carry it. Pure."""

import json

from pydantic import ValidationError

from chassis.domain import Happened
from contracts import Event, credit
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    AccountSplit,
    AgencyMoneyReceived,
    ChequeBounced,
    CreditNoteRecorded,
    DebitNoteInvoiced,
    InvoiceRecorded,
    MovedEvent,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderDeliveryNoted,
    PaymentRecorded,
    ReceiptPlanCancelled,
    ReceiptPlanned,
    RefundAwaitingPayment,
    RefundRecorded,
)
from contracts.fields import into_calendar

_TYPES = {
    (name, event.VERSION): event
    for event in credit.EVENTS
    if "customer_id" in event.model_fields and event not in (AccountMerged, AccountAbsorbed, AccountSplit)
    for name in event.types()
}


def packed(happened: Happened) -> MovedEvent:
    event, occurred_at = happened
    data = json.loads(event.model_dump_json())
    return MovedEvent(type=event.TYPE, schema_version=event.VERSION, occurred_at=into_calendar(occurred_at), data=data)


def moved_in(event: AccountMerged | AccountAbsorbed) -> list[Happened]:
    """The events that it carries, each addressed to the account whose they are now."""
    return [Happened(read, each.occurred_at) for each in event.moved if (read := _read(each)) is not None]


def _read(moved: MovedEvent) -> Event | None:
    """None for what is no event of an account: nothing could follow from it. An account that moves carries none."""
    kind = _TYPES.get((moved.type, moved.schema_version))
    if kind is None:
        return None
    try:
        return kind.from_log(json.dumps(moved.data))
    except ValidationError:
        return None


def documents_of(event: Event) -> tuple[tuple[str, str], ...]:
    """The documents that an event brings into an account, by kind and id as other systems name them."""
    match event:
        case InvoiceRecorded():
            return (("invoice", event.of_invoice or event.invoice_id),)
        case DebitNoteInvoiced():
            return (("invoice", event.invoice_id),)
        case PaymentRecorded() | ChequeBounced() | AgencyMoneyReceived():
            return (("payment", event.payment_id),)
        case CreditNoteRecorded():
            return (("credit note", event.credit_note_id),)
        case RefundRecorded():
            return (("refund", event.refund_id),)
        case RefundAwaitingPayment(payment_id=str(payment_id)):
            # The payment belongs where its refund waits for it.
            return (("refund", event.refund_id), ("payment", payment_id))
        case RefundAwaitingPayment():
            return (("refund", event.refund_id),)
        case OrderCreditApproved() | OrderCreditHeld() | OrderDeliveryNoted():
            return (("order", event.order_id),)
        case ReceiptPlanned() | ReceiptPlanCancelled():
            return (("contract", event.contract_id),)
    return ()
