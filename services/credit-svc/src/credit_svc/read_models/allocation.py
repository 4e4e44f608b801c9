"""One row per payment and invoice that met: how much, and on which day. The receivables of any past day follow from it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, and_, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    DiscountTaken,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentRecorded,
)
from credit_svc.read_models import open_item, payment
from credit_svc.receivables.ledger import CREDIT_NOTE, DISCOUNT, WRITE_OFF


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    payment_id: str
    amount: Decimal
    allocated_on: date
    kind: Literal["money", "credit_note", "discount", "write_off"] = "money"


Handled = (
    PaymentRecorded
    | CreditNoteRecorded
    | PaymentAllocated
    | AllocationWithdrawn
    | ChequeBounced
    | DiscountTaken
    | InvoiceWrittenOff
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case PaymentRecorded(allocations=parts) | CreditNoteRecorded(allocations=parts) | ChequeBounced(reopened=parts):
            return [(event.customer_id, part.invoice_id, event.payment_id) for part in parts]
        case PaymentAllocated() | AllocationWithdrawn():
            return [(event.customer_id, event.allocation.invoice_id, event.payment_id)]
        case DiscountTaken():
            return [(event.customer_id, event.invoice_id, f"{DISCOUNT}{event.invoice_id}")] if event.is_earned else []
        case InvoiceWrittenOff():
            return [(event.customer_id, event.invoice_id, f"{WRITE_OFF}{event.invoice_id}")]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    customer_id, invoice_id, payment_id = key
    match event:
        case PaymentRecorded() | CreditNoteRecorded():
            amount = next(part.amount for part in event.allocations if part.invoice_id == invoice_id)
            on = event.paid_on if isinstance(event, PaymentRecorded) else event.issued_on
            return Row(customer_id, invoice_id, payment_id, amount, on, _kind(payment_id))
        case PaymentAllocated():
            amount = event.allocation.amount
            return Row(customer_id, invoice_id, payment_id, amount, event.allocated_on, _kind(payment_id))
        case DiscountTaken(amount=amount, paid_on=on) | InvoiceWrittenOff(amount=amount, written_off_on=on):
            return Row(customer_id, invoice_id, payment_id, amount, on, _kind(payment_id))
        case AllocationWithdrawn() | ChequeBounced():
            return None


def _kind(payment_id: str) -> Literal["money", "credit_note", "discount", "write_off"]:
    if payment_id.startswith(DISCOUNT):
        return "discount"
    if payment_id.startswith(WRITE_OFF):
        return "write_off"
    return "credit_note" if payment_id.startswith(CREDIT_NOTE) else "money"


MODEL = ReadModel(
    name="allocation",
    version=2,
    row=Row,
    key=("customer_id", "invoice_id", "payment_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("allocated_on",),),
)


def open_by_due_date(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What was open at the end of a day, by due date: ``due_on``, ``open_amount``."""
    items, paid = open_item.MODEL.table, MODEL.table
    settled = (
        select(paid.c.customer_id, paid.c.invoice_id, func.sum(paid.c.amount).label("amount"))
        .where(paid.c.allocated_on <= as_of)
        .group_by(paid.c.customer_id, paid.c.invoice_id)
        .subquery()
    )
    same = and_(settled.c.customer_id == items.c.customer_id, settled.c.invoice_id == items.c.invoice_id)
    query = (
        select(
            items.c.due_on,
            func.sum(items.c.amount - func.coalesce(settled.c.amount, 0)).label("open_amount"),
        )
        .select_from(items.outerjoin(settled, same))
        .where(items.c.currency == currency, items.c.issued_on <= as_of)
        .group_by(items.c.due_on)
    )
    return query if customer_id is None else query.where(items.c.customer_id == customer_id)


def unallocated_at(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What of the money received by the end of a day had not met an invoice: ``received``, ``allocated``."""
    money, met = payment.MODEL.table, MODEL.table
    counted = and_(money.c.currency == currency, money.c.paid_on <= as_of, money.c.bounced_on.is_(None))
    if customer_id is not None:
        counted = and_(counted, money.c.customer_id == customer_id)
    same = and_(met.c.customer_id == money.c.customer_id, met.c.payment_id == money.c.payment_id)
    received = select(func.coalesce(func.sum(money.c.amount), 0)).where(counted).scalar_subquery()
    allocated = (
        select(func.coalesce(func.sum(met.c.amount), 0))
        .select_from(met.join(money, same))
        .where(counted, met.c.allocated_on <= as_of)
        .scalar_subquery()
    )
    return select(received.label("received"), allocated.label("allocated"))


def given_up_at(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What of the invoices was given up by the end of a day, as discounts and write-offs: ``given_up``."""
    items, met = open_item.MODEL.table, MODEL.table
    same = and_(met.c.customer_id == items.c.customer_id, met.c.invoice_id == items.c.invoice_id)
    counted = and_(items.c.currency == currency, met.c.allocated_on <= as_of, met.c.kind.in_(("discount", "write_off")))
    if customer_id is not None:
        counted = and_(counted, items.c.customer_id == customer_id)
    return (
        select(func.coalesce(func.sum(met.c.amount), 0).label("given_up"))
        .select_from(met.join(items, same))
        .where(counted)
    )
