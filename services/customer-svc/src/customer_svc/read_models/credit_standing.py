"""Credit standings: what credit-svc last decided about each customer. It knows no merges, so each id has an account of its own."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerCreditStandingNoted

Handled = CustomerCreditStandingNoted


@dataclass(frozen=True)
class Row:
    """``deliveries`` is stopped or free; ``overdue`` and ``behaviour_class`` are sentences of credit-svc."""

    customer_id: str
    deliveries: str = "free"
    deliveries_because: str | None = None
    deliveries_since: date | None = None
    overdue: str | None = None
    overdue_since: date | None = None
    behaviour_class: str | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0])
    match event.what:
        case "overdue":
            return replace(known, overdue=event.summary, overdue_since=event.since)
        case "behaviour_class":
            return replace(known, behaviour_class=event.summary)
        case "deliveries_stopped":
            return replace(known, deliveries="stopped", deliveries_because=event.summary, deliveries_since=event.since)
        case "deliveries_resumed":
            return replace(known, deliveries="free", deliveries_because=event.summary, deliveries_since=event.since)


MODEL = ReadModel(
    name="credit_standings",
    version=1,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def standings(customer_ids: list[str]) -> Select[Any]:
    return select(TABLE).where(TABLE.c.customer_id.in_(customer_ids))


def combined(customer_id: str, accounts: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The credit standing of a customer that has several accounts: of each kind the gravest, and of those the last."""
    rows = [Row(**account) for account in accounts]
    if not rows:
        return None
    supply = max(rows, key=lambda row: (row.deliveries == "stopped", row.deliveries_since or date.min))
    money = max(rows, key=lambda row: row.overdue_since or date.min)
    classes = [row.behaviour_class for row in rows if row.behaviour_class is not None]
    one = replace(
        supply,
        customer_id=customer_id,
        overdue=money.overdue,
        overdue_since=money.overdue_since,
        behaviour_class=max(classes, default=None),  # it begins with its letter, A to D
    )
    return asdict(one)
