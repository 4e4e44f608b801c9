"""One row per event of an account: its timeline, in the order of recording."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event
from credit_svc.account.state import ACCOUNT_EVENTS


@dataclass(frozen=True)
class Row:
    customer_id: str
    version: int
    """The place in the stream, from 1."""
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: str
    data: dict[str, Any]


def keys(event: Any, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, envelope.version)]


def evolve(key: Key, row: Row | None, event: Event, envelope: Envelope) -> Row:
    customer_id, version = key
    return Row(
        customer_id=customer_id,
        version=version,
        type=envelope.type,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
        actor=envelope.actor,
        correlation_id=envelope.correlation_id,
        data=event.model_dump(mode="json"),
    )


MODEL = ReadModel(
    name="history",
    version=2,
    row=Row,
    key=("customer_id", "version"),
    handles=ACCOUNT_EVENTS,
    keys=keys,
    evolve=evolve,
)


def history(customer_id: str) -> tuple[Select[Any], tuple[ColumnElement[Any], ...]]:
    """The timeline of a customer, and the column to page by."""
    table = MODEL.table
    return select(table).where(table.c.customer_id == customer_id), (table.c.version,)
