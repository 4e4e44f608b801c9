"""Reviews of a credit file: when one is owed, and when it is done."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days, add_months
from chassis.domain import Refusal
from contracts.credit import ReviewCause, ReviewDone, ReviewDue
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RequestReview:
    """The day of the file's next review has come."""

    customer_id: str
    on: date


@dataclass(frozen=True, slots=True)
class FinishReview:
    customer_id: str
    outcome: str
    by: str
    on: date


class NoReviewOwed(Refusal):
    """No review of customer {customer_id} is due."""


def _request(decision: AccountDecision, command: RequestReview) -> None:
    if decision.state.file.review_on == command.on:
        owe_review(decision, "date", Sentences.FILE_DUE_FOR_REVIEW(day=command.on), command.on)


def owe_review(
    decision: AccountDecision, cause: ReviewCause, detail: str, on: date, in_place_of_owed: bool = False
) -> None:
    """A person must review the file; one review at a time. ``in_place_of_owed``: also where one is owed, which this one stands for."""
    file = decision.state.file
    if file.review is not None and not in_place_of_owed:
        return
    decision.emit(
        ReviewDue(
            customer_id=decision.id,
            review_id=f"{decision.id}-R{file.reviews + 1}",
            due_on=on,
            cause=cause,
            detail=detail,
        )
    )


def _finish(decision: AccountDecision, command: FinishReview) -> None:
    if decision.state.file.review is None:
        raise NoReviewOwed(customer_id=decision.id)
    finish(decision, command.on, command.by, command.outcome)


def finish(decision: AccountDecision, on: date, by: str, outcome: str) -> None:
    """The review that was owed is done, and the next one has its day."""
    review = decision.state.file.review
    assert review is not None
    decision.emit(
        ReviewDone(
            customer_id=decision.id,
            review_id=review,
            done_on=on,
            done_by=by,
            outcome=outcome,
            next_on=next_review_on(decision, on),
        )
    )


def next_review_on(decision: AccountDecision, on: date) -> date:
    """The file of a hopeless customer of class C is reviewed sooner than others."""
    if decision.state.actions.hopeful is False:
        return add_days(on, decision.policy(BehaviourActionPolicy, on).document.guard_review_days)
    return add_months(on, decision.policy(ClassPolicy, on).document.review_months)


DECIDE: Handlers = {RequestReview: _request, FinishReview: _finish}
