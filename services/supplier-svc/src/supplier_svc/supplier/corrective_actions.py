"""Corrective actions (8D): opened by hand, their steps, being overdue, and their end."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    CauseOrigin,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    CorrectiveActionStepPostponed,
    Discipline,
    DisciplineDue,
)
from supplier_svc.policies.corrective_actions import DISCIPLINES, CorrectiveActions
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import complaints
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.corrective_actions import Action


@dataclass(frozen=True, slots=True)
class OpenCorrectiveAction:
    """Open one by hand."""

    supplier_id: str
    action_id: str
    reference: str
    summary: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """``statement`` is what may be said of it outside, ``cause_origin`` where the cause lies, of the step ``cause``."""

    supplier_id: str
    action_id: str
    step: Discipline
    done_on: date
    done_by: str
    evidence: str
    statement: str = ""
    cause_origin: CauseOrigin | None = None
    accepted_by: str | None = None


@dataclass(frozen=True, slots=True)
class EscalateStep:
    """Escalate a step that was not done by its day to the next level."""

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
    """Corrective action {action_id} was opened on {opened_on}; no step of it can have been done on {done_on}."""

    status = 422


class CauseOfAnotherStep(Refusal):
    """Where the cause lies belongs to the step cause, not to {step}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case OpenCorrectiveAction():
            if command.action_id in decision.state.corrective_actions.by_id:
                raise ActionExists(supplier_id=command.supplier_id, action_id=command.action_id)
            of = complaints.named_by(decision.state, command.reference)
            open_action(
                decision, command.action_id, "by_hand", command.reference, command.opened_on, command.summary, of
            )
        case CompleteStep():
            _complete(command, decision)
        case EscalateStep():
            _escalate(command, decision)
        case WithdrawCorrectiveAction():
            action_of(decision, command.action_id)
            close_action(decision, command.action_id, "withdrawn", command.withdrawn_on, command.because)
        case _:
            assert_never(command)


def _complete(command: CompleteStep, decision: Decision[Supplier]) -> None:
    if command.cause_origin is not None and command.step != "cause":
        raise CauseOfAnotherStep(step=command.step)
    action = action_of(decision, command.action_id)
    step, following = action.left[0], action.left[1:]
    if DISCIPLINES.index(command.step) < DISCIPLINES.index(step.step):
        return  # reported again: it is done already
    check_next(decision, command.action_id, command.step)
    if command.done_on < action.opened_on:
        raise StepBeforeOpening(action_id=command.action_id, opened_on=action.opened_on, done_on=command.done_on)
    decision.emit(
        CorrectiveActionStepDone(
            supplier_id=command.supplier_id,
            action_id=command.action_id,
            step=command.step,
            done_on=command.done_on,
            done_by=command.done_by,
            evidence=command.evidence,
            next_step=following[0].step if following else None,
            next_due_on=following[0].due_on if following else None,
            complaint_ids=complaints.complaints_of(decision.state, action),
            statement=command.statement,
            cause_origin=command.cause_origin,
            accepted_by=command.accepted_by,
        )
    )
    if not following:
        close_action(decision, command.action_id, "done", command.done_on, Sentences.STEPS_DONE())


def _escalate(command: EscalateStep, decision: Decision[Supplier]) -> None:
    action = decision.state.corrective_actions.by_id.get(command.action_id)
    if action is None or action.left[0].step != command.step or action.level >= command.level:
        return
    if _waits_for_us(decision, command.action_id, command.step):
        return
    policy = decision.policy(CorrectiveActions, action.opened_on).document
    due_on = action.left[0].due_on
    escalated_on = add_days(due_on, 1 + (command.level - 1) * policy.escalate_every_days)
    is_last = command.level >= policy.levels_max
    decision.emit(
        CorrectiveActionOverdue(
            supplier_id=command.supplier_id,
            action_id=command.action_id,
            step=command.step,
            due_on=due_on,
            level=command.level,
            escalated_on=escalated_on,
            next_level_on=None if is_last else add_days(escalated_on, policy.escalate_every_days),
        )
    )


def _waits_for_us(decision: Decision[Supplier], action_id: str, step: Discipline) -> bool:
    """Whether the step was handed in and nobody has accepted or returned it yet."""
    submissions = decision.state.submissions
    waiting = submissions.waits("corrective_action_step", action_id)
    return waiting is not None and submissions.by_id[waiting].content.step == step


def check_next(decision: Decision[Supplier], action_id: str, step: Discipline) -> None:
    """Raises ActionUnknown, and StepOutOfOrder where another step is the next one."""
    following = action_of(decision, action_id).left[0].step
    if following != step:
        raise StepOutOfOrder(action_id=action_id, expected=following, step=step)


def postpone(decision: Decision[Supplier], action_id: str, days: int) -> None:
    """The next step is due later, by the days that what was handed in for it waited for us."""
    action = decision.state.corrective_actions.by_id.get(action_id)
    if action is None:
        return
    policy, due_on = (
        decision.policy(CorrectiveActions, action.opened_on).document,
        add_days(action.left[0].due_on, days),
    )
    is_last = action.level >= policy.levels_max
    decision.emit(
        CorrectiveActionStepPostponed(
            supplier_id=decision.id,
            action_id=action_id,
            step=action.left[0].step,
            due_on=due_on,
            level=action.level,
            next_level_on=None if is_last else add_days(due_on, 1 + action.level * policy.escalate_every_days),
        )
    )


def open_action(
    decision: Decision[Supplier],
    action_id: str,
    cause: Literal["nonconformance", "grade", "by_hand"],
    reference: str,
    on: date,
    summary: str,
    complaint_ids: tuple[str, ...] = (),
) -> None:
    policy = decision.policy(CorrectiveActions, on)
    decision.emit(
        CorrectiveActionOpened(
            supplier_id=decision.id,
            action_id=action_id,
            cause=cause,
            reference=reference,
            summary=summary,
            opened_on=on,
            steps=tuple(
                DisciplineDue(step=step, due_on=add_days(on, policy.document.days_to(step))) for step in DISCIPLINES
            ),
            policy_version=policy.version,
            complaint_ids=complaint_ids,
        )
    )


def close_action(
    decision: Decision[Supplier], action_id: str, outcome: Literal["done", "withdrawn"], on: date, because: str
) -> None:
    decision.emit(
        CorrectiveActionClosed(
            supplier_id=decision.id,
            action_id=action_id,
            outcome=outcome,
            closed_on=on,
            because=because,
            complaint_ids=complaints.complaints_of(decision.state, action_of(decision, action_id)),
        )
    )


def action_of(decision: Decision[Supplier], action_id: str) -> Action:
    action = decision.state.corrective_actions.by_id.get(action_id)
    if action is None:
        raise ActionUnknown(supplier_id=decision.id, action_id=action_id)
    return action
