"""One row per order that a candidate policy checked beside the live one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import CreditShadowChecked


@dataclass(frozen=True)
class Row:
    customer_id: str
    order_id: str
    shadow: int
    amount: Decimal
    currency: str
    live_status: str
    shadow_status: str
    live_approves: bool
    shadow_approves: bool
    reason: str


def keys(event: CreditShadowChecked, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.order_id)]


def evolve(key: Key, row: Row | None, event: CreditShadowChecked, envelope: Envelope) -> Row:
    return Row(
        event.customer_id, event.order_id, event.shadow, event.amount, event.currency, event.live_status,
        event.shadow_status, event.live_approves, event.shadow_approves, event.reason,
    )  # fmt: skip


MODEL = ReadModel(
    name="shadow_check",
    version=1,
    row=Row,
    key=("customer_id", "order_id"),
    keys=keys,
    evolve=evolve,
)


def comparison(shadow: int) -> Select[Any]:
    """Live against candidate by currency: how many orders and how much each alone would have let through."""
    table = MODEL.table
    only_live = table.c.live_approves & ~table.c.shadow_approves
    only_shadow = table.c.shadow_approves & ~table.c.live_approves

    def number(where: Any, label: str) -> Any:
        return func.sum(case((where, 1), else_=0)).label(label)

    def amount(where: Any, label: str) -> Any:
        return func.sum(case((where, table.c.amount), else_=0)).label(label)

    return (
        select(
            table.c.currency,
            func.count().label("order_count"),
            number(only_live, "only_live_count"),
            amount(only_live, "only_live_amount"),
            number(only_shadow, "only_shadow_count"),
            amount(only_shadow, "only_shadow_amount"),
        )
        .where(table.c.shadow == shadow)
        .group_by(table.c.currency)
        .order_by(table.c.currency)
    )
