"""One row per payment: what came in, and what of it still waits for an invoice."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import AllocationWithdrawn, ChequeBounced, PaymentAllocated, PaymentRecorded


@dataclass(frozen=True)
class Row:
    """``paid_on`` is None while only the bounced cheque of a payment is known."""

    customer_id: str
    payment_id: str
    currency: str
    amount: Decimal
    unallocated: Decimal
    invoice_id: str | None = None
    paid_on: date | None = None
    method: str | None = None
    bounced_on: date | None = None


Fact = PaymentRecorded | PaymentAllocated | AllocationWithdrawn | ChequeBounced


def keys(event: Fact, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.payment_id)]


def evolve(key: Key, row: Row | None, event: Fact, envelope: Envelope) -> Row | None:
    match event:
        case PaymentRecorded():
            bounced_on = row.bounced_on if row else None
            return Row(
                customer_id=event.customer_id,
                payment_id=event.payment_id,
                currency=event.currency,
                amount=event.amount,
                unallocated=Decimal(0) if bounced_on else event.unallocated,
                invoice_id=event.invoice_id,
                paid_on=event.paid_on,
                method=event.method,
                bounced_on=bounced_on,
            )
        case ChequeBounced():
            known = row or Row(event.customer_id, event.payment_id, event.currency, event.face_amount, Decimal(0))
            return replace(known, bounced_on=event.bounced_on, unallocated=Decimal(0))
        case PaymentAllocated():
            return row and replace(row, unallocated=row.unallocated - event.allocation.amount)
        case AllocationWithdrawn():
            return row and replace(row, unallocated=row.unallocated + event.allocation.amount)


MODEL = ReadModel(
    name="payment",
    version=1,
    row=Row,
    key=("customer_id", "payment_id"),
    handles=(PaymentRecorded, PaymentAllocated, AllocationWithdrawn, ChequeBounced),
    keys=keys,
    evolve=evolve,
    indexes=(("currency", "paid_on"),),
)
