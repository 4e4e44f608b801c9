"""The to-do list of claims that wait for an answer: the day after the last one on which the supplier may contest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.supplier import ClaimRaised, ClaimSettled, ObjectionDecided, ObjectionRaised
from supplier_svc.supplier.claim_answers import SettleUnanswered

Handled = ClaimRaised | ClaimSettled | ObjectionRaised | ObjectionDecided


@dataclass(frozen=True)
class Row:
    """The claims for a nonconformance, each with its last day, and the objections to it that are open.

    Due on the day after the first of these days. While an objection is open nothing is due; the days go on when the last one is
    decided, so each claim has as many days to answer as it had, and none ends before the decision.
    """

    supplier_id: str
    nonconformance_id: str
    last_days: dict[str, str] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)
    stopped_on: date | None = None
    due_on: date | None = None


def last_day(event: ClaimRaised, around: Envelope) -> date | None:
    """The day by which the claim is answered; where it was recorded later than it is dated, as many days from then on."""
    if event.answer_by is None:
        return None
    return max(event.answer_by, around.recorded_at.date() + (event.answer_by - event.raised_on))


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case ClaimRaised():
            return [(event.supplier_id, event.nonconformance_id)]
        case ClaimSettled():
            return [] if event.nonconformance_id is None else [(event.supplier_id, event.nonconformance_id)]
        case ObjectionRaised() | ObjectionDecided():
            return [(event.supplier_id, event.record_id)] if event.record_kind == "nonconformance" else []


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    row = row or Row(*key)
    match event:
        case ClaimRaised():
            last = last_day(event, around)
            if last is None:
                return _or_none(row)
            return _due(replace(row, last_days={**row.last_days, event.claim_id: last.isoformat()}))
        case ClaimSettled():
            last_days = {claim_id: day for claim_id, day in row.last_days.items() if claim_id != event.claim_id}
            return _due(replace(row, last_days=last_days))
        case ObjectionRaised():
            stopped_on = row.stopped_on or event.raised_on
            return _due(replace(row, objections=[*row.objections, event.objection_id], stopped_on=stopped_on))
        case ObjectionDecided():
            return _due(_decided(row, event))


def _decided(row: Row, event: ObjectionDecided) -> Row:
    objections = [each for each in row.objections if each != event.objection_id]
    if objections or row.stopped_on is None:
        return replace(row, objections=objections)
    stopped = max(event.decided_on - row.stopped_on, timedelta(0))
    moved = {
        claim_id: max(date.fromisoformat(day) + stopped, event.decided_on).isoformat()
        for claim_id, day in row.last_days.items()
    }
    return replace(row, objections=objections, stopped_on=None, last_days=moved)


def _due(row: Row) -> Row | None:
    first = min(map(date.fromisoformat, row.last_days.values()), default=None)
    return _or_none(replace(row, due_on=None if first is None or row.objections else add_days(first, 1)))


def _or_none(row: Row) -> Row | None:
    return row if row.last_days or row.objections else None


async def settle(rows: Sequence[Row], _: TimerContext) -> Sequence[DueCommand]:
    return [DueCommand.by(row, command) for row in rows for command in commands(row)]


def commands(row: Row) -> Iterable[SettleUnanswered]:
    """The claims of a row whose last day is over."""
    for claim_id, day in row.last_days.items():
        last = date.fromisoformat(day)
        if row.due_on is not None and last < row.due_on:
            yield SettleUnanswered(row.supplier_id, claim_id, last, row.due_on)


TODO = TodoList(
    name="claim_due",
    version=1,
    row=Row,
    key=("supplier_id", "nonconformance_id"),
    keys=keys,
    evolve=evolve,
    perform=settle,
)
