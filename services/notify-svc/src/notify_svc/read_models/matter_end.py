"""When what notices are about ended: the latest event of each type for each thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts.envelope import Envelope
from contracts.notify import MatterEnded

Handled = MatterEnded


@dataclass(frozen=True)
class Row:
    field: str
    about: str
    event_type: str
    event_id: str
    ended_at: datetime
    noted_at: datetime


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.field, event.about, event.event_type)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row:
    return Row(event.field, event.about, event.event_type, event.event_id, event.ended_at, envelope.recorded_at)


MODEL = ReadModel(
    name="matter_end",
    version=1,
    row=Row,
    key=("field", "about", "event_type"),
    keys=keys,
    evolve=evolve,
)

_T = MODEL.table
ORDER: Sequence[ColumnElement[Any]] = (_T.c.field, _T.c.about, _T.c.event_type)


def of(field: str, abouts: Iterable[str], event_types: Iterable[str]) -> Select[Any]:
    """The endings of some things by events of some types."""
    return select(_T).where(_T.c.field == field, _T.c.about.in_(list(abouts)), _T.c.event_type.in_(list(event_types)))
