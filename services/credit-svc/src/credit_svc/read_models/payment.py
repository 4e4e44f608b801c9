"""One row per payment and credit note: what came in, and what of it still waits for an invoice."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    AllocationWithdrawn,
    ChequeBounced,
    CreditNoteRecorded,
    PaymentAllocated,
    PaymentExchanged,
    PaymentReassigned,
    PaymentRecorded,
    RefundOwed,
    RefundRecorded,
)
from credit_svc.read_models.moved import following
from credit_svc.read_models.parts import by_money
from credit_svc.receivables.ledger_events import payment_of
from credit_svc.receivables.money_ids import kind_of, money_id

Kind = Literal["payment", "credit_note", "discount", "write_off", "waiver", "refund"]


@dataclass(frozen=True)
class Row:
    """``paid_on`` is None while only the bounced cheque of a payment is known."""

    customer_id: str
    kind: Kind
    payment_id: str
    currency: str
    amount: Decimal
    unallocated: Decimal
    invoice_id: str | None = None
    paid_on: date | None = None
    method: str | None = None
    bounced_on: date | None = None
    rate: Decimal | None = None
    rate_places: int = 2
    named: list[Any] = field(default_factory=list)
    """The invoices that the payer named with an amount each."""
    refunded: Decimal = Decimal(0)
    order_id: str | None = None
    """The order that it was paid for in advance: it waits for the invoices of this order."""
    exchanged: dict[str, Any] = field(default_factory=dict)
    """What was paid, where it counts in the currency of its invoice: ``{amount, currency, rate, gain, gain_currency}``."""


Handled = (
    PaymentRecorded
    | CreditNoteRecorded
    | PaymentAllocated
    | PaymentExchanged
    | PaymentReassigned
    | RefundRecorded
    | RefundOwed
    | AllocationWithdrawn
    | ChequeBounced
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    match event:
        case RefundRecorded():
            parts = [(event.customer_id, part.kind, part.payment_id) for part in event.parts]
            return [(event.customer_id, "refund", event.refund_id), *parts]
        case RefundOwed():
            return [(event.customer_id, "refund", event.refund_id)]
        case PaymentRecorded() | ChequeBounced() | PaymentExchanged():
            return [(event.customer_id, "payment", event.payment_id)]
        case CreditNoteRecorded():
            return [(event.customer_id, "credit_note", event.payment_id)]
        case _:
            return [(event.customer_id, kind_of(money_id(event.payment_id, event.kind)), event.payment_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case RefundRecorded() if key[1] == "refund":
            # Money that went back, so that a figure of its day and of later ones is without it.
            return Row(
                event.customer_id, "refund", event.refund_id, event.currency, -event.amount, Decimal(0),
                paid_on=event.refunded_on, method="refund",
            )  # fmt: skip
        case RefundRecorded():
            amount = by_money(event)[key[1], key[2]]
            waits = Decimal(0) if row is None or row.bounced_on else row.unallocated - amount
            return row and replace(row, refunded=row.refunded + amount, unallocated=waits)
        case RefundOwed(amount=amount):
            return row and replace(row, amount=row.amount + amount)  # an item from now on, and no money that is missing
        case PaymentRecorded():
            bounced_on = row.bounced_on if row else None
            if bounced_on is not None and event.paid_on > bounced_on:
                bounced_on = None  # presented again
            return Row(
                customer_id=event.customer_id,
                kind="payment",
                payment_id=event.payment_id,
                currency=event.currency,
                amount=event.amount,
                unallocated=Decimal(0) if bounced_on else event.unallocated,
                invoice_id=event.invoice_id,
                paid_on=event.paid_on,
                method=event.method,
                order_id=payment_of(event).order_id,
                bounced_on=bounced_on,
                named=[part.model_dump(mode="json") for part in event.named],
                rate=event.rate.rate if event.rate else None,
                rate_places=event.rate.places if event.rate else 2,
            )
        case CreditNoteRecorded():
            return Row(
                customer_id=event.customer_id,
                kind="credit_note",
                payment_id=event.payment_id,
                currency=event.currency,
                amount=event.amount,
                unallocated=event.unallocated,
                invoice_id=event.invoice_id,
                paid_on=event.issued_on,
                method="credit_note",
                rate=event.rate.rate if event.rate else None,
                rate_places=event.rate.places if event.rate else 2,
            )
        case PaymentExchanged() as e:
            exchanged = {
                "amount": f"{e.amount:f}", "currency": e.currency, "rate": f"{e.rate.rate:f}",
                "gain": None if e.gain is None else f"{e.gain:f}", "gain_currency": e.gain_currency,
            }  # fmt: skip
            return row and replace(
                row,
                currency=e.into,
                amount=e.counted,
                unallocated=e.counted,
                invoice_id=e.invoice_id,
                order_id=None,
                rate=e.account_rate.rate if e.account_rate else None,
                rate_places=e.account_rate.places if e.account_rate else 2,
                exchanged=exchanged,
            )
        case PaymentReassigned():
            return row and replace(row, invoice_id=event.after, order_id=None)
        case ChequeBounced(bounced_on=on, reopened=()) if (
            row and row.paid_on and row.paid_on > on and not row.bounced_on
        ):
            return row  # of an earlier presentation
        case ChequeBounced():
            known = row or Row(
                event.customer_id, "payment", event.payment_id, event.currency, event.face_amount, Decimal(0)
            )
            return replace(known, bounced_on=event.bounced_on, unallocated=Decimal(0))
        case PaymentAllocated():
            return row and replace(row, unallocated=row.unallocated - event.allocation.amount)
        case AllocationWithdrawn():
            return row and replace(row, unallocated=row.unallocated + event.allocation.amount)


MODEL = following(
    ReadModel(
        name="payment",
        version=9,
        row=Row,
        key=("customer_id", "kind", "payment_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("currency", "paid_on"), ("payment_id",)),
    )
)


def payments(
    customer_id: str | None, unallocated: bool, kind: Kind | None = None, currency: str | None = None
) -> Select[Any]:
    """Payments, filtered by what is not None; ``unallocated``: only those of which something waits."""
    table = MODEL.table
    wanted = {"customer_id": customer_id, "kind": kind, "currency": currency}
    query = select(table).where(*(table.c[name] == value for name, value in wanted.items() if value is not None))
    return query.where(table.c.unallocated > 0) if unallocated else query


def payment(customer_id: str, payment_id: str, kind: Kind) -> Select[Any]:
    table = MODEL.table
    return select(table).where(
        table.c.customer_id == customer_id, table.c.payment_id == payment_id, table.c.kind == kind
    )


_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.customer_id, _T.c.payment_id, _T.c.kind)
