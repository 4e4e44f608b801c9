"""A complaint: clocks to respond, to be on site, to resolve; work; call-back. Stream ``complaint-{complaint_id}``.

Source: domain/customer.md, "Complaints and service": open → acknowledged → in progress → resolved → called back the
next day → closed, reopen allowed; a warning at 80 % and a breach at 100 % of each clock, at their exact instants.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    ClockDue,
    ComplaintAcknowledged,
    ComplaintAssigned,
    ComplaintCalledBack,
    ComplaintClock,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintClosed,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintWorkStarted,
    FollowUpDue,
)
from customer_svc.complaints.commands import (
    Acknowledge,
    AssignComplaint,
    CallBack,
    ComplaintCommand,
    OpenComplaint,
    Reopen,
    Resolve,
    StartWork,
    TellClock,
    TellFollowUp,
    Trace,
)
from customer_svc.complaints.refusals import (
    ComplaintDiffers,
    ComplaintUnknown,
    IsOver,
    NothingToReopen,
    NotResolved,
    TooEarly,
    TraceOfAnother,
)
from customer_svc.complaints.state import Complaint, evolve
from customer_svc.complaints.working_time import ends_at, opening_after
from customer_svc.policies.complaints import ComplaintPolicy, Promises, Span


def decide(command: ComplaintCommand, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    if isinstance(command, OpenComplaint):
        return _open(command, complaint, policies)
    if complaint.told is None:
        raise ComplaintUnknown(complaint_id=command.complaint_id)
    at = getattr(command, "at", None)
    if at is not None and at < complaint.told.opened_at:
        raise TooEarly(complaint_id=command.complaint_id, opened_at=complaint.told.opened_at, at=at)
    match command:
        case Acknowledge():
            return _acknowledged(command, complaint)
        case AssignComplaint(complaint_id, owner_id):
            if owner_id == complaint.owner_id:
                return []
            _under_way(complaint_id, complaint)
            return [
                ComplaintAssigned(
                    complaint_id=complaint_id,
                    customer_id=complaint.customer_id,
                    owner_id=owner_id,
                    previous=complaint.owner_id,
                )
            ]
        case StartWork():
            return _start(command, complaint)
        case Resolve():
            return _resolve(command, complaint, policies)
        case CallBack():
            return _call_back(command, complaint, policies)
        case Reopen(complaint_id, because, opened_at):
            if complaint.stage not in ("resolved", "closed"):
                raise NothingToReopen(complaint_id=complaint_id, stage=complaint.stage.replace("_", " "))
            return [_reopened(complaint_id, because, opened_at, complaint, policies)]
        case Trace():
            return _trace(command, complaint)
        case TellClock():
            return _tell_clock(command, complaint, policies)
        case TellFollowUp():
            return _tell_follow_up(command, complaint)
        case _:
            assert_never(command)


def _open(command: OpenComplaint, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    told = complaint.told
    if told is not None:
        same = (told.customer_id, told.topic, told.severity, told.description)
        if same != (command.customer_id, command.topic, command.severity, command.description):
            raise ComplaintDiffers(complaint_id=command.complaint_id, customer_id=told.customer_id)
        return []
    dated = policies.at(ComplaintPolicy, command.at.date())
    promises: Promises = getattr(dated.document, command.severity)
    return [
        ComplaintOpened(
            complaint_id=command.complaint_id,
            customer_id=command.customer_id,
            topic=command.topic,
            severity=command.severity,
            description=command.description,
            owner_id=command.owner_id or dated.document.owner_of_last_resort,
            opened_at=command.at,
            clocks=_clocks(promises, dated.document, command.at),
            order_id=command.order_id,
            item_id=command.item_id,
            policy_version=dated.version,
        )
    ]


def _clocks(promises: Promises, policy: ComplaintPolicy, start: datetime) -> tuple[ClockDue, ...]:
    spans: tuple[tuple[ComplaintClock, Span | None], ...] = (
        ("respond", promises.respond),
        ("on_site", promises.on_site),
        ("resolve", promises.resolve),
    )
    return tuple(
        ClockDue(
            clock=name,
            warn_at=ends_at(start, span, policy.calendar, policy.warn_at_percent),
            due_at=ends_at(start, span, policy.calendar),
        )
        for name, span in spans
        if span is not None
    )


def _acknowledged(command: Acknowledge | StartWork | Resolve, complaint: Complaint) -> list[Event]:
    """Whoever works for the customer has answered it."""
    if complaint.stage != "open":
        return []
    return [
        ComplaintAcknowledged(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            acknowledged_at=command.at,
            by=command.by,
        )
    ]


def _start(command: StartWork, complaint: Complaint) -> Sequence[Event]:
    _under_way(command.complaint_id, complaint)
    if complaint.stage == "in_progress" and not (command.on_site and "on_site" in complaint.clocks):
        return []
    started = ComplaintWorkStarted(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        started_at=command.at,
        on_site=command.on_site,
        by=command.by,
    )
    return [*_acknowledged(command, complaint), started]


def _resolve(command: Resolve, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    if complaint.stage == "resolved":
        return []
    _under_way(command.complaint_id, complaint)
    policy = policies.at(ComplaintPolicy, command.at.date()).document
    resolved = ComplaintResolved(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        owner_id=complaint.owner_id,
        resolved_at=command.at,
        solution=command.solution,
        call_back_at=opening_after(command.at, policy.call_back_after_days, policy.calendar),
    )
    return [*_acknowledged(command, complaint), resolved]


def _call_back(command: CallBack, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    complaint_id = command.complaint_id
    if complaint.stage == "closed" and command.satisfied:
        return []
    if complaint.stage != "resolved":
        raise NotResolved(complaint_id=complaint_id, stage=complaint.stage.replace("_", " "))
    called = ComplaintCalledBack(
        complaint_id=complaint_id,
        customer_id=complaint.customer_id,
        called_at=command.at,
        satisfied=command.satisfied,
        by=command.by,
    )
    if command.satisfied:
        closed = ComplaintClosed(complaint_id=complaint_id, customer_id=complaint.customer_id, closed_at=command.at)
        return [called, closed]
    return [called, _reopened(complaint_id, command.because, command.at, complaint, policies)]


def _reopened(
    complaint_id: str, because: str, at: datetime, complaint: Complaint, policies: PolicyBook
) -> ComplaintReopened:
    dated = policies.at(ComplaintPolicy, at.date())
    promises: Promises = getattr(dated.document, complaint.severity)
    again = (clock for clock in _clocks(promises, dated.document, at) if clock.clock == "resolve")
    return ComplaintReopened(
        complaint_id=complaint_id,
        customer_id=complaint.customer_id,
        owner_id=complaint.owner_id,
        reopened_at=at,
        because=because,
        times=complaint.times + 1,
        clocks=tuple(again),
        policy_version=dated.version,
    )


def _trace(command: Trace, complaint: Complaint) -> Sequence[Event]:
    fact = command.fact
    if fact.customer_id != complaint.customer_id:
        raise TraceOfAnother(complaint_id=fact.complaint_id, customer_id=complaint.customer_id, told=fact.customer_id)
    return [] if (fact.supplier_id, fact.item_id, fact.lot_id) in complaint.traces else [fact]


def _tell_clock(command: TellClock, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    running = complaint.clocks.get(command.clock)
    if running is None or running.due_at != command.due_at:
        return []
    if running.breached or (running.warned and not command.breached):
        return []
    kind = ComplaintClockBreached if command.breached else ComplaintClockWarned
    return [
        kind(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=complaint.owner_id,
            clock=command.clock,
            due_at=command.due_at,
            policy_version=policies.at(ComplaintPolicy, command.at.date()).version,
        )
    ]


def _tell_follow_up(command: TellFollowUp, complaint: Complaint) -> Sequence[Event]:
    due = complaint.stage == "resolved" and complaint.call_back_at == command.due_at
    if not due or complaint.call_back_told:
        return []
    return [
        FollowUpDue(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=complaint.owner_id,
            due_at=command.due_at,
        )
    ]


def _under_way(complaint_id: str, complaint: Complaint) -> None:
    if complaint.stage in ("resolved", "closed"):
        raise IsOver(complaint_id=complaint_id, stage=complaint.stage)


DECIDER = Decider(
    category="complaint",
    commands=(
        OpenComplaint,
        Acknowledge,
        AssignComplaint,
        StartWork,
        Resolve,
        CallBack,
        Reopen,
        Trace,
        TellClock,
        TellFollowUp,
    ),
    stream_id=lambda command: command.complaint_id,
    initial=Complaint(),
    evolve=evolve,
    decide=decide,
)
