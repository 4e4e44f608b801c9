"""One row for each call: its text and how often it was heard."""

from dataclasses import dataclass, replace

from contracts.echo import EchoHeard
from sqlalchemy import Select, select

from chassis.read_models import ReadModel
from contracts import Envelope


@dataclass(frozen=True)
class Row:
    echo_id: str
    text: str
    times: int


def _keys(event: EchoHeard, _: Envelope) -> list[tuple[str]]:
    return [(event.echo_id,)]


def _evolve(key: tuple[str], row: Row | None, event: EchoHeard, _: Envelope) -> Row:
    return Row(event.echo_id, event.text, 1) if row is None else replace(row, times=row.times + 1)


MODEL = ReadModel("echo", 1, Row, ("echo_id",), _keys, _evolve)
TABLE = MODEL.table


def one(echo_id: str) -> Select[tuple[str, str, int]]:
    return select(TABLE.c.echo_id, TABLE.c.text, TABLE.c.times).where(TABLE.c.echo_id == echo_id)
