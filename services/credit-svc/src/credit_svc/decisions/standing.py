"""What is answered about a customer as a debtor: file, class, terms, security, behaviour, reviews."""

from typing import assert_never

from contracts.credit import (
    CreditClassChanged,
    CreditFileRecorded,
    CustomerRankNoted,
    PaymentRefused,
    ReviewDone,
    SecuritySet,
    TermsSet,
)
from credit_svc.assessment.rating import rate
from credit_svc.commands.standing import (
    CallReview,
    DiscountLongerThanCredit,
    FinishReview,
    JudgeBehaviour,
    NoReviewOwed,
    NoteRank,
    RecordFile,
    RecordRefusal,
    SecurityInAnotherCurrency,
    SetSecurity,
    SetTerms,
    StandingCommand,
)
from credit_svc.decisions.answer import Answer, judge_behaviour, owe_review
from credit_svc.decisions.cases import follow_case
from credit_svc.decisions.orders import check_held_orders
from credit_svc.months import moved
from credit_svc.policies import ClassPolicy


def answer_standing(answer: Answer, command: StandingCommand) -> None:
    match command:
        case RecordFile():
            _record_file(answer, command)
        case SetTerms():
            _set_terms(answer, command)
        case SetSecurity():
            _set_security(answer, command)
        case NoteRank():
            _note_rank(answer, command)
        case RecordRefusal():
            answer.tell(
                PaymentRefused(
                    customer_id=answer.customer_id,
                    refused_on=command.on,
                    reason=command.reason,
                    recorded_by=command.by,
                )
            )
            judge_behaviour(answer, command.on)
            follow_case(answer, command.on)
        case JudgeBehaviour(on=on):
            if answer.account.behaviour.review_on != on:
                return
            judge_behaviour(answer, on, always=True)
            follow_case(answer, on)
            check_held_orders(answer, on)
        case CallReview(on=on):
            if answer.account.file.review_on == on:
                owe_review(answer, "date", f"The file is to be looked at by {on}.", on)
        case FinishReview():
            _finish_review(answer, command)
        case _:
            assert_never(command)


def _record_file(answer: Answer, command: RecordFile) -> None:
    policy = answer.policy(ClassPolicy, command.on)
    review_on = moved(command.on, policy.document.review_months)
    recorded = CreditFileRecorded(
        customer_id=answer.customer_id,
        **command.assessed,
        financials=command.financials,
        recorded_on=command.on,
        recorded_by=command.by,
        review_on=review_on,
        policy_version=policy.version,
    )
    if recorded == answer.account.file.recorded:
        return
    answer.tell(recorded)
    rating = rate(command.assessed, policy.document)
    before = answer.account.file.credit_class
    if rating.credit_class != before:
        answer.tell(
            CreditClassChanged(
                customer_id=answer.customer_id,
                before=before,
                after=rating.credit_class,
                score=rating.score,
                factors=rating.factors,
                because=rating.because,
                decided_on=command.on,
                policy_version=policy.version,
            )
        )
        check_held_orders(answer, command.on)
    if answer.account.file.review is not None:
        _done(answer, command, f"Class {rating.credit_class}, score {rating.score:f}.")


def _set_terms(answer: Answer, command: SetTerms) -> None:
    if command.discount_percent and command.discount_days >= command.credit_days:
        raise DiscountLongerThanCredit(discount_days=command.discount_days, credit_days=command.credit_days)
    answer.tell(
        TermsSet(
            customer_id=answer.customer_id,
            credit_days=command.credit_days,
            discount_days=command.discount_days,
            discount_percent=command.discount_percent,
            interest_percent=command.interest_percent,
            has_arbitration_clause=command.has_arbitration_clause,
            valid_from=command.valid_from,
            reason=command.reason,
            approved_by=command.by,
        )
    )


def _set_security(answer: Answer, command: SetSecurity) -> None:
    own = answer.account.currency
    if own is not None and command.currency != own:
        raise SecurityInAnotherCurrency(customer_id=answer.customer_id, account_currency=own, currency=command.currency)
    answer.tell(
        SecuritySet(
            customer_id=answer.customer_id,
            amount=command.amount,
            currency=command.currency,
            kind=command.kind,
            valid_from=command.valid_from,
            ends_on=command.ends_on,
            reason=command.reason,
            approved_by=command.by,
        )
    )
    check_held_orders(answer, command.on)


def _note_rank(answer: Answer, command: NoteRank) -> None:
    file = answer.account.file
    tier = command.tier if command.tier is not None else file.tier
    is_key = command.is_key_account if command.is_key_account is not None else file.is_key_account
    if (tier, is_key) != (file.tier, file.is_key_account):
        answer.tell(CustomerRankNoted(customer_id=answer.customer_id, tier=tier, is_key_account=is_key))


def _finish_review(answer: Answer, command: FinishReview) -> None:
    if answer.account.file.review is None:
        raise NoReviewOwed(customer_id=answer.customer_id)
    _done(answer, command, command.outcome)


def _done(answer: Answer, command: FinishReview | RecordFile, outcome: str) -> None:
    review = answer.account.file.review
    assert review is not None
    months = answer.policy(ClassPolicy, command.on).document.review_months
    answer.tell(
        ReviewDone(
            customer_id=answer.customer_id,
            review_id=review,
            done_on=command.on,
            done_by=command.by,
            outcome=outcome,
            next_on=moved(command.on, months),
        )
    )
