"""The behaviour class after what an account just recorded."""

from collections.abc import Sequence
from datetime import date

from contracts import Event
from contracts.credit import BehaviourClassChanged, BehaviourReviewScheduled, ChequeBounced, PromiseBroken, ReviewCause
from credit_svc.account.behaviour_actions import request_for_class
from credit_svc.account.decision import AccountDecision
from credit_svc.account.reviews import owe_review
from credit_svc.assessment.behaviour import JUDGED, judge
from credit_svc.policies.assessment import ClassPolicy

PAYMENT_EVENTS = tuple(event for event in JUDGED if event not in (BehaviourClassChanged, BehaviourReviewScheduled))
"""What shows how a customer pays, and so may change its class."""

BADNESS = {"A": 0, "B": 1, "C": 2, "D": 3}


def judge_behaviour(decision: AccountDecision, on: date, always: bool = False) -> None:
    """The behaviour class after the events since it was judged last; ``always``: because a day passed."""
    recorded = decision.events[decision.judged :]
    decision.judged = len(decision.events)
    if not always and not any(isinstance(event, PAYMENT_EVENTS) for event in recorded):
        return
    account = decision.state
    on = max(on, account.behaviour.judged_on)
    policy = decision.policy(ClassPolicy, on)
    ledger = account.ledger(account.currency or "")
    verdict = judge(account.behaviour, on, ledger.open, account.judged_balance(), policy.document)
    before, after = account.behaviour.current, verdict.behaviour_class
    if after != before:
        decision.emit(
            BehaviourClassChanged(
                customer_id=decision.id,
                before=before,
                after=after,
                because=verdict.because,
                factors=verdict.factors,
                decided_on=on,
                policy_version=policy.version,
            )
        )
        request_for_class(decision, on)
    if always or verdict.review_on != account.behaviour.review_on:
        decision.emit(
            BehaviourReviewScheduled(
                customer_id=decision.id, review_on=verdict.review_on, history_from=verdict.history_from
            )
        )
    if cause := _review_cause(recorded, BADNESS[after] > max(BADNESS[before], 1)):
        owe_review(decision, cause, verdict.because, on)
    decision.judged = len(decision.events)


def _review_cause(recorded: Sequence[Event], is_worse: bool) -> ReviewCause | None:
    if any(isinstance(event, ChequeBounced) for event in recorded):
        return "cheque_bounced"
    if any(isinstance(event, PromiseBroken) for event in recorded):
        return "promise_broken"
    return "behaviour_worse" if is_worse else None
