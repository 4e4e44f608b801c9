"""What is answered about a collection case, and how it follows the invoices."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, assert_never

from contracts import Event
from contracts.credit import (
    CaseClockRanOut,
    CasePaused,
    CaseResumed,
    DeliveriesResumed,
    DeliveriesStopped,
)
from credit_svc.collection import ladder
from credit_svc.collection import routes as ways
from credit_svc.collection.case import Case, Promise
from credit_svc.collection.strategy import strategy_of, why_stop_deliveries
from credit_svc.commands.collection import (
    CaseNotPaused,
    CollectionCommand,
    NoOpenCase,
    PauseCase,
    PauseEndsInThePast,
    PromiseStands,
    ReachStage,
    RecordPromise,
    ResumeCase,
    RunOutClock,
    TakeNextStep,
)
from credit_svc.decisions import promises
from credit_svc.decisions.answer import Answer, cancel_line, judge_behaviour
from credit_svc.policies import CollectionPolicy


def answer_collection(answer: Answer, command: CollectionCommand) -> None:
    match command:
        case TakeNextStep(case_id=case_id, on=on):
            _take_next_step(answer, case_id, on)
        case PauseCase():
            _pause(answer, _open_case(answer, command.case_id), command)
        case ResumeCase(case_id=case_id, on=on):
            case = _open_case(answer, case_id)
            if case.pause is None or case.pause.because != "asked":
                raise CaseNotPaused(case_id=case_id)
            _resume(answer, case, "withdrawn", on)
        case RecordPromise():
            promises.make(answer, _open_case(answer, command.case_id), command)
        case ReachStage():
            _reach(answer, _open_case(answer, command.case_id), command)
        case RunOutClock():
            _run_out(answer, command)
        case _:
            assert_never(command)


def open_case(answer: Answer, on: date) -> None:
    """A case for the first overdue invoice, when there is none."""
    account = answer.account
    debt = account.debt(answer.customer_id, on)
    if account.case is not None or debt is None:
        return
    policy = answer.policy(CollectionPolicy, on)
    strategy, because = strategy_of(account.file, account.behaviour.current, policy.document)
    case_id = f"{answer.customer_id}-{account.cases + 1}"
    _step(answer, ladder.open_case(case_id, debt, on, strategy, because, policy), on)


def follow_case(answer: Answer, on: date, because: Literal["settled", "written_off"] = "settled") -> None:
    """What becomes of the case when its invoices change."""
    case = answer.account.case
    if case is None:
        return
    policy = answer.policy(CollectionPolicy, on)
    if case.promise is not None and promises.is_kept(answer, case.promise, policy.document):
        _keep(answer, case, case.promise, on)
        case = answer.account.case or case
    if not answer.account.overdue:
        answer.tell(ladder.close_case(case, answer.customer_id, on, because))
        _resume_deliveries(answer, on)
        return
    debt = answer.account.debt(answer.customer_id, on)
    if debt is None:
        if case.pause is None:
            _suspend(answer, case, on)
    elif case.pause is None:
        answer.tell(*ladder.follow(case, debt, policy))
    elif case.pause.because == "dispute":
        _resume(answer, case, "dispute_resolved", on)
    stop_deliveries(answer, on)


def stop_deliveries(answer: Answer, on: date) -> None:
    """Deliveries stop when the case deserves it, and go on when it is closed."""
    account = answer.account
    if account.case is None or account.stopped_because is not None:
        return
    policy = answer.policy(CollectionPolicy, on).document
    position = account.position(on, answer.policies, account.currency or "")
    because = why_stop_deliveries(account.case, account.behaviour.current, position, policy)
    if because is not None:
        answer.tell(
            DeliveriesStopped(
                customer_id=answer.customer_id, case_id=account.case.case_id, because=because, stopped_on=on
            )
        )


def _resume_deliveries(answer: Answer, on: date) -> None:
    if answer.account.stopped_because is not None:
        because = "Nothing is overdue any more, and the collection case is closed."
        answer.tell(DeliveriesResumed(customer_id=answer.customer_id, because=because, resumed_on=on))


def _open_case(answer: Answer, case_id: str) -> Case:
    case = answer.account.case
    if case is None or case.case_id != case_id:
        raise NoOpenCase(customer_id=answer.customer_id, case_id=case_id)
    return case


def _take_next_step(answer: Answer, case_id: str, on: date) -> None:
    case = answer.account.case
    if case is None or case.case_id != case_id or case.next_step_on != on:
        return
    debt = answer.account.debt(answer.customer_id, on)
    if case.pause is not None and case.promise is not None:
        _break(answer, case, case.promise, on)
    elif case.pause is not None:
        _resume(answer, case, "ended", on)
    elif debt is None:
        _suspend(answer, case, on)
    else:
        _step(answer, ladder.take_step(case, debt, on, answer.policy(CollectionPolicy, on)), on)


def _step(answer: Answer, events: Sequence[Event], on: date) -> None:
    """Tell what the case did; the step that cancels the line also sets the limit to nothing."""
    before, policy = answer.account.case, answer.policy(CollectionPolicy, on)
    answer.tell(*events)
    case = answer.account.case
    cancelling = policy.document.limit_cancelled_from
    if case is not None and case.has_reached(cancelling) and not (before and before.has_reached(cancelling)):
        reason = f"Cancelled by step {case.steps[-1]} of collection case {case.case_id}."
        cancel_line(answer, on, reason, f"policy {CollectionPolicy.NAME}, version {policy.version}")
    stop_deliveries(answer, on)


def _suspend(answer: Answer, case: Case, on: date) -> None:
    answer.tell(
        CasePaused(
            case_id=case.case_id,
            customer_id=answer.customer_id,
            cause="dispute",
            until=None,
            reason="All that is overdue is disputed.",
            paused_on=on,
            paused_by=f"policy {CollectionPolicy.NAME}",
        )
    )


def _pause(answer: Answer, case: Case, command: PauseCase) -> None:
    if command.until <= command.on:
        raise PauseEndsInThePast(until=command.until, on=command.on)
    if case.promise is not None:
        raise PromiseStands(
            amount=case.promise.amount, currency=case.promise.currency, promised_on=case.promise.promised_on
        )
    if case.pause is not None and (case.pause.because, case.pause.until) == ("asked", command.until):
        return
    answer.tell(
        CasePaused(
            case_id=case.case_id,
            customer_id=answer.customer_id,
            cause="asked",
            until=command.until,
            reason=command.reason,
            paused_on=command.on,
            paused_by=command.by,
        )
    )


def _resume(
    answer: Answer,
    case: Case,
    because: Literal["ended", "withdrawn", "promise_kept", "promise_broken", "dispute_resolved"],
    on: date,
) -> None:
    answer.tell(CaseResumed(case_id=case.case_id, customer_id=answer.customer_id, cause=because, resumed_on=on))
    resumed, debt = answer.account.case, answer.account.debt(answer.customer_id, on)
    if resumed is None or not answer.account.overdue:
        return
    if debt is None:
        _suspend(answer, resumed, on)
        return
    policy = answer.policy(CollectionPolicy, on)
    _step(answer, ladder.resume(resumed, debt, on, because == "promise_broken", policy), on)


def _keep(answer: Answer, case: Case, promise: Promise, on: date) -> None:
    promises.keep(answer, case, promise, on)
    _resume(answer, answer.account.case or case, "promise_kept", on)


def _break(answer: Answer, case: Case, promise: Promise, on: date) -> None:
    promises.break_(answer, case, promise, on)
    judge_behaviour(answer, on)
    _resume(answer, answer.account.case or case, "promise_broken", on)


def _reach(answer: Answer, case: Case, command: ReachStage) -> None:
    policy = answer.policy(CollectionPolicy, command.on)
    terms = answer.account.file.terms_on(command.on)
    own = terms.has_arbitration_clause if terms else None
    has_clause = policy.document.has_arbitration_clause if own is None else own
    answer.tell(*ways.reach(case, command, has_clause, policy))


def _run_out(answer: Answer, command: RunOutClock) -> None:
    case = answer.account.case
    if case is None or case.case_id != command.case_id or case.clock is None or case.clock.stage != command.stage:
        return
    answer.tell(
        CaseClockRanOut(
            case_id=case.case_id,
            customer_id=answer.customer_id,
            way=case.clock.way,
            stage=case.clock.stage,
            clock=case.clock.clock or case.clock.stage,
            ran_out_on=command.on,
        )
    )
