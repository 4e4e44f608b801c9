"""One row per event of an account: its history, in the order of recording."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.history import HistoryRow, history_fields
from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event
from credit_svc.account.state import ACCOUNT_EVENTS


@dataclass(frozen=True)
class Row(HistoryRow):
    customer_id: str
    version: int
    """The place in the stream, from 1."""


def keys(event: Any, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, envelope.version)]


def evolve(key: Key, row: Row | None, event: Event, envelope: Envelope) -> Row:
    customer_id, version = key
    return Row(customer_id=customer_id, version=version, **history_fields(event, envelope))


MODEL = ReadModel(
    name="history",
    version=4,
    row=Row,
    key=("customer_id", "version"),
    handles=ACCOUNT_EVENTS,
    keys=keys,
    evolve=evolve,
)


TABLE = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (TABLE.c.version,)


def history(customer_id: str) -> Select[Any]:
    """The history of a customer, oldest first by ``ORDER``."""
    return select(TABLE).where(TABLE.c.customer_id == customer_id)
