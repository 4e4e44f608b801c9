"""The days that people and other systems give must be plausible, so that a slip of the pen is sent back and counts nowhere.

What timers name are days of our own, and what was admitted once stays admitted: a log may hold days that no longer are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.business_calendar import require_plausible, require_plausible_days
from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from customer_svc.care.retention import FinishTask
from customer_svc.channel.distributor import AuthoriseDistributor, PayRebate
from customer_svc.channel.unit import ScanUnit
from customer_svc.complaints.call_back import CallBack, Reopen
from customer_svc.complaints.causes import HandOver
from customer_svc.complaints.complaint import OpenComplaint
from customer_svc.complaints.work import Acknowledge, Resolve, StartWork
from customer_svc.files.file import ArchiveCustomer, AssignCustomer, ChangeFile, RegisterCustomer, ShareCustomer
from customer_svc.files.identities import MergeCustomers, SplitCustomer
from customer_svc.opportunities.opportunity import ChangeOpportunity, MoveOpportunity, OpenOpportunity
from customer_svc.recalls.holders import NoteGoodsBack
from customer_svc.recalls.lots import PutUnderRecall
from customer_svc.recalls.recall import CloseRecall, OpenRecall
from customer_svc.relationship.key_account import DesignateKeyAccount, RecordVisit, ReleaseKeyAccount
from customer_svc.relationship.nine_box import PlaceInNineBox, ReviewNineBox
from customer_svc.relationship.plans import AgreeJointPlan, MakeDevelopmentPlan, SpendEffort
from customer_svc.relationship.stage import ChangeStage
from customer_svc.tiers.tiering import RequestTiering
from customer_svc.todos import FinishTodo

_ON: Sequence[type[Any]] = (
    ChangeStage, AgreeJointPlan, MakeDevelopmentPlan, PlaceInNineBox, DesignateKeyAccount, ReleaseKeyAccount, RecordVisit, SpendEffort,
)  # fmt: skip
_AT: Sequence[type[Any]] = (OpenComplaint, Acknowledge, StartWork, Resolve, CallBack, Reopen)

GIVEN: Mapping[type[Any], Mapping[str, str]] = {
    RegisterCustomer: {"on": "registered_on"},
    ChangeFile: {"on": "changed_on"},
    AssignCustomer: {"on": "assigned_on"},
    ShareCustomer: {"on": "shared_on"},
    ArchiveCustomer: {"on": "archived_on"},
    MergeCustomers: {"merged_on": "merged_on"},
    SplitCustomer: {"split_on": "split_on"},
    **{each: {"on": "on"} for each in _ON},
    FinishTask: {"on": "done_on"},
    FinishTodo: {"on": "done_on"},
    **{each: {"at": "at"} for each in _AT},
    HandOver: {"on": "on", "due_on": "due_on"},
    AuthoriseDistributor: {"on": "authorised_on"},
    PayRebate: {"on": "paid_on"},
    ScanUnit: {"on": "scanned_on"},
    OpenOpportunity: {"on": "on", "expected_on": "expected_on"},
    MoveOpportunity: {"on": "on"},
    ChangeOpportunity: {"on": "on", "expected_on": "expected_on"},
    RequestTiering: {"as_of": "as_of"},
    OpenRecall: {"opened_on": "opened_on", "due_on": "due_on"},
    PutUnderRecall: {"since": "since", "marked_on": "opened_on"},
    NoteGoodsBack: {"on": "on"},
    CloseRecall: {"closed_on": "closed_on"},
}
"""The days of commands that hold no fact, each with the name that a request has for it."""


def require_given_days(command: Any, policies: PolicyBook) -> None:
    """Raises DayImplausible."""
    if isinstance(command, ReviewNineBox):
        command = command.placement
    if hasattr(command, "fact"):
        require_plausible_days(policies, command.fact)
    for field, name in GIVEN.get(type(command), {}).items():
        require_plausible(policies, name, getattr(command, field))


def admitting(decider: Decider) -> Decider:
    """The decider that decides a command only where the days that it gives are plausible."""

    def decide(command: Any, state: Any, policies: PolicyBook) -> Sequence[Event]:
        require_given_days(command, policies)
        return decider.decide(command, state, policies)

    return replace(decider, decide=decide)
