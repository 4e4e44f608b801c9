"""What a behaviour class calls for: asked for, done, withdrawn; and whether a customer of class C is hopeful."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import (
    BehaviourAction,
    BehaviourActionAsked,
    BehaviourActionDone,
    BehaviourActionWithdrawn,
    ProspectAsked,
    ProspectJudged,
    ProspectUnanswered,
)
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.ways import ask_way, court_of
from credit_svc.assessment.actions import action_of
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class JudgeProspect:
    """A person judges whether a customer of class C is hopeful."""

    customer_id: str
    hopeful: bool
    because: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RemindOfProspect:
    """The day has come by which a customer of class C was to be judged."""

    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class RequestAction:
    """A person asks for what the present class calls for."""

    customer_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class FinishAction:
    customer_id: str
    action_id: str
    outcome: str
    by: str
    on: date


class NotOfClassC(Refusal):
    """Only a customer of class C is judged hopeful or not."""


class ProspectNotJudged(Refusal):
    """Customer {customer_id} is of class C; judge first whether it is hopeful."""


class NoOpenAction(Refusal):
    """Customer {customer_id} has no open action {action_id}."""

    status = 404


def request_for_class(decision: AccountDecision, on: date) -> None:
    """The behaviour class has just changed: what the old one called for is withdrawn, and what the new one calls for begins."""
    withdraw_action(decision, "class_changed", on)
    policy = decision.policy(BehaviourActionPolicy, on).document
    if decision.state.behaviour.current in policy.classes:
        _request(decision, on)


def withdraw_action(
    decision: AccountDecision, cause: Literal["class_changed", "judged_anew", "merged"], on: date
) -> None:
    """Nothing where no action is open."""
    action = decision.state.actions.open
    if action is not None:
        decision.emit(
            BehaviourActionWithdrawn(
                customer_id=decision.id,
                action_id=action.action_id,
                action=action.action,
                cause=cause,
                withdrawn_on=on,
            )
        )


def _request(decision: AccountDecision, on: date, by: str | None = None) -> None:
    """The action of the class; of a customer of class C that nobody has judged, the question whether it is hopeful."""
    account, policy = decision.state, decision.policy(BehaviourActionPolicy, on)
    action = action_of(account.behaviour.current, account.actions.hopeful)
    if action is None:
        _ask_for_prospect(decision, 1, on)
        return
    is_end, rules = action == "recover_and_end", policy.document
    case_id = account.case.case_id if is_end and account.case is not None else None
    percents = {"guard": rules.guard_prepayment_percent, "recover_and_end": rules.end_prepayment_percent}
    is_reviewed = action == "guard" and account.file.review is None  # else the review that is owed names the next one
    decision.emit(
        BehaviourActionAsked(
            customer_id=decision.id,
            action_id=f"{decision.id}-A{account.actions.requested + 1}",
            behaviour=account.behaviour.current,
            action=action,
            requested_on=on,
            answer_by=add_days(on, rules.answer_days),
            summary=_summary(decision.id, action, case_id, rules),
            requested_by=by,
            case_id=case_id,
            region=account.file.region if is_end else None,
            prepayment_percent=percents.get(action),
            review_on=add_days(on, rules.guard_review_days) if is_reviewed else None,
            policy_version=policy.version,
        )
    )
    if is_end:
        ask_way(decision, court_of(decision, on), on, because=Sentences.END_RELATION(customer_id=decision.id))


def _summary(customer_id: str, action: BehaviourAction, case_id: str | None, rules: BehaviourActionPolicy) -> str:
    match action:
        case "strengthen":
            return Sentences.STRENGTHEN_CUSTOMER(customer_id=customer_id)
        case "consolidate":
            return Sentences.CONSOLIDATE_CUSTOMER(customer_id=customer_id)
        case "help":
            return Sentences.HELP_CUSTOMER(customer_id=customer_id)
        case "guard":
            percent, days = f"{rules.guard_prepayment_percent.normalize():f}", rules.guard_review_days
            return Sentences.GUARD_CUSTOMER(customer_id=customer_id, percent=percent, days=days)
        case "recover_and_end":
            end = Sentences.END_RELATION(customer_id=customer_id)
            return end if case_id is None else f"{end} {Sentences.DECIDE_WAY(case_id=case_id)}"


def _ask_for_prospect(decision: AccountDecision, number: int, on: date) -> None:
    policy = decision.policy(BehaviourActionPolicy, on)
    decision.emit(
        ProspectAsked(
            customer_id=decision.id,
            number=number,
            requested_on=on,
            answer_by=add_days(on, policy.document.prospect_days),
            policy_version=policy.version,
        )
    )


def _judge(decision: AccountDecision, command: JudgeProspect) -> None:
    """The same verdict again leaves its open action as it is."""
    account, on = decision.state, command.on
    if account.behaviour.current != "C":
        raise NotOfClassC
    is_same = account.actions.hopeful == command.hopeful
    decision.emit(
        ProspectJudged(
            customer_id=decision.id,
            hopeful=command.hopeful,
            because=command.because,
            judged_on=on,
            by=command.by,
        )
    )
    if is_same and account.actions.open is not None:
        return
    withdraw_action(decision, "judged_anew", on)
    _request(decision, on)


def _remind(decision: AccountDecision, command: RemindOfProspect) -> None:
    """Asked again as often as the policy says, then the head of credit hears of it."""
    question, on = decision.state.actions.question, command.on
    if question is None or question.answer_by != on:
        return
    if question.number <= decision.policy(BehaviourActionPolicy, on).document.prospect_reminders:
        _ask_for_prospect(decision, question.number + 1, on)
        return
    decision.emit(ProspectUnanswered(customer_id=decision.id, requested_on=question.requested_on, unanswered_on=on))


def _request_by_hand(decision: AccountDecision, command: RequestAction) -> None:
    """Nothing where it is open already."""
    account = decision.state
    action = action_of(account.behaviour.current, account.actions.hopeful)
    if action is None:
        raise ProspectNotJudged(customer_id=decision.id)
    if account.actions.open is None:
        _request(decision, command.on, command.by)


def _finish(decision: AccountDecision, command: FinishAction) -> None:
    action = decision.state.actions.open
    if action is None or action.action_id != command.action_id:
        raise NoOpenAction(customer_id=decision.id, action_id=command.action_id)
    decision.emit(
        BehaviourActionDone(
            customer_id=decision.id,
            action_id=action.action_id,
            action=action.action,
            outcome=command.outcome,
            by=command.by,
            done_on=command.on,
        )
    )


DECIDE: Handlers = {
    JudgeProspect: _judge,
    RemindOfProspect: _remind,
    RequestAction: _request_by_hand,
    FinishAction: _finish,
}
