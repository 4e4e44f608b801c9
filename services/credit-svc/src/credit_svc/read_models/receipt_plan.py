"""One row per instalment that a contract plans: its day and amount, and what it has become."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import InstalmentDue, InstalmentInvoiced, ReceiptPlanCancelled, ReceiptPlanned
from credit_svc.read_models import allocation, open_item
from credit_svc.read_models.moved import following

Status = Literal["planned", "due", "invoiced", "dropped"]


@dataclass(frozen=True)
class Row:
    """``due_on`` and ``amount`` are None where only the invoice for the instalment is known; ``invoice_id`` is what is owed for it."""

    customer_id: str
    contract_id: str
    number: int
    currency: str
    status: Status
    due_on: date | None = None
    amount: Decimal | None = None
    invoice_id: str | None = None


Handled = ReceiptPlanned | ReceiptPlanCancelled | InstalmentDue | InstalmentInvoiced


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case ReceiptPlanned(instalments=instalments):
            numbers = [each.number for each in instalments]
            return [(event.customer_id, event.contract_id, number) for number in (*numbers, *event.dropped)]
        case ReceiptPlanCancelled(dropped=dropped):
            return [(event.customer_id, event.contract_id, number) for number in dropped]
        case InstalmentDue() | InstalmentInvoiced():
            return [(event.customer_id, event.contract_id, event.number)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    customer_id, contract_id, number = key
    match event:
        case ReceiptPlanned(instalments=instalments):
            for each in instalments:
                if each.number == number:
                    known = row or Row(customer_id, contract_id, number, each.currency, "planned")
                    status = "planned" if known.status == "dropped" else known.status
                    return replace(known, status=status, due_on=each.due_on, amount=each.amount, currency=each.currency)
            return None if row is None else replace(row, status="dropped")
        case ReceiptPlanCancelled():
            return None if row is None else replace(row, status="dropped")
        case InstalmentDue(invoice_id=invoice_id) as e:
            known = row or Row(customer_id, contract_id, number, e.currency, "due", e.due_on, e.amount)
            return replace(known, status="due", invoice_id=invoice_id)
        case InstalmentInvoiced(invoice_id=invoice_id) as e:
            known = row or Row(customer_id, contract_id, number, e.currency, "invoiced")
            return replace(known, status="invoiced", invoice_id=invoice_id)


MODEL = following(
    ReadModel(
        name="receipt_plan",
        version=1,
        row=Row,
        key=("customer_id", "contract_id", "number"),
        keys=keys,
        evolve=evolve,
        indexes=(("status", "due_on"),),
    )
)

_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.contract_id, _T.c.number, _T.c.customer_id)
"""Contract after contract, each in the order of its numbers."""


def plans(customer_id: str | None, status: str | None) -> Select[Any]:
    """The instalments with what is ``invoiced``, ``received`` and ``open`` of each, filtered by what is not None."""
    items, met = open_item.MODEL.table, allocation.MODEL.table
    own = and_(
        items.c.customer_id == _T.c.customer_id,
        or_(items.c.invoice_id == _T.c.invoice_id, items.c.of_invoice == _T.c.invoice_id),
    )
    ids = select(items.c.invoice_id).where(own).correlate(_T)
    invoiced = select(func.coalesce(func.sum(items.c.amount), 0)).where(own, items.c.kind == "invoice").correlate(_T)
    left = select(func.coalesce(func.sum(items.c.open_amount), 0)).where(own).correlate(_T)
    received = (
        select(func.coalesce(func.sum(met.c.amount), 0))
        .where(met.c.customer_id == _T.c.customer_id, met.c.kind == "payment", met.c.invoice_id.in_(ids))
        .correlate(_T)
    )
    query = select(
        _T.c.customer_id,
        _T.c.contract_id,
        _T.c.number,
        _T.c.currency,
        _T.c.status,
        _T.c.due_on,
        _T.c.amount.label("planned"),
        _T.c.invoice_id,
        invoiced.scalar_subquery().label("invoiced"),
        received.scalar_subquery().label("received"),
        left.scalar_subquery().label("open"),
    )
    if customer_id is not None:
        query = query.where(_T.c.customer_id == customer_id)
    return query if status is None else query.where(_T.c.status == status)
