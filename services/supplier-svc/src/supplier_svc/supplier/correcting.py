"""Corrective actions (8D): what opens them, their steps, being overdue, and their end."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, assert_never

from chassis.domain import Refusal
from contracts.supplier import (
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    Discipline,
    DisciplineDue,
)
from supplier_svc.period import Period
from supplier_svc.policies import DISCIPLINES, CorrectiveActions
from supplier_svc.supplier import claiming
from supplier_svc.supplier.state.corrective import Action
from supplier_svc.supplier.story import Story


@dataclass(frozen=True, slots=True)
class OpenCorrectiveAction:
    """Open one by hand."""

    supplier_id: str
    action_id: str
    reference: str
    says: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class CompleteStep:
    supplier_id: str
    action_id: str
    step: Discipline
    done_on: date
    done_by: str
    evidence: str


@dataclass(frozen=True, slots=True)
class EscalateStep:
    """The next level of a step that is not done on its day."""

    supplier_id: str
    action_id: str
    step: Discipline
    level: int


@dataclass(frozen=True, slots=True)
class WithdrawCorrectiveAction:
    supplier_id: str
    action_id: str
    withdrawn_on: date
    because: str


Command = OpenCorrectiveAction | CompleteStep | EscalateStep | WithdrawCorrectiveAction


class ActionUnknown(Refusal):
    """Supplier {supplier_id} has no open corrective action {action_id}."""

    status = 404


class ActionExists(Refusal):
    """Supplier {supplier_id} has a corrective action {action_id} already; choose another id."""


class StepOutOfOrder(Refusal):
    """The next step of corrective action {action_id} is {expected}, not {step}: each builds on the one before."""


class StepBeforeOpening(Refusal):
    """Corrective action {action_id} was opened on {opened_on}; nothing of it can have been done on {done_on}."""

    status = 422


def decide(command: Command, story: Story) -> None:
    match command:
        case OpenCorrectiveAction():
            if command.action_id in story.supplier.actions.by_id:
                raise ActionExists(supplier_id=command.supplier_id, action_id=command.action_id)
            _open(story, command.action_id, "by_hand", command.reference, command.opened_on, command.says)
        case CompleteStep():
            _complete(command, story)
        case EscalateStep():
            _escalate(command, story)
        case WithdrawCorrectiveAction():
            _action(story, command.action_id)
            _close(story, command.action_id, "withdrawn", command.withdrawn_on, command.because)
        case _:
            assert_never(command)


def _complete(command: CompleteStep, story: Story) -> None:
    action = _action(story, command.action_id)
    step, following = action.left[0], action.left[1:]
    if step.step != command.step:
        if DISCIPLINES.index(command.step) < DISCIPLINES.index(step.step):
            return  # told twice is not done twice
        raise StepOutOfOrder(action_id=command.action_id, expected=step.step, step=command.step)
    if command.done_on < action.opened_on:
        raise StepBeforeOpening(action_id=command.action_id, opened_on=action.opened_on, done_on=command.done_on)
    story.tell(
        CorrectiveActionStepDone(
            supplier_id=command.supplier_id,
            action_id=command.action_id,
            step=command.step,
            done_on=command.done_on,
            done_by=command.done_by,
            evidence=command.evidence,
            next_step=following[0].step if following else None,
            next_due_on=following[0].due_on if following else None,
        )
    )
    if not following:
        _close(story, command.action_id, "done", command.done_on, "All eight steps are done.")


def _escalate(command: EscalateStep, story: Story) -> None:
    action = story.supplier.actions.by_id.get(command.action_id)
    if action is None or action.left[0].step != command.step or action.level >= command.level:
        return
    policy = story.policies.at(CorrectiveActions, action.opened_on).document
    due_on = action.left[0].due_on
    told_on = due_on + timedelta(days=1 + (command.level - 1) * policy.escalate_every_days)
    is_last = command.level >= policy.levels_max
    story.tell(
        CorrectiveActionOverdue(
            supplier_id=command.supplier_id,
            action_id=command.action_id,
            step=command.step,
            due_on=due_on,
            level=command.level,
            told_on=told_on,
            next_level_on=None if is_last else told_on + timedelta(days=policy.escalate_every_days),
        )
    )


def after_record(story: Story, nonconformance_id: str) -> None:
    """What a record leads to whose responsibility is as it is now: an action opened or withdrawn, a claim."""
    record = story.supplier.ledger.nonconformance(nonconformance_id)
    assert record is not None
    policy, action_id = story.policies.at(CorrectiveActions, record.found_on), f"CA-{nonconformance_id}"
    if record.responsibility == "supplier" and record.severity in policy.document.opens_on_severities:
        says = f"{nonconformance_id} is {record.severity}."
        if action_id not in story.supplier.actions.by_id:
            _open(story, action_id, "nonconformance", nonconformance_id, record.found_on, says)
    elif story.supplier.actions.by_id.get(action_id) is not None:
        because = f"The supplier does not answer for {nonconformance_id}."
        _close(story, action_id, "withdrawn", record.found_on, because)
    claiming.after_record(story, nonconformance_id, record)


def after_grading(story: Story, period: Period) -> None:
    """A poor grade opens an action; one that was restated to a better grade withdraws it."""
    grade, action_id = story.supplier.gradings.grade_in_force(period), f"CA-{story.supplier_id}-{period}"
    policy = story.policies.at(CorrectiveActions, period.ends_on).document
    if grade in policy.opens_on_grades:
        if action_id not in story.supplier.actions.by_id:
            _open(story, action_id, "grade", str(period), period.due_on, f"{period} was graded {grade}.")
    elif story.supplier.actions.by_id.get(action_id) is not None:
        _close(story, action_id, "withdrawn", period.due_on, f"{period} was restated to {grade}.")


def _open(
    story: Story,
    action_id: str,
    cause: Literal["nonconformance", "grade", "by_hand"],
    reference: str,
    on: date,
    says: str,
) -> None:
    policy = story.policies.at(CorrectiveActions, on)
    story.tell(
        CorrectiveActionOpened(
            supplier_id=story.supplier_id,
            action_id=action_id,
            cause=cause,
            reference=reference,
            says=says,
            opened_on=on,
            steps=tuple(
                DisciplineDue(step=step, due_on=on + timedelta(days=policy.document.days_to(step)))
                for step in DISCIPLINES
            ),
            policy_version=policy.version,
        )
    )


def _close(story: Story, action_id: str, outcome: Literal["done", "withdrawn"], on: date, because: str) -> None:
    story.tell(
        CorrectiveActionClosed(
            supplier_id=story.supplier_id, action_id=action_id, outcome=outcome, closed_on=on, because=because
        )
    )


def _action(story: Story, action_id: str) -> Action:
    action = story.supplier.actions.by_id.get(action_id)
    if action is None:
        raise ActionUnknown(supplier_id=story.supplier_id, action_id=action_id)
    return action
