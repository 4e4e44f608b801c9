"""Rebates: what distributors earned and were paid."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import RebateAccrued, RebatePaid
from customer_svc.read_models import alias

Handled = RebateAccrued | RebatePaid


@dataclass(frozen=True)
class Row:
    """``payout`` in percent, ``paid_amount`` and ``paid_on`` are None until it is paid."""

    customer_id: str
    rebate_id: str
    period: str
    period_ends_on: date
    purchases: Decimal
    rate: Decimal
    amount: Decimal
    currency: str
    form: str
    because: str
    policy_version: int
    collection_days: int | None = None
    payout: Decimal | None = None
    paid_amount: Decimal | None = None
    paid_on: date | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id, event.rebate_id)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    if isinstance(event, RebatePaid):
        return row and replace(
            row,
            collection_days=event.collection_days,
            payout=event.payout,
            paid_amount=event.amount,
            paid_on=event.paid_on,
        )
    return Row(
        event.customer_id, event.rebate_id, event.period, event.period_ends_on, event.purchases, event.rate,
        event.amount, event.currency, event.form, event.because, event.policy_version,
    )  # fmt: skip


MODEL = ReadModel(
    name="rebates",
    version=2,
    row=Row,
    key=("customer_id", "rebate_id"),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id, TABLE.c.rebate_id)


Status = Literal["open", "paid"]


def rebate(customer_id: str, rebate_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.customer_id == customer_id, TABLE.c.rebate_id == rebate_id)


def rebates(customer_id: str | None = None, status: Status | None = None, currency: str | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if currency is None else query.where(TABLE.c.currency == currency)
    if status is not None:
        query = query.where(TABLE.c.paid_on.is_(None) if status == "open" else TABLE.c.paid_on.is_not(None))
    return query if customer_id is None else query.where(alias.same_as(TABLE.c.customer_id, customer_id))
