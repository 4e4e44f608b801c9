"""One row per payment and invoice that met: how much, and on which day. It tells the receivables of any past day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import AllocationWithdrawn, ChequeBounced, PaymentAllocated, PaymentRecorded
from credit_svc.read_models import open_item, payment


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    payment_id: str
    amount: Decimal
    allocated_on: date


Fact = PaymentRecorded | PaymentAllocated | AllocationWithdrawn | ChequeBounced


def keys(event: Fact, envelope: Envelope) -> list[Key]:
    match event:
        case PaymentRecorded(allocations=parts) | ChequeBounced(reopened=parts):
            return [(event.customer_id, part.invoice_id, event.payment_id) for part in parts]
        case PaymentAllocated() | AllocationWithdrawn():
            return [(event.customer_id, event.allocation.invoice_id, event.payment_id)]


def evolve(key: Key, row: Row | None, event: Fact, envelope: Envelope) -> Row | None:
    customer_id, invoice_id, payment_id = key
    match event:
        case PaymentRecorded():
            amount = next(part.amount for part in event.allocations if part.invoice_id == invoice_id)
            return Row(customer_id, invoice_id, payment_id, amount, event.paid_on)
        case PaymentAllocated():
            return Row(customer_id, invoice_id, payment_id, event.allocation.amount, event.allocated_on)
        case AllocationWithdrawn() | ChequeBounced():
            return None


MODEL = ReadModel(
    name="allocation",
    version=1,
    row=Row,
    key=("customer_id", "invoice_id", "payment_id"),
    handles=(PaymentRecorded, PaymentAllocated, AllocationWithdrawn, ChequeBounced),
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
