"""Tierings due: the timer of the runs, one row a currency.

The row stays due from the start of a run to its completion and remembers what the start fixed, so that an interrupted
run is taken up again where it was.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.customer import ScoreBorders, TieringCompleted, TieringScheduled, TieringStarted
from customer_svc.read_models.tiering import stored_cut_points
from customer_svc.timers.tiering_run import Started, commands_of

Handled = TieringScheduled | TieringStarted | TieringCompleted


@dataclass(frozen=True)
class Row:
    """What follows ``due_on`` is set once the run has started."""

    currency: str
    as_of: date
    due_on: date
    population: int | None = None
    cut_points: list[dict[str, Any]] | None = None
    scores: dict[str, Any] | None = None
    policy_version: int | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.currency,)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case TieringScheduled():
            return Row(event.currency, event.as_of, add_days(event.as_of, 1))
        case TieringStarted():
            return row and replace(
                row,
                population=event.population,
                cut_points=[cut.model_dump(mode="json") for cut in event.cut_points],
                scores=None if event.scores is None else event.scores.model_dump(mode="json"),
                policy_version=event.policy_version,
            )
        case TieringCompleted():
            return None


async def perform(rows: Sequence[Row], context: TimerContext) -> AsyncIterator[list[DueCommand]]:
    """The run of each currency that is due, batch by batch."""
    for row in rows:
        async for commands in commands_of(row.currency, row.as_of, _started(row), context):
            yield [DueCommand.by(row, command) for command in commands]


def _started(row: Row) -> Started | None:
    if row.population is None:
        return None
    borders = None if row.scores is None else ScoreBorders.model_validate(row.scores, strict=False)
    return Started(row.population, row.policy_version or 0, stored_cut_points(row.cut_points or []), borders)


TODO = TodoList(
    name="tierings_due",
    version=3,
    row=Row,
    key=("currency",),
    keys=keys,
    evolve=evolve,
    perform=perform,
)
