"""Customers of recalls: what each got and still has."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import RecallCustomerNamed, RecallGoodsBack, RecallReminded
from customer_svc.read_models import alias

Handled = RecallCustomerNamed | RecallGoodsBack | RecallReminded


@dataclass(frozen=True)
class Row:
    """``quantity`` = ``back`` + ``open``; on the basis ``possible`` it is what the customer got of the item."""

    recall_id: str
    customer_id: str
    item_id: str
    quantity: Decimal
    basis: str
    named_on: date
    owner_id: str | None
    back: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    last_back_on: date | None = None
    reminders: int = 0
    reminded_on: date | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.recall_id, event.customer_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case RecallCustomerNamed():
            known = row or Row(
                key[0], key[1], event.item_id, event.quantity, event.basis, event.named_on, event.owner_id
            )
            return replace(
                known,
                quantity=event.quantity,
                basis=event.basis,
                owner_id=event.owner_id,
                open=event.open,
                back=event.quantity - event.open,
            )
        case RecallGoodsBack():
            return row and replace(row, back=row.quantity - event.open, open=event.open, last_back_on=event.on)
        case RecallReminded():
            return row and replace(row, reminders=event.number, reminded_on=event.reminded_on)


MODEL = ReadModel(
    name="recall_customers",
    version=1,
    row=Row,
    key=("recall_id", "customer_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id",),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.recall_id, TABLE.c.customer_id)


def holders(recall_id: str | None = None, customer_id: str | None = None, still_open: bool = False) -> Select[Any]:
    query = select(TABLE)
    query = query if recall_id is None else query.where(TABLE.c.recall_id == recall_id)
    query = query if customer_id is None else query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    return query.where(TABLE.c.open > 0) if still_open else query
