"""Collection cases: opened, paused, climbing their ladder, following their invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.domain import Refusal
from contracts import Event
from contracts.credit import CasePaused, CaseResumed, CollectionStepTaken
from credit_svc.account import plans, promises
from credit_svc.account.behaviour_class import judge_behaviour
from credit_svc.account.case_reviews import take_up_review
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.deliveries import resume_deliveries, stop_deliveries
from credit_svc.account.instalments import promise_next
from credit_svc.account.limits import cancel_line
from credit_svc.account.pauses import may_be_covered, suspend, wait_for_other_currency, why_paused
from credit_svc.account.reaching import with_ways
from credit_svc.account.refusals import PromiseStands, require_case
from credit_svc.account.strategies import follow_class
from credit_svc.account.ways import WAY_OF_STEP, ask_way, follow_way
from credit_svc.account.withdrawals import withdraw_step
from credit_svc.collection import ladder
from credit_svc.collection.case import Case, Promise
from credit_svc.collection.strategy import strategy_of
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class TakeNextStep:
    case_id: str
    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class TakeStepNow:
    """A person takes the next step before its day."""

    case_id: str
    customer_id: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class PauseCase:
    case_id: str
    customer_id: str
    until: date
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ResumeCase:
    case_id: str
    customer_id: str
    on: date


class NoStepNow(Refusal):
    """Case {case_id} takes no step now: {because}"""


class PauseEndsInThePast(Refusal):
    """A pause must end after today; {until} is not after {on}."""

    status = 422


class CaseNotPaused(Refusal):
    """Collection case {case_id} is not paused by a person."""


def _take_next_step(decision: AccountDecision, command: TakeNextStep) -> None:
    """A broken promise is judged here, before the step that it brings; nothing was paid, so there is nothing to charge.
    Held orders are left alone, because neither a step nor a pause releases one.
    """
    case, on = decision.state.case, command.on
    if case is None or case.case_id != command.case_id or case.next_step_on != on:
        return
    debt = decision.state.debt(decision.id, on, decision.policies)
    if case.pause is not None and case.promise is not None:
        # Money of the promise's own day may have come before the promise, when there was nothing to keep yet.
        if promises.is_kept(decision, case.promise, decision.policy(CollectionPolicy, on).document):
            _keep(decision, case, case.promise, on)
        else:
            _break(decision, case, case.promise, on)
    elif case.pause is not None and case.pause.cause == "other_currency" and may_be_covered(decision, on):
        wait_for_other_currency(decision, case, on)
    elif case.pause is not None:
        _resume(decision, case, "ended", on)
    elif debt is None:
        suspend(decision, case, on)
    elif not take_up_review(decision, case, debt, on):
        _step(decision, ladder.take_step(case, debt, on, decision.policy(CollectionPolicy, on)), on)


def _take_step_now(decision: AccountDecision, command: TakeStepNow) -> None:
    """The next step, before it is deserved, also while money in another currency waits: a person can tell whether that covers the debt.
    Raises NoStepNow during another pause, twice on a day, and where nothing is left to take."""
    case, on = require_case(decision, command.case_id), command.on
    debt = decision.state.debt(decision.id, on, decision.policies)
    because = None
    if case.pause is not None and case.pause.cause != "other_currency":
        because = why_paused(case)
    elif debt is None:
        because = "what is overdue is disputed, covered by money that waits, or too little to pursue."
    elif case.steps and case.last_on >= on:
        because = f"it took one on {case.last_on}, and takes one a day at most."
    elif case.next_step_on is None:
        because = "its ladder has no further step; an agency, a tribunal or a court comes next."
    elif ladder.next_step(case, debt, decision.policy(CollectionPolicy, on).document)[0] is None:
        because = "a person looks at it before its next step; answer the review, or change its strategy."
    if because is not None or debt is None:
        raise NoStepNow(case_id=case.case_id, because=because)
    if case.pause is not None:
        decision.emit(CaseResumed(case_id=case.case_id, customer_id=decision.id, cause="withdrawn", resumed_on=on))
    said = {"taken_by": command.by, "reason": command.reason}
    taken = [
        event.model_copy(update=said) if isinstance(event, CollectionStepTaken) else event
        for event in ladder.take_step(case, debt, on, decision.policy(CollectionPolicy, on))
    ]
    _step(decision, taken, on)


def _pause(decision: AccountDecision, command: PauseCase) -> None:
    case = require_case(decision, command.case_id)
    if command.until <= command.on:
        raise PauseEndsInThePast(until=command.until, on=command.on)
    if case.promise is not None:
        raise PromiseStands(
            amount=case.promise.amount, currency=case.promise.currency, promised_on=case.promise.promised_on
        )
    if case.pause is not None and (case.pause.cause, case.pause.until) == ("asked", command.until):
        return
    decision.emit(
        CasePaused(
            case_id=case.case_id,
            customer_id=decision.id,
            cause="asked",
            until=command.until,
            reason=command.reason,
            paused_on=command.on,
            paused_by=command.by,
        )
    )


def _resume_by_hand(decision: AccountDecision, command: ResumeCase) -> None:
    case = require_case(decision, command.case_id)
    if case.pause is None or case.pause.cause != "asked":
        raise CaseNotPaused(case_id=command.case_id)
    _resume(decision, case, "withdrawn", command.on)


def pursue(
    decision: AccountDecision, on: date, cause: Literal["settled", "written_off", "restated"] = "settled"
) -> None:
    """The case follows what is overdue: one is opened where there is none, and it closes when nothing is overdue."""
    if decision.state.case is None:
        _open_case(decision, on)
    else:
        _follow_case(decision, decision.state.case, on, cause)


def _open_case(decision: AccountDecision, on: date) -> None:
    """A case for the first overdue invoice that is not disputed."""
    account = decision.state
    debt = account.debt(decision.id, on, decision.policies)
    if debt is None:
        return
    policy = decision.policy(CollectionPolicy, on)
    strategy, because = strategy_of(account.file, account.behaviour.current, policy.document)
    case_id = f"{decision.id}-{account.cases + 1}"
    _step(decision, ladder.open_case(case_id, debt, on, strategy, because, policy), on)


def _follow_case(
    decision: AccountDecision, case: Case, on: date, cause: Literal["settled", "written_off", "restated"]
) -> None:
    """What becomes of the case when its invoices change."""
    policy = decision.policy(CollectionPolicy, on)
    while case.promise is not None and promises.is_kept(decision, case.promise, policy.document):
        _keep(decision, case, case.promise, on)
        case = decision.state.case or case
    follow_way(decision, on)
    if not decision.state.overdue:
        decision.emit(ladder.close_case(case, decision.id, on, cause))
        resume_deliveries(decision, Sentences.DELIVERIES_RESUMED(), on)
        return
    withdraw_step(decision, on)
    follow_class(decision, on)
    case = decision.state.case or case
    debt = decision.state.debt(decision.id, on, decision.policies)
    if debt is None:
        if case.pause is None:
            suspend(decision, case, on)
    elif case.pause is None:
        decision.emit(*ladder.follow(case, debt, policy, is_restated=cause == "restated"))
    elif case.pause.cause == "dispute":
        _resume(decision, case, "dispute_resolved", on)
    elif case.pause.cause == "waiting_money" or (
        case.pause.cause == "other_currency" and not may_be_covered(decision, on)
    ):
        _resume(decision, case, "money_assigned", on)
    stop_deliveries(decision, on)


def _step(decision: AccountDecision, events: Sequence[Event], on: date) -> None:
    """Record what the case did; the step that cancels the line also sets the limit to zero. A step that no person takes waits while
    money in another currency may cover what is overdue.
    """
    before, policy = decision.state.case, decision.policy(CollectionPolicy, on)
    taken = [each for each in events if isinstance(each, CollectionStepTaken) and each.taken_by is None]
    debt = decision.state.debt(decision.id, on, decision.policies)
    if taken and debt is not None and may_be_covered(decision, on):
        decision.emit(*(each for each in events if each not in taken))
        if decision.state.case is not None:
            if before is None:
                decision.emit(ladder.reschedule(decision.state.case, debt, policy))
            wait_for_other_currency(decision, decision.state.case, on)
        return
    decision.emit(*with_ways(decision, events, on))
    case = decision.state.case
    cancelling = policy.document.limit_cancelled_from
    if case is not None and case.has_reached(cancelling) and not (before and before.has_reached(cancelling)):
        reason = Sentences.LINE_CANCELLED_BY_STEP(step=case.current, case_id=case.case_id)
        by = Sentences.BY_POLICY(policy=CollectionPolicy.NAME, version=policy.version)
        cancel_line(decision, on, reason, by)
    stop_deliveries(decision, on)
    if isinstance(events[-1], CollectionStepTaken) and (way := WAY_OF_STEP.get(events[-1].step)):
        ask_way(decision, way, on, events[-1].step)


def _resume(
    decision: AccountDecision,
    case: Case,
    cause: Literal["ended", "withdrawn", "promise_kept", "promise_broken", "dispute_resolved", "money_assigned"],
    on: date,
) -> None:
    decision.emit(CaseResumed(case_id=case.case_id, customer_id=decision.id, cause=cause, resumed_on=on))
    resumed, debt = decision.state.case, decision.state.debt(decision.id, on, decision.policies)
    if resumed is None or not decision.state.overdue:
        return
    if debt is None:
        suspend(decision, resumed, on)
        return
    policy = decision.policy(CollectionPolicy, on)
    _step(decision, ladder.resume(resumed, debt, on, cause == "promise_broken", policy), on)


def _keep(decision: AccountDecision, case: Case, promise: Promise, on: date) -> None:
    promises.fulfil(decision, case, promise, on)
    if not plans.promise_next(decision, on) and not promise_next(decision, on):
        _resume(decision, decision.state.case or case, "promise_kept", on)


def _break(decision: AccountDecision, case: Case, promise: Promise, on: date) -> None:
    missing = promises.break_(decision, case, promise, on)
    if case.plan is not None:
        plans.break_plan(decision, case, case.plan, missing, on)
    judge_behaviour(decision, on)
    _resume(decision, decision.state.case or case, "promise_broken", on)


DECIDE: Handlers = {
    TakeNextStep: _take_next_step,
    TakeStepNow: _take_step_now,
    PauseCase: _pause,
    ResumeCase: _resume_by_hand,
}
