"""The days that people and other systems give must be plausible, so that a slip of the pen is sent back and not pursued.

What timers name are days of our own, and what was admitted once stays admitted: a log may hold days that no longer are.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chassis.business_calendar import require_plausible, require_plausible_days
from chassis.policies import PolicyBook
from credit_svc.account.awards import RecordAward, ReviewAward
from credit_svc.account.cases import PauseCase
from credit_svc.account.contacts import RecordContact
from credit_svc.account.files import SetSecurity, SetTerms
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.interest import ChargeInterest
from credit_svc.account.judgments import NoteAppeal, RecordEnforcement, RecordJudgment
from credit_svc.account.limits import ProposeLimit, SetCreditLimit
from credit_svc.account.merges import MergeAccount, SplitAccount
from credit_svc.account.milestones import RecordMilestone
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.overrides import OverrideHold
from credit_svc.account.plan_proposals import ProposePlan
from credit_svc.account.plans import AgreePlan
from credit_svc.account.promises import RecordPromise
from credit_svc.account.receipt_plans import CancelPlan, PlanReceipts
from credit_svc.account.way_answers import AnswerWay

GIVEN: Mapping[type[Any], tuple[str, ...]] = {
    CheckOrder: ("ordered_on",),
    SetCreditLimit: ("valid_from",),
    ProposeLimit: ("valid_from", "ends_on"),
    IncreaseLimitTemporarily: ("valid_from", "ends_on"),
    SetTerms: ("valid_from",),
    SetSecurity: ("valid_from", "ends_on"),
    OverrideHold: ("ends_on",),
    PauseCase: ("until",),
    RecordPromise: ("promised_on",),
    AnswerWay: ("until",),
    RecordContact: ("contacted_on", "promised_on"),
    ChargeInterest: ("until",),
    RecordAward: ("made_on", "received_on", "perform_by"),
    ReviewAward: ("decided_on",),
    RecordJudgment: ("made_on", "served_on", "perform_by"),
    NoteAppeal: ("noted_on",),
    RecordEnforcement: ("enforced_on",),
    RecordMilestone: ("reached_on", "hearing_on"),
}
"""The days of commands that hold no fact, by the names that a request has for them."""


def require_given_days(command: Any, policies: PolicyBook) -> None:
    """Raises DayImplausible."""
    if hasattr(command, "fact"):
        require_plausible_days(policies, command.fact)
    for field, day in _days_of(command):
        require_plausible(policies, field, day)


def _days_of(command: Any) -> list[tuple[str, date | None]]:
    match command:
        case ReleaseOrder(cause=cause, on=on):
            return [(f"{cause}_on", on)]
        case MergeAccount(on=on):
            return [("merged_on", on)]
        case SplitAccount(on=on):
            return [("split_on", on)]
        case PlanReceipts(on=on, instalments=instalments, is_change=is_change):
            return [
                ("changed_on" if is_change else "signed_on", on),
                *(("due_on", each.due_on) for each in instalments),
            ]
        case CancelPlan(on=on):
            return [("cancelled_on", on)]
        case AgreePlan() | ProposePlan() | RecordAward() | RecordJudgment():
            return [*_named(command), *(("due_on", each.due_on) for each in command.instalments)]
        case _:
            return _named(command)


def _named(command: Any) -> list[tuple[str, date | None]]:
    return [(field, getattr(command, field)) for field in GIVEN.get(type(command), ())]
