"""Where a complaint stands, folded from the events of stream ``complaint-{complaint_id}``. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from immutables import Map

from contracts import Event
from contracts.customer import (
    ClockDue,
    ComplaintAcknowledged,
    ComplaintAssigned,
    ComplaintClock,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintClosed,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintSeverity,
    ComplaintTopic,
    ComplaintTraced,
    ComplaintWorkStarted,
    FollowUpDue,
)
from customer_svc.complaints import cause_state
from customer_svc.complaints.cause_state import Causes

Status = Literal["open", "acknowledged", "in_progress", "resolved", "closed"]
Stage = Literal["unknown", Status]


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that has not stopped; whether it has warned, and whether it is breached."""

    warn_at: datetime
    due_at: datetime
    warned: bool = False
    breached: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """``clocks`` are those that run; ``opened``, ``solution`` and ``traces`` (by supplier, item and lot) recognise a repeat."""

    stage: Stage = "unknown"
    opened: ComplaintOpened | None = None
    owner_id: str = ""
    clocks: Map[ComplaintClock, Running] = field(default_factory=Map)
    resolved_at: datetime | None = None
    call_back_at: datetime | None = None
    call_back_reported: bool = False
    times: int = 0
    solution: str = ""
    traces: Map[tuple[str, str, str], ComplaintTraced] = field(default_factory=Map)
    causes: Causes = field(default_factory=Causes)

    @property
    def topic(self) -> ComplaintTopic:
        assert self.opened is not None
        return self.opened.topic

    @property
    def severity(self) -> ComplaintSeverity:
        assert self.opened is not None
        return self.opened.severity

    @property
    def customer_id(self) -> str:
        assert self.opened is not None
        return self.opened.customer_id


def evolve(complaint: Complaint, event: Event) -> Complaint:
    match event:
        case ComplaintOpened():
            return Complaint("open", event, event.owner_id, _running(event.clocks))
        case ComplaintAcknowledged():
            stage: Stage = "acknowledged" if complaint.stage == "open" else complaint.stage
            return replace(complaint, stage=stage, clocks=_stopped(complaint, "respond"))
        case ComplaintAssigned():
            return replace(complaint, owner_id=event.owner_id)
        case ComplaintWorkStarted():
            clocks = _stopped(complaint, "on_site") if event.on_site else complaint.clocks
            return replace(complaint, stage="in_progress", clocks=clocks)
        case ComplaintClockWarned():
            return _noted(complaint, event.clock, warned=True)
        case ComplaintClockBreached():
            return _noted(complaint, event.clock, warned=True, breached=True)
        case ComplaintResolved():
            return replace(
                complaint,
                stage="resolved",
                solution=event.solution,
                clocks=Map(),
                resolved_at=event.resolved_at,
                call_back_at=event.call_back_at,
                call_back_reported=False,
            )
        case FollowUpDue():
            return replace(complaint, call_back_reported=True)
        case ComplaintClosed():
            return replace(complaint, stage="closed")
        case ComplaintReopened():
            return replace(complaint, stage="in_progress", clocks=_running(event.clocks), times=event.times)
        case ComplaintTraced():
            lot = (event.supplier_id, event.item_id, event.lot_id)
            return replace(complaint, traces=complaint.traces.set(lot, event))
    causes = cause_state.evolve(complaint.causes, event)
    return complaint if causes is complaint.causes else replace(complaint, causes=causes)


def _running(clocks: tuple[ClockDue, ...]) -> Map[ComplaintClock, Running]:
    return Map({clock.clock: Running(clock.warn_at, clock.due_at) for clock in clocks})


def _stopped(complaint: Complaint, clock: ComplaintClock) -> Map[ComplaintClock, Running]:
    return complaint.clocks.delete(clock) if clock in complaint.clocks else complaint.clocks


def _noted(complaint: Complaint, clock: ComplaintClock, warned: bool, breached: bool = False) -> Complaint:
    running = complaint.clocks.get(clock)
    if running is None:
        return complaint
    noted = replace(running, warned=warned, breached=breached)
    return replace(complaint, clocks=complaint.clocks.set(clock, noted))
