"""Returns that name no order: what each customer brought back, and when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import GoodsReturned
from customer_svc.read_models import alias

Handled = GoodsReturned


@dataclass(frozen=True)
class Row:
    return_id: str
    customer_id: str
    returned_on: date
    amount: Decimal
    currency: str
    reason: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.return_id,)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row:
    return Row(key[0], event.customer_id, event.returned_on, event.amount, event.currency, event.reason)


MODEL = ReadModel(
    name="goods_returns",
    version=1,
    row=Row,
    key=("return_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id",), ("currency", "returned_on")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.return_id,)


def goods_returns(customer_id: str | None = None) -> Select[Any]:
    query = select(TABLE)
    return query if customer_id is None else query.where(alias.same_as(TABLE.c.customer_id, customer_id))
