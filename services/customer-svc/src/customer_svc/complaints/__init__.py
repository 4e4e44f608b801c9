"""A complaint: clocks to respond, to be on site, to resolve; work; call-back. Stream ``complaint-{complaint_id}``.

Rule: open → acknowledged → in progress → resolved → called back the
next day → closed, reopen allowed; a warning at 80 % and a breach at 100 % of each clock, at their exact instants.
"""

from collections.abc import Sequence
from typing import assert_never, get_args

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from customer_svc.complaints import causes
from customer_svc.complaints.call_back import CallBack, Reopen, ReportFollowUp, call_back, reopen, report_follow_up
from customer_svc.complaints.causes import CauseCommand, EndAction, FollowAction, HandOver, TakeAnswer, WithdrawTrace
from customer_svc.complaints.clocks import ReportClock, report_clock
from customer_svc.complaints.complaint import ComplaintUnknown, OpenComplaint, TooEarly, Trace, open_, trace
from customer_svc.complaints.state import Complaint, evolve
from customer_svc.complaints.work import (
    Acknowledge,
    AssignComplaint,
    Resolve,
    StartWork,
    acknowledge,
    assign,
    resolve,
    start_work,
)

DATED = (Acknowledge, StartWork, Resolve, CallBack, Reopen, ReportClock)
"""The commands of an instant ``at``, which is not before the complaint was opened."""

ComplaintCommand = (
    OpenComplaint
    | Acknowledge
    | AssignComplaint
    | StartWork
    | Resolve
    | CallBack
    | Reopen
    | Trace
    | ReportClock
    | ReportFollowUp
    | CauseCommand
)


def decide(command: ComplaintCommand, complaint: Complaint, policies: PolicyBook) -> Sequence[Event]:
    if isinstance(command, OpenComplaint):
        return open_(command, complaint, policies)
    if complaint.opened is None:
        raise ComplaintUnknown(complaint_id=command.complaint_id)
    if isinstance(command, DATED) and command.at < complaint.opened.opened_at:
        raise TooEarly(complaint_id=command.complaint_id, opened_at=complaint.opened.opened_at, at=command.at)
    match command:
        case Acknowledge():
            return acknowledge(command, complaint)
        case AssignComplaint():
            return assign(command, complaint)
        case StartWork():
            return start_work(command, complaint)
        case Resolve():
            return resolve(command, complaint, policies)
        case CallBack():
            return call_back(command, complaint, policies)
        case Reopen():
            return reopen(command, complaint, policies)
        case Trace():
            return trace(command, complaint)
        case ReportClock():
            return report_clock(command, complaint, policies)
        case ReportFollowUp():
            return report_follow_up(command, complaint)
        case FollowAction() | EndAction() | WithdrawTrace() | HandOver() | TakeAnswer():
            return causes.decide(command, complaint)
        case _:
            assert_never(command)


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
        ReportClock,
        ReportFollowUp,
        *get_args(CauseCommand),
    ),
    stream_id=lambda command: command.complaint_id,
    initial=Complaint(),
    evolve=evolve,
    decide=decide,
)
