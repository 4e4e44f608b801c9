"""Work on a complaint: acknowledged, assigned, begun, resolved. Pure.

Rule: open → acknowledged → in progress → resolved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.business_calendar import day_of
from chassis.differences import difference
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import ComplaintAcknowledged, ComplaintAssigned, ComplaintResolved, ComplaintWorkStarted
from customer_svc.complaints.state import Complaint
from customer_svc.complaints.working_time import opening_after
from customer_svc.policies.complaints import ComplaintPolicy


@dataclass(frozen=True, slots=True)
class Acknowledge:
    complaint_id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AssignComplaint:
    complaint_id: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class StartWork:
    complaint_id: str
    on_site: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Resolve:
    complaint_id: str
    solution: str
    at: datetime
    by: str


class ResolvedOtherwise(Refusal):
    """Complaint {complaint_id} is resolved already, with {difference}; reopen it before you resolve it otherwise."""


class IsOver(Refusal):
    """Complaint {complaint_id} is {stage}; reopen it before you record more work on it."""


def acknowledge(command: Acknowledge | StartWork | Resolve, complaint: Complaint) -> list[Event]:
    """The first work on a complaint acknowledges it too: whoever works for the customer has answered it."""
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


def assign(command: AssignComplaint, complaint: Complaint) -> Sequence[Event]:
    if command.owner_id == complaint.owner_id:
        return []
    _refuse_over(command.complaint_id, complaint)
    return [
        ComplaintAssigned(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=command.owner_id,
            previous=complaint.owner_id,
        )
    ]


def start_work(command: StartWork, complaint: Complaint) -> Sequence[Event]:
    _refuse_over(command.complaint_id, complaint)
    if complaint.stage == "in_progress" and not (command.on_site and "on_site" in complaint.clocks):
        return []
    started = ComplaintWorkStarted(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        started_at=command.at,
        on_site=command.on_site,
        by=command.by,
    )
    return [*acknowledge(command, complaint), started]


def resolve(command: Resolve, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    if complaint.stage == "resolved":
        if differs := difference({"solution": command.solution}, {"solution": complaint.solution}):
            raise ResolvedOtherwise(complaint_id=command.complaint_id, difference=differs)
        return []
    _refuse_over(command.complaint_id, complaint)
    policy = policies.at(ComplaintPolicy, day_of(command.at, policies)).document
    resolved = ComplaintResolved(
        complaint_id=command.complaint_id,
        customer_id=complaint.customer_id,
        owner_id=complaint.owner_id,
        resolved_at=command.at,
        solution=command.solution,
        call_back_at=opening_after(command.at, policy.call_back_after_days, policy.calendar),
    )
    return [*acknowledge(command, complaint), resolved]


def _refuse_over(complaint_id: str, complaint: Complaint) -> None:
    if complaint.stage in ("resolved", "closed"):
        raise IsOver(complaint_id=complaint_id, stage=complaint.stage)
