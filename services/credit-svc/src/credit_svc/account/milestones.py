"""What happens in a case between its stages: terms of the law begin and end with it."""

from dataclasses import dataclass
from datetime import date

from chassis.domain import Refusal
from contracts.credit import CaseMilestoneRecorded, ClockName, Milestone, Procedure, Route
from credit_svc.account.clocks import Occasion, note
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import require_case
from credit_svc.account.verdicts import stage_of
from credit_svc.collection.case import Case

EXTENDED: ClockName = "trial_ordinary"
BOTH: tuple[Route, ...] = ("arbitration", "litigation")


@dataclass(frozen=True, slots=True)
class RecordMilestone:
    """``procedure``: how an accepted suit is tried. ``hearing_on``: the day of a hearing that is set."""

    case_id: str
    customer_id: str
    milestone: Milestone
    reached_on: date
    procedure: Procedure | None
    hearing_on: date | None
    note: str
    by: str
    on: date


class MilestoneOfAnotherWay(Refusal):
    """Case {case_id} is at {stage}; nothing is {milestone} there."""


class HearingDayNeeded(Refusal):
    """Say on which day the hearing is, the day on which it is set or a later one."""

    status = 422


class TrialExtendedOnce(Refusal):
    """The trial of case {case_id} was extended once already."""


class NoTrialToExtend(Refusal):
    """Case {case_id} has no ordinary trial that could be extended."""


class NothingAppealed(Refusal):
    """Nobody appealed a judgment of case {case_id}; no second instance can accept it."""


def _record(decision: AccountDecision, command: RecordMilestone) -> None:
    case, legal, what = require_case(decision, command.case_id), decision.state.legal, command.milestone
    _require_way(case, command)
    known = legal.milestones.get(what)
    again = (command.reached_on, command.procedure, command.hearing_on)
    if known is not None and (known.reached_on, known.procedure, known.hearing_on) == again:
        return
    begins_on = command.reached_on
    if what == "hearing_set" and (command.hearing_on is None or command.hearing_on < command.reached_on):
        raise HearingDayNeeded()
    if what == "trial_extended":
        if known is not None:
            raise TrialExtendedOnce(case_id=case.case_id)
        if EXTENDED not in legal.clocks:
            raise NoTrialToExtend(case_id=case.case_id)
        begins_on = legal.clocks[EXTENDED].ends_on
    if command.procedure == "second_instance" and not any(
        each.judgment_id in legal.appeals for each in legal.judgments_of(case.case_id)
    ):
        raise NothingAppealed(case_id=case.case_id)
    assert case.way is not None
    decision.emit(
        CaseMilestoneRecorded(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.way,
            milestone=what,
            reached_on=command.reached_on,
            procedure=command.procedure,
            hearing_on=command.hearing_on,
            note=command.note,
            recorded_by=command.by,
        )
    )
    procedure = command.procedure or "ordinary"
    occasion = Occasion(what, begins_on, command.on, procedure=procedure, hearing_on=command.hearing_on)
    note(decision, case, occasion)


def _require_way(case: Case, command: RecordMilestone) -> None:
    """Raises MilestoneOfAnotherWay."""
    ways: tuple[Route, ...] = ("litigation",)
    if command.milestone == "accepted":
        ways = BOTH
    elif command.milestone == "set_aside_requested":
        ways = ("arbitration",)
    if case.way not in ways:
        what = command.milestone.replace("_", " ")
        raise MilestoneOfAnotherWay(case_id=case.case_id, stage=stage_of(case), milestone=what)


DECIDE: Handlers = {RecordMilestone: _record}
