"""Tierings: the runs, their borders, and how many customers each one put where."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CutPoint, TieringCompleted, TieringStarted

Handled = TieringStarted | TieringCompleted


@dataclass(frozen=True)
class Row:
    """``status``: running, completed; ``cut_points`` as in the contract."""

    tiering_id: str
    currency: str
    as_of: date
    status: str
    population: int
    cut_points: list[dict[str, Any]]
    policy_version: int
    abc: list[dict[str, Any]]
    abc_policy_version: int | None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.tiering_id,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case TieringStarted():
            return Row(
                tiering_id=event.tiering_id,
                currency=event.currency,
                as_of=event.as_of,
                status="running",
                population=event.population,
                cut_points=[cut.model_dump(mode="json") for cut in event.cut_points],
                policy_version=event.policy_version,
                abc=[each.model_dump(mode="json") for each in event.abc],
                abc_policy_version=event.abc_policy_version,
            )
        case TieringCompleted():
            return row and replace(row, status="completed")


MODEL = ReadModel(
    name="tierings",
    version=2,
    row=Row,
    key=("tiering_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("currency", "as_of"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.currency, TABLE.c.as_of)


Status = Literal["running", "completed"]


def tierings(currency: str | None = None, status: Status | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if status is None else query.where(TABLE.c.status == status)
    return query if currency is None else query.where(TABLE.c.currency == currency)


def tiering(tiering_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.tiering_id == tiering_id)


def last(currency: str, as_of: date) -> Select[Any]:
    """The last completed run of a currency on or before a day."""
    return (
        select(TABLE)
        .where(TABLE.c.currency == currency, TABLE.c.as_of <= as_of, TABLE.c.status == "completed")
        .order_by(TABLE.c.as_of.desc())
    )


def stored_cut_points(stored: list[dict[str, Any]]) -> tuple[CutPoint, ...]:
    """Cut points as they were before they were stored as JSON."""
    return tuple(CutPoint.model_validate(each, strict=False) for each in stored)
