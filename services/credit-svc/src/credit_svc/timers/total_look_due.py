"""To-do list: when all accounts are added up again for the total limit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.business_calendar import days_by_region
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.credit import TotalLimitClaimSettled, TotalLimitMeasured, TotalLimitSet, TotalRoomAwaited
from credit_svc.read_models.total_use import amounts_of, uses, uses_of
from credit_svc.total_limit import ALL
from credit_svc.total_limit.rooms import MeasureTotal

NOT_BEFORE = timedelta(minutes=1)
"""After the last time, however many orders find no room."""


@dataclass(frozen=True)
class Row:
    total: str
    due_at: datetime
    measurements: int
    measured_at: datetime | None
    correlation_id: str
    causation_id: str


Handled = TotalLimitSet | TotalLimitMeasured | TotalRoomAwaited | TotalLimitClaimSettled


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(ALL,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    now = envelope.occurred_at
    if row is None:
        return None if not isinstance(event, TotalLimitSet) else _due(None, now, envelope)
    match event:
        case TotalLimitSet():
            return _due(row, _at_once(row, now), envelope)
        case TotalLimitMeasured(look_again_minutes=minutes):
            again = _due(row, now + timedelta(minutes=minutes), envelope)
            return replace(again, measurements=row.measurements + 1, measured_at=now)
        case TotalRoomAwaited():
            at = now if row.measured_at is None else max(_at_once(row, now), row.measured_at + NOT_BEFORE)
            return row if row.due_at <= at else _due(row, at, envelope)
        case TotalLimitClaimSettled(frees=frees):
            return _due(row, _at_once(row, now), envelope) if frees and row.due_at > now else row


def _at_once(row: Row, now: datetime) -> datetime:
    """Another instant each time: what was due at one is not due again at the same one."""
    return now - timedelta(microseconds=row.measurements)


def _due(row: Row | None, at: datetime, envelope: Envelope) -> Row:
    number, measured_at = (0, None) if row is None else (row.measurements, row.measured_at)
    return Row(ALL, at, number, measured_at, envelope.correlation_id, envelope.id)


async def perform(rows: Sequence[Row], context: TimerContext) -> Sequence[DueCommand]:
    found = await context.rows(uses(context.today, days_by_region(context.now, context.policies)))
    had = found[0] if found else {"had_claims": [], "had_orders": []}
    amounts = amounts_of(uses_of(found, context.policies))
    return [
        DueCommand.by(
            row,
            MeasureTotal(amounts, tuple(had["had_claims"]), tuple(had["had_orders"]), row.measurements, context.today),
        )
        for row in rows
    ]


TODO = TodoList(name="total_to_measure", version=1, row=Row, key=("total",), keys=keys, evolve=evolve, perform=perform)
