"""One row per note to finance: what was issued, and what is open of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, case, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import SupplierNoteCleared, SupplierNoteIssued

Handled = SupplierNoteIssued | SupplierNoteCleared

Status = Literal["open", "cleared"]
Direction = Literal["debit", "credit"]


@dataclass(frozen=True)
class Row:
    """``direction``: debit, the supplier owes us; credit, we owe it. ``status``: open or cleared. ``excess_amount``: cleared beyond it.

    ``reverses``: the note that it takes back; ``reversed_by``: the one that takes it back.
    """

    supplier_id: str
    note_id: str
    direction: str
    currency: str
    amount: Decimal
    open_amount: Decimal
    status: str
    lines: list[dict[str, Any]]
    issued_on: date
    due_on: date
    reverses: str | None = None
    reversed_by: str | None = None
    cleared_on: date | None = None
    excess_amount: Decimal = Decimal(0)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    own = (event.supplier_id, event.note_id)
    if isinstance(event, SupplierNoteIssued) and event.reverses is not None:
        return [own, (event.supplier_id, event.reverses)]
    return [own]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case SupplierNoteIssued(reverses=reversed_id) if key[1] == reversed_id:
            return row and replace(row, reversed_by=event.note_id)
        case SupplierNoteIssued():
            return Row(
                supplier_id=key[0],
                note_id=key[1],
                direction=event.direction,
                currency=event.currency,
                amount=event.amount,
                open_amount=event.amount,
                status="open",
                lines=[line.model_dump(mode="json") for line in event.lines],
                issued_on=event.issued_on,
                due_on=event.due_on,
                reverses=event.reverses,
            )
        case SupplierNoteCleared():
            return row and replace(
                row,
                open_amount=event.open,
                status="open" if event.open else "cleared",
                cleared_on=None if event.open else event.cleared_on,
                excess_amount=row.excess_amount + event.excess,
            )


MODEL = ReadModel(
    name="supplier_note",
    version=1,
    row=Row,
    key=("supplier_id", "note_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "issued_on"), ("issued_on",)),
)
TABLE = MODEL.table
ORDER = (TABLE.c.issued_on, TABLE.c.supplier_id, TABLE.c.note_id)


def notes(supplier_id: str | None = None, status: Status | None = None) -> Select[Any]:
    """All notes, those of a supplier, those that are open or cleared."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if status is None else query.where(TABLE.c.status == status)


def totals(chosen: Select[Any]) -> Select[Any]:
    """What these notes come to, by currency."""
    of = chosen.subquery()

    def total(column: Any, direction: Direction) -> Any:
        return func.coalesce(func.sum(case((of.c.direction == direction, column))), 0)

    debit, credit = total(of.c.amount, "debit"), total(of.c.amount, "credit")
    return (
        select(
            of.c.currency,
            func.count().label("note_count"),
            debit.label("debit_amount"),
            credit.label("credit_amount"),
            (debit - credit).label("balance_amount"),
            total(of.c.open_amount, "debit").label("debit_open_amount"),
            total(of.c.open_amount, "credit").label("credit_open_amount"),
            func.coalesce(func.sum(of.c.excess_amount), 0).label("excess_amount"),
        )
        .group_by(of.c.currency)
        .order_by(of.c.currency)
    )
