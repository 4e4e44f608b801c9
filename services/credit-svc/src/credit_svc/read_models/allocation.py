"""One row per payment and invoice that met: how much, and on which day. The receivables of any past day follow from it.

They may meet on several days, as where an invoice becomes larger later: then the row has the last one, and what met ``earlier``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, case, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    Allocation,
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    DebitNoteWaived,
    DiscountTaken,
    InvoiceWrittenOff,
    MoneyKind,
    PaymentAllocated,
    PaymentRecorded,
)
from credit_svc.figures.met import met_by_day
from credit_svc.read_models import open_item, payment
from credit_svc.read_models.moved import following
from credit_svc.read_models.parts import by_invoice
from credit_svc.receivables.money_ids import DISCOUNT, WAIVER, WRITE_OFF, kind_of, money_id, published_id


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    kind: MoneyKind
    payment_id: str
    amount: Decimal
    """On all days together."""
    allocated_on: date
    """The last day."""
    earlier: dict[str, str]
    """How much on the days before, by day; for most rows there is none."""


Handled = (
    PaymentRecorded
    | CreditNoteRecorded
    | PaymentAllocated
    | AllocationWithdrawn
    | ChequeBounced
    | DiscountTaken
    | InvoiceWrittenOff
    | DebitNoteWaived
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case PaymentRecorded(allocations=parts) | ChequeBounced(reopened=parts):
            return _each(event.customer_id, parts, "payment", event.payment_id)
        case CreditNoteRecorded(allocations=parts):
            return _each(event.customer_id, parts, "credit_note", event.payment_id)
        case PaymentAllocated() | AllocationWithdrawn():
            kind = kind_of(money_id(event.payment_id, event.kind))
            return [(event.customer_id, event.allocation.invoice_id, kind, event.payment_id)]
        case DiscountTaken(invoice_id=invoice_id):
            given_up = (event.customer_id, invoice_id, "discount", published_id(f"{DISCOUNT}{invoice_id}"))
            return [given_up] if event.is_earned else []
        case InvoiceWrittenOff(invoice_id=invoice_id):
            return [(event.customer_id, invoice_id, "write_off", published_id(f"{WRITE_OFF}{invoice_id}"))]
        case DebitNoteWaived(debit_note_id=note_id, waiver_id=waiver_id):
            return [(event.customer_id, note_id, "waiver", published_id(f"{WAIVER}{waiver_id}"))]


def _each(customer_id: str, parts: Sequence[Allocation], kind: MoneyKind, payment_id: str) -> list[Key]:
    """A payment may meet an invoice twice: by a share that names it, and as one of the oldest."""
    return list(dict.fromkeys((customer_id, part.invoice_id, kind, payment_id) for part in parts))


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case PaymentRecorded(paid_on=on) | CreditNoteRecorded(issued_on=on):
            return _more(key, row, on, by_invoice(event)[key[1]])
        case PaymentAllocated(allocated_on=on):
            return _more(key, row, on, event.allocation.amount)
        case DiscountTaken(amount=amount, paid_on=on) | InvoiceWrittenOff(amount=amount, written_off_on=on):
            return _row(key, {on: amount})
        case DebitNoteWaived(amount=amount, waived_on=on):
            return _row(key, {on: amount})
        case AllocationWithdrawn(allocated_on=on):
            return _less(key, row, on, event.allocation.amount)
        case ChequeBounced():
            return None


def _days(row: Row | None) -> dict[date, Decimal]:
    return dict(met_by_day(asdict(row))) if row else {}


def _more(key: Key, row: Row | None, on: date, amount: Decimal) -> Row | None:
    days = _days(row)
    return _row(key, {**days, on: days.get(on, Decimal(0)) + amount})


def _less(key: Key, row: Row | None, on: date | None, amount: Decimal) -> Row | None:
    """Taken off the day on which it met; off the last ones where an older event does not tell the day."""
    days = _days(row)
    for day in sorted(days, reverse=True) if on is None or on not in days else [on]:
        taken = min(amount, days[day])
        days[day] -= taken
        amount -= taken
    return _row(key, days)


def _row(key: Key, days: Mapping[date, Decimal]) -> Row | None:
    customer_id, invoice_id, kind, payment_id = key
    met = {day: amount for day, amount in sorted(days.items()) if amount > 0}
    if not met:
        return None
    *earlier, last = met
    parts = {str(day): f"{met[day]:f}" for day in earlier}
    return Row(customer_id, invoice_id, kind, payment_id, sum(met.values(), Decimal(0)), last, parts)


GIVEN_UP = ("discount", "write_off", "waiver")
"""What is not money."""


MODEL = following(
    ReadModel(
        name="allocation",
        version=7,
        row=Row,
        key=("customer_id", "invoice_id", "kind", "payment_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("allocated_on",),),
    )
)


def of_invoice(customer_id: str, invoice_id: str) -> Select[Any]:
    """What paid an invoice, or was given up of it, the earliest first."""
    table = MODEL.table
    return (
        select(table.c.kind, table.c.payment_id, table.c.amount, table.c.allocated_on, table.c.earlier)
        .where(table.c.customer_id == customer_id, table.c.invoice_id == invoice_id)
        .order_by(table.c.allocated_on, table.c.kind, table.c.payment_id)
    )


def of_payment(customer_id: str, payment_id: str, kind: str) -> Select[Any]:
    """The invoices that a payment met, the earliest first."""
    table = MODEL.table
    return (
        select(table.c.invoice_id, table.c.amount, table.c.allocated_on, table.c.earlier)
        .where(table.c.customer_id == customer_id, table.c.payment_id == payment_id, table.c.kind == kind)
        .order_by(table.c.allocated_on, table.c.invoice_id)
    )


def met_by(as_of: date) -> ColumnElement[Decimal]:
    """How much of a row had met by the end of a day."""
    table = MODEL.table
    part = func.jsonb_each_text(table.c.earlier).table_valued("key", "value")
    before = select(func.sum(cast(part.c.value, Numeric))).where(part.c.key <= str(as_of)).scalar_subquery()
    return case((table.c.allocated_on <= as_of, table.c.amount), else_=func.coalesce(before, 0))


def open_by_due_date(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What was open at the end of a day, by due date and whether it is of debit notes: ``due_on``, ``is_note``, ``open_amount``."""
    items, paid = open_item.MODEL.table, MODEL.table
    settled = (
        select(paid.c.customer_id, paid.c.invoice_id, func.sum(met_by(as_of)).label("amount"))
        .group_by(paid.c.customer_id, paid.c.invoice_id)
        .subquery()
    )
    same = and_(settled.c.customer_id == items.c.customer_id, settled.c.invoice_id == items.c.invoice_id)
    query = (
        select(
            items.c.due_on,
            items.c.note.is_not(None).label("is_note"),
            func.sum(items.c.amount - func.coalesce(settled.c.amount, 0)).label("open_amount"),
        )
        .select_from(items.outerjoin(settled, same))
        .where(items.c.currency == currency, items.c.issued_on <= as_of)
        .group_by(items.c.due_on, items.c.note.is_not(None))
    )
    return query if customer_id is None else query.where(items.c.customer_id == customer_id)


def unallocated_at(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What of the money received by the end of a day had not met an invoice: ``received``, ``allocated``."""
    money, met = payment.MODEL.table, MODEL.table
    counted = and_(money.c.currency == currency, money.c.paid_on <= as_of, money.c.bounced_on.is_(None))
    if customer_id is not None:
        counted = and_(counted, money.c.customer_id == customer_id)
    same = and_(
        met.c.customer_id == money.c.customer_id, met.c.kind == money.c.kind, met.c.payment_id == money.c.payment_id
    )
    received = select(func.coalesce(func.sum(money.c.amount), 0)).where(counted).scalar_subquery()
    allocated = (
        select(func.coalesce(func.sum(met_by(as_of)), 0))
        .select_from(met.join(money, same))
        .where(counted)
        .scalar_subquery()
    )
    return select(received.label("received"), allocated.label("allocated"))


def given_up_at(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What of the invoices was given up by the end of a day, as discounts and write-offs: ``given_up``."""
    items, met = open_item.MODEL.table, MODEL.table
    same = and_(met.c.customer_id == items.c.customer_id, met.c.invoice_id == items.c.invoice_id)
    counted = and_(items.c.currency == currency, met.c.allocated_on <= as_of, met.c.kind.in_(GIVEN_UP))
    if customer_id is not None:
        counted = and_(counted, items.c.customer_id == customer_id)
    return (
        select(func.coalesce(func.sum(met.c.amount), 0).label("given_up"))
        .select_from(met.join(items, same))
        .where(counted)
    )
