"""One row per invoice: what is open, since when it is overdue, when it was settled and how late."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    Allocation,
    AllocationWithdrawn,
    ChequeBounced,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    PaymentAllocated,
    PaymentOverdue,
    PaymentRecorded,
)


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    order_id: str | None
    currency: str
    amount: Decimal
    open_amount: Decimal
    issued_on: date
    due_on: date
    overdue_from: date
    status: Literal["open", "overdue", "settled"] = "open"
    settled_on: date | None = None
    days_late: int | None = None


def keys(event: Any, envelope: Envelope) -> list[Key]:
    match event:
        case PaymentRecorded(allocations=parts) | ChequeBounced(reopened=parts):
            return [(event.customer_id, part.invoice_id) for part in parts]
        case PaymentAllocated(allocation=part) | AllocationWithdrawn(allocation=part):
            return [(event.customer_id, part.invoice_id)]
        case _:
            return [(event.customer_id, event.invoice_id)]


def evolve(key: Key, row: Row | None, event: Any, envelope: Envelope) -> Row | None:
    if isinstance(event, InvoiceRecorded):
        return Row(
            customer_id=event.customer_id,
            invoice_id=event.invoice_id,
            order_id=event.order_id,
            currency=event.currency,
            amount=event.amount,
            open_amount=event.amount,
            issued_on=event.issued_on,
            due_on=event.due_on,
            overdue_from=event.overdue_from,
        )
    if row is None:
        return None
    match event:
        case PaymentRecorded(allocations=parts):
            return replace(row, open_amount=row.open_amount - _of(row, parts))
        case PaymentAllocated(allocation=part):
            return replace(row, open_amount=row.open_amount - part.amount)
        case AllocationWithdrawn(allocation=part):
            return replace(row, open_amount=row.open_amount + part.amount)
        case ChequeBounced(reopened=parts):
            return replace(row, open_amount=row.open_amount + _of(row, parts))
        case InvoiceSettled(settled_on=on, days_late=days):
            return replace(row, status="settled", settled_on=on, days_late=days)
        case InvoiceReopened(overdue_from=on):
            return replace(row, status="open", overdue_from=on, settled_on=None, days_late=None)
        case PaymentOverdue():
            return replace(row, status="overdue")
    return row


def _of(row: Row, parts: tuple[Allocation, ...]) -> Decimal:
    return sum((part.amount for part in parts if part.invoice_id == row.invoice_id), Decimal(0))


MODEL = ReadModel(
    name="open_item",
    version=1,
    row=Row,
    key=("customer_id", "invoice_id"),
    handles=(
        InvoiceRecorded,
        PaymentRecorded,
        PaymentAllocated,
        AllocationWithdrawn,
        ChequeBounced,
        InvoiceSettled,
        InvoiceReopened,
        PaymentOverdue,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("currency", "issued_on"), ("status", "due_on")),
)


def invoices(
    customer_id: str | None, status: str | None, currency: str | None
) -> tuple[Select[Any], tuple[ColumnElement[Any], ...]]:
    """Invoices, the oldest due date first, and the columns to page by."""
    table = MODEL.table
    query = select(table)
    for column, wanted in (
        (table.c.customer_id, customer_id),
        (table.c.status, status),
        (table.c.currency, currency),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return query, (table.c.due_on, table.c.customer_id, table.c.invoice_id)


def sales_by_day(currency: str, after: date, until: date) -> Select[Any]:
    """Credit sales of each day after one day and up to another: ``day``, ``sales``."""
    table = MODEL.table
    return (
        select(table.c.issued_on.label("day"), func.sum(table.c.amount).label("sales"))
        .where(table.c.currency == currency, table.c.issued_on > after, table.c.issued_on <= until)
        .group_by(table.c.issued_on)
    )


def invoiced_until(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What was invoiced up to the end of a day: ``invoiced``."""
    table = MODEL.table
    query = select(func.coalesce(func.sum(table.c.amount), 0).label("invoiced")).where(
        table.c.currency == currency, table.c.issued_on <= as_of
    )
    return query if customer_id is None else query.where(table.c.customer_id == customer_id)


def overdue_items(customer_id: str) -> Select[Any]:
    """What a collection case pursues, the oldest first."""
    table = MODEL.table
    return (
        select(table)
        .where(table.c.customer_id == customer_id, table.c.status == "overdue")
        .order_by(table.c.due_on, table.c.issued_on, table.c.invoice_id)
    )
