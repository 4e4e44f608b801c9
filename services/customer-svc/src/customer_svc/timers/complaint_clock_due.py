"""Complaint clocks due: one row for each warning and each end of a clock that runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import (
    ComplaintAcknowledged,
    ComplaintClock,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintWorkStarted,
)
from customer_svc.complaints.clocks import ReportClock

Handled = (
    ComplaintOpened
    | ComplaintReopened
    | ComplaintAcknowledged
    | ComplaintWorkStarted
    | ComplaintClockWarned
    | ComplaintClockBreached
    | ComplaintResolved
)
CLOCKS: tuple[ComplaintClock, ...] = get_args(ComplaintClock)


@dataclass(frozen=True)
class Row:
    """``mark`` is warned (80 % of the time) or breached (all of it); ``ends_at`` is when the promise is broken."""

    complaint_id: str
    clock: str
    mark: str
    due_at: datetime
    ends_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    match event:
        case ComplaintOpened() | ComplaintReopened():
            clocks: tuple[str, ...] = tuple(clock.clock for clock in event.clocks)
        case ComplaintAcknowledged():
            clocks = ("respond",)
        case ComplaintWorkStarted():
            clocks = ("on_site",) if event.on_site else ()
        case ComplaintClockWarned():
            return [(event.complaint_id, event.clock, "warned")]
        case ComplaintClockBreached():
            clocks = (event.clock,)
        case ComplaintResolved():
            clocks = CLOCKS
    return [(event.complaint_id, clock, mark) for clock in clocks for mark in ("warned", "breached")]


def evolve(key: Key, _: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if not isinstance(event, ComplaintOpened | ComplaintReopened):
        return None
    complaint_id, name, mark = key
    clock = next(clock for clock in event.clocks if clock.clock == name)
    at = clock.warn_at if mark == "warned" else clock.due_at
    return Row(complaint_id, name, mark, at, clock.due_at, envelope.correlation_id, envelope.id)


def command(row: Row) -> ReportClock:
    clock = cast(ComplaintClock, row.clock)
    return ReportClock(row.complaint_id, clock, row.ends_at, row.mark == "breached", row.due_at)


TODO = TodoList(
    name="complaint_clocks_due",
    version=1,
    row=Row,
    key=("complaint_id", "clock", "mark"),
    keys=keys,
    evolve=evolve,
    command=command,
)
