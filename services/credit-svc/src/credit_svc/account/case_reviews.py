"""A person looks at a case of low risk before it is pressed; where nobody does, it is pursued like any other.

Source: the rules page, "Low risk, strategies by hand, support". A pause or a promise ends a review that is open: somebody has looked.
"""

from dataclasses import dataclass
from datetime import date
from typing import get_args

from chassis.calendar import add_days
from chassis.domain import Refusal
from contracts.credit import CaseReviewDue, CaseReviewed, ReviewOutcome
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import require_case
from credit_svc.account.strategies import change_strategy
from credit_svc.collection import ladder
from credit_svc.collection.case import Case, Debt
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class AnswerCaseReview:
    case_id: str
    customer_id: str
    outcome: ReviewOutcome
    reason: str
    by: str
    on: date


class NoCaseReviewDue(Refusal):
    """No review of case {case_id} is due."""


class KeptOftenEnough(Refusal):
    """Case {case_id} was kept {times} times; decide for one of {options}."""


def take_up_review(decision: AccountDecision, case: Case, debt: Debt, on: date) -> bool:
    """In the place of a step: a review that is due, or what follows from one that nobody answered. False where neither is."""
    policy = decision.policy(CollectionPolicy, on)
    if case.review is not None and ladder.next_step(case, debt, policy.document) == (None, case.review.answer_by):
        if on < case.review.answer_by:
            return False
        change_strategy(decision, "general", Sentences.NOBODY_LOOKED(day=case.review.answer_by), on)
        return True
    if not ladder.is_review_due(case, debt, on, policy.document):
        return False
    decision.emit(
        CaseReviewDue(
            case_id=case.case_id,
            customer_id=decision.id,
            due_on=on,
            answer_by=add_days(on, decision.policy(CasePolicy, on).document.review_answer_days),
            options=_options(decision, case, on),
            oldest_invoice_id=debt.oldest.invoice_id,
            days_past_due=max(0, (on - debt.oldest.due_on).days),
            overdue=debt.overdue,
            currency=debt.currency,
            policy_version=policy.version,
        )
    )
    return True


def _options(decision: AccountDecision, case: Case, on: date) -> tuple[ReviewOutcome, ...]:
    may_keep = case.reviews_kept < decision.policy(CasePolicy, on).document.reviews_kept_max
    options: tuple[ReviewOutcome, ...] = get_args(ReviewOutcome)
    return tuple(option for option in options if may_keep or option != "keep")


def _answer(decision: AccountDecision, command: AnswerCaseReview) -> None:
    case, on = require_case(decision, command.case_id), command.on
    if case.review is None:
        raise NoCaseReviewDue(case_id=case.case_id)
    options = _options(decision, case, on)
    if command.outcome not in options:
        raise KeptOftenEnough(case_id=case.case_id, times=case.reviews_kept, options=", ".join(options))
    again_in = decision.policy(CasePolicy, on).document.review_again_days
    decision.emit(
        CaseReviewed(
            case_id=case.case_id,
            customer_id=decision.id,
            outcome=command.outcome,
            reason=command.reason,
            reviewed_by=command.by,
            reviewed_on=on,
            next_review_on=add_days(on, again_in) if command.outcome == "keep" else None,
        )
    )
    if command.outcome != "keep":
        change_strategy(decision, command.outcome, command.reason, on, command.by)


DECIDE: Handlers = {AnswerCaseReview: _answer}
"""The review itself is due with the next step of a case, see ``cases``."""
