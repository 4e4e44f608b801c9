"""One row per invoice, and per refund that is owed: what is open, since when it is overdue, when it was settled and how late."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    DiscountTaken,
    DisputeResolved,
    InterestCharged,
    InvoiceCorrected,
    InvoiceDisputed,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentOverdue,
    PaymentRecorded,
    RefundOwed,
)
from credit_svc.read_models import note_item
from credit_svc.read_models.item_row import Row
from credit_svc.read_models.moved import following
from credit_svc.read_models.parts import by_invoice
from credit_svc.receivables.money_ids import DISCOUNT, WRITE_OFF, money_id

Handled = (
    InvoiceRecorded
    | RefundOwed
    | InvoiceCorrected
    | PaymentRecorded
    | PaymentAllocated
    | AllocationWithdrawn
    | ChequeBounced
    | InvoiceSettled
    | InvoiceReopened
    | PaymentOverdue
    | CreditNoteRecorded
    | DiscountTaken
    | InvoiceWrittenOff
    | InvoiceDisputed
    | DisputeResolved
    | InterestCharged
    | note_item.NoteEvent
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case PaymentRecorded(allocations=parts) | CreditNoteRecorded(allocations=parts) | ChequeBounced(reopened=parts):
            return list(dict.fromkeys((event.customer_id, part.invoice_id) for part in parts))
        case PaymentAllocated(allocation=part) | AllocationWithdrawn(allocation=part):
            return [(event.customer_id, part.invoice_id)]
        case _:
            return [(event.customer_id, note_item.item_id(event))]


def _new(event: Any) -> Row:
    return Row(
        customer_id=event.customer_id,
        invoice_id=note_item.item_id(event),
        order_id=None,
        currency=event.currency,
        amount=event.amount,
        open_amount=event.amount,
        issued_on=event.issued_on,
        due_on=event.due_on,
        overdue_from=event.overdue_from,
        rate=event.rate.rate if event.rate else None,
        rate_places=event.rate.places if event.rate else 2,
    )


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, InvoiceRecorded):
        return replace(
            _new(event), order_id=event.order_id, discount_until=event.discount_until,
            discount_amount=event.discount_amount, of_invoice=event.of_invoice, instalment=event.instalment,
            kind=event.kind,
        )  # fmt: skip
    if isinstance(event, RefundOwed):
        return replace(_new(event), refund_id=event.refund_id)
    if isinstance(event, note_item.NoteEvent):
        return note_item.evolve(_new, row, event)
    if row is None or (isinstance(event, InvoiceCorrected) and event.replaced_by is not None):
        return None
    match event:
        case InvoiceCorrected() as e:
            restated = replace(
                row,
                order_id=e.order_id,
                amount=e.amount,
                open_amount=row.open_amount + e.amount - row.amount,
                issued_on=e.issued_on,
                due_on=e.due_on,
                overdue_from=e.overdue_from,
                rate=e.rate.rate if e.rate else None,
                rate_places=e.rate.places if e.rate else 2,
                discount_until=e.discount_until,
                discount_amount=e.discount_amount,
            )
            return replace(restated, status="open") if row.status == "overdue" and not e.is_overdue else restated
        case PaymentRecorded() | CreditNoteRecorded():
            return replace(row, open_amount=row.open_amount - by_invoice(event)[row.invoice_id])
        case PaymentAllocated(allocation=part):
            return _paid(row, money_id(event.payment_id, event.kind), part.amount)
        case AllocationWithdrawn(allocation=part):
            return _paid(row, money_id(event.payment_id, event.kind), -part.amount)
        case DiscountTaken(is_earned=True, amount=amount):
            return _paid(row, DISCOUNT, amount)
        case InvoiceWrittenOff(cause="small_difference", amount=amount, written_off_on=on):
            given_up = replace(
                row, open_amount=row.open_amount - amount, small_difference=row.small_difference + amount
            )
            return replace(given_up, small_difference_on=on)
        case InvoiceWrittenOff(amount=amount, written_off_on=on):
            return replace(_paid(row, WRITE_OFF, amount), status="written_off", written_off_on=on)
        case InvoiceDisputed(amount=amount):
            return replace(
                row, disputed=row.disputed + amount, disputes={**row.disputes, event.dispute_id: str(amount)}
            )
        case DisputeResolved(dispute_id=dispute_id):
            others = {each: amount for each, amount in row.disputes.items() if each != dispute_id}
            return replace(row, disputes=others, disputed=sum(map(Decimal, others.values()), Decimal(0)))
        case InterestCharged(total=total):
            return replace(row, interest=total)
        case ChequeBounced():
            return replace(row, open_amount=row.open_amount + by_invoice(event)[row.invoice_id])
        case InvoiceSettled(settled_on=on, days_late=days):
            return replace(row, status="settled", settled_on=on, days_late=days)
        case InvoiceReopened(overdue_from=on):
            return replace(row, status="open", overdue_from=on, settled_on=None, days_late=None)
        case PaymentOverdue():
            return replace(row, status="overdue")
    return row


def _paid(row: Row, payer: str, amount: Decimal) -> Row:
    """Less is open; discounts and write-offs are also counted apart."""
    paid = replace(row, open_amount=row.open_amount - amount)
    if payer.startswith(DISCOUNT):
        return replace(paid, discount_taken=row.discount_taken + amount)
    if payer.startswith(WRITE_OFF) and row.small_difference:
        return replace(paid, small_difference=row.small_difference + amount)
    if payer.startswith(WRITE_OFF):
        return replace(paid, written_off=row.written_off + amount)
    return paid


MODEL = following(
    ReadModel(
        name="open_item",
        version=8,
        row=Row,
        key=("customer_id", "invoice_id"),
        keys=keys,
        evolve=evolve,
        indexes=(
            ("currency", "issued_on"),
            ("status", "due_on"),
            ("currency", "written_off_on"),
            ("invoice_id",),
            ("of_invoice",),
        ),
    )
)


def invoice(customer_id: str, invoice_id: str) -> Select[Any]:
    table = MODEL.table
    return select(table).where(
        table.c.customer_id == customer_id, table.c.invoice_id == invoice_id, table.c.note.is_(None)
    )


def invoices(
    customer_id: str | None,
    status: str | None,
    currency: str | None,
    disputed: bool | None = None,
    due_from: date | None = None,
    due_until: date | None = None,
) -> Select[Any]:
    """Invoices, filtered by what is not None."""
    table = MODEL.table
    wanted = {"customer_id": customer_id, "status": status, "currency": currency}
    query = select(table).where(
        table.c.note.is_(None), *(table.c[name] == value for name, value in wanted.items() if value is not None)
    )
    if disputed is not None:
        query = query.where(table.c.disputed > 0 if disputed else table.c.disputed == 0)
    if due_from is not None:
        query = query.where(table.c.due_on >= due_from)
    return query if due_until is None else query.where(table.c.due_on <= due_until)


_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.due_on, _T.c.customer_id, _T.c.invoice_id)
"""The oldest due date first."""


def overdue_items(customer_id: str) -> Select[Any]:
    """What a collection case pursues, the oldest first."""
    return (
        select(_T)
        .where(_T.c.customer_id == customer_id, _T.c.status == "overdue")
        .order_by(_T.c.due_on, _T.c.issued_on, _T.c.invoice_id)
    )
