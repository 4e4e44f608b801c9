"""The call back to a customer after its complaint was resolved, and what follows from it. Pure.

Rule: resolved → called back the next day → closed, reopen allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.business_calendar import day_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import ComplaintCalledBack, ComplaintClosed, ComplaintReopened, FollowUpDue
from customer_svc.complaints.clocks import clocks_of
from customer_svc.complaints.state import Complaint
from customer_svc.policies.complaints import ComplaintPolicy


@dataclass(frozen=True, slots=True)
class CallBack:
    """What the customer answered the day after; ``because`` is why it is not satisfied."""

    complaint_id: str
    satisfied: bool
    because: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Reopen:
    complaint_id: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportFollowUp:
    complaint_id: str
    due_at: datetime


class NotResolved(Refusal):
    """Complaint {complaint_id} is {stage}; the customer is called back when it is resolved."""


class NothingToReopen(Refusal):
    """Complaint {complaint_id} is {stage}, so there is nothing to reopen."""


def call_back(command: CallBack, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
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


def reopen(command: Reopen, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    if complaint.stage not in ("resolved", "closed"):
        raise NothingToReopen(complaint_id=command.complaint_id, stage=complaint.stage.replace("_", " "))
    return [_reopened(command.complaint_id, command.because, command.at, complaint, policies)]


def _reopened(
    complaint_id: str, because: str, at: datetime, complaint: Complaint, policies: PolicyBook
) -> ComplaintReopened:
    dated = policies.at(ComplaintPolicy, day_of(at, policies))
    again = (clock for clock in clocks_of(complaint.severity, dated.document, at) if clock.clock == "resolve")
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


def report_follow_up(command: ReportFollowUp, complaint: Complaint) -> Sequence[Event]:
    due = complaint.stage == "resolved" and complaint.call_back_at == command.due_at
    if not due or complaint.call_back_reported:
        return []
    return [
        FollowUpDue(
            complaint_id=command.complaint_id,
            customer_id=complaint.customer_id,
            owner_id=complaint.owner_id,
            due_at=command.due_at,
        )
    ]
