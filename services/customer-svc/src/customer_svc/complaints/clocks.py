"""The clocks of a complaint: to respond, to be on site, to resolve; and the notices that they give. Pure.

Rule: a warning at 80 % and a breach at 100 % of each clock, at their exact
instants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    ClockDue,
    ComplaintClock,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintSeverity,
)
from customer_svc.complaints.state import Complaint
from customer_svc.complaints.working_time import ends_at
from customer_svc.policies.complaints import ComplaintPolicy, Promises, Span


@dataclass(frozen=True, slots=True)
class ReportClock:
    """The timer: a clock has come to its warning or its end, if it still runs to ``due_at``."""

    complaint_id: str
    clock: ComplaintClock
    due_at: datetime
    breached: bool
    at: datetime


def clocks_of(severity: ComplaintSeverity, policy: ComplaintPolicy, start: datetime) -> tuple[ClockDue, ...]:
    """The clocks that a complaint of a severity starts."""
    promises: Promises = getattr(policy, severity)
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


def report_clock(command: ReportClock, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
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
            policy_version=policies.at(ComplaintPolicy, day_of(command.at, policies)).version,
        )
    ]
