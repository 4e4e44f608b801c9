"""Tierings due: the timer of the runs, one row per currency.

The row stays due from the start of a run to its completion and remembers what the start fixed, so that an interrupted
run is taken up again where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from chassis.read_models import Caused, Desk, Key, TodoList
from contracts import Envelope
from contracts.customer import TieringCompleted, TieringScheduled, TieringStarted
from customer_svc.months import due_after, window_start
from customer_svc.policies import TieringPolicy, tiering_policy
from customer_svc.read_models import orders
from customer_svc.read_models.tierings import cut_points_of
from customer_svc.tiering_run import Run, commands_of
from customer_svc.value import CustomerValue

TieringEvent = TieringScheduled | TieringStarted | TieringCompleted


@dataclass(frozen=True)
class TieringDueRow:
    """``cut_points`` and ``policy_version`` are set once the run has started."""

    currency: str
    as_of: date
    due_at: datetime
    cut_points: list[dict[str, Any]] | None = None
    policy_version: int | None = None


def keys(event: TieringEvent, _: Envelope) -> list[Key]:
    return [(event.currency,)]


def evolve(_: Key, row: TieringDueRow | None, event: TieringEvent, __: Envelope) -> TieringDueRow | None:
    match event:
        case TieringScheduled():
            return TieringDueRow(event.currency, event.as_of, due_after(event.as_of))
        case TieringStarted():
            cuts = [cut.model_dump(mode="json") for cut in event.cut_points]
            return row and replace(row, cut_points=cuts, policy_version=event.policy_version)
        case TieringCompleted():
            return None


async def perform(rows: Sequence[TieringDueRow], desk: Desk) -> list[Caused]:
    """Rank the population of each currency that is due."""
    return [Caused.by(row, command) for row in rows for command in await _run(row, desk)]


async def _run(row: TieringDueRow, desk: Desk) -> Sequence[Any]:
    version = row.policy_version or desk.policies.at(TieringPolicy, row.as_of).version
    policy = tiering_policy(desk.policies, version)
    since = window_start(row.as_of, policy.window_months)
    found = await desk.rows(orders.population(row.currency, since, row.as_of, policy.min_orders))
    run = Run(row.currency, row.as_of, None if row.cut_points is None else cut_points_of(row.cut_points))
    return commands_of(run, (CustomerValue(**value) for value in found), policy.shares, version)


MODEL = TodoList(
    name="tierings_due",
    version=1,
    row=TieringDueRow,
    key=("currency",),
    handles=(TieringScheduled, TieringStarted, TieringCompleted),
    keys=keys,
    evolve=evolve,
    indexes=(("due_at",),),
    perform=perform,
)
