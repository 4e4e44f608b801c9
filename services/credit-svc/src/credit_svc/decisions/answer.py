"""An answer in the making, and what follows from every answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chassis.policies import P, PolicyBook, PolicyVersion
from contracts import Event
from contracts.credit import (
    BehaviourClassChanged,
    BehaviourReviewScheduled,
    ChequeBounced,
    CreditLimitSet,
    LimitUseReached,
    PromiseBroken,
    ReviewCause,
    ReviewDue,
    TemporaryLimitEnded,
)
from credit_svc.account.state import Account, evolve
from credit_svc.assessment.behaviour import JUDGED, judge
from credit_svc.commands.receivables import UnknownInvoice
from credit_svc.policies import ClassPolicy, CreditPolicy
from credit_svc.receivables.ledger import NOTHING

SAYS_HOW_IT_PAYS = tuple(event for event in JUDGED if event not in (BehaviourClassChanged, BehaviourReviewScheduled))
WORSE = {"A": 0, "B": 1, "C": 2, "D": 3}


@dataclass
class Answer:
    """The facts told so far and the account after them: each consequence is decided on all that went before."""

    account: Account
    policies: PolicyBook
    customer_id: str
    events: list[Event] = field(default_factory=list)
    judged: int = 0

    def tell(self, *events: Event) -> None:
        for event in events:
            self.account = evolve(self.account, event)
            self.events.append(event)

    def policy(self, kind: type[P], on: date) -> PolicyVersion[P]:
        return self.policies.at(kind, on)

    def day(self, on: date) -> date:
        """A fact told late does not turn the account's day back."""
        return max(on, self.account.latest)


def currency_of(answer: Answer, invoice_id: str) -> str:
    """The currency of an invoice. Raises UnknownInvoice."""
    currency = answer.account.currency_of_invoice(invoice_id)
    if currency is None:
        raise UnknownInvoice(customer_id=answer.customer_id, invoice_id=invoice_id)
    return currency


def judge_behaviour(answer: Answer, on: date, always: bool = False) -> None:
    """The behaviour class after what was just told; ``always``: because a day passed."""
    told = answer.events[answer.judged :]
    answer.judged = len(answer.events)
    if not always and not any(isinstance(event, SAYS_HOW_IT_PAYS) for event in told):
        return
    account = answer.account
    on = max(on, account.behaviour.judged_on)
    policy = answer.policy(ClassPolicy, on)
    ledger = account.ledger(account.currency or "")
    verdict = judge(account.behaviour, on, ledger.open, ledger.balance, policy.document)
    before, after = account.behaviour.current, verdict.behaviour_class
    if after != before:
        answer.tell(
            BehaviourClassChanged(
                customer_id=answer.customer_id,
                before=before,
                after=after,
                because=verdict.because,
                factors=verdict.factors,
                decided_on=on,
                policy_version=policy.version,
            )
        )
    if always or verdict.review_on != account.behaviour.review_on:
        answer.tell(
            BehaviourReviewScheduled(
                customer_id=answer.customer_id, review_on=verdict.review_on, history_from=verdict.history_from
            )
        )
    if reason := _reason_for_review(told, WORSE[after] > max(WORSE[before], 1)):
        owe_review(answer, reason, verdict.because, on)
    answer.judged = len(answer.events)


def _reason_for_review(told: Sequence[Event], is_worse: bool) -> ReviewCause | None:
    if any(isinstance(event, ChequeBounced) for event in told):
        return "cheque_bounced"
    if any(isinstance(event, PromiseBroken) for event in told):
        return "promise_broken"
    return "behaviour_worse" if is_worse else None


def owe_review(answer: Answer, because: ReviewCause, detail: str, on: date) -> None:
    """A person must look at the file; one review at a time."""
    file = answer.account.file
    if file.review is not None:
        return
    answer.tell(
        ReviewDue(
            customer_id=answer.customer_id,
            review_id=f"{answer.customer_id}-R{file.reviews + 1}",
            due_on=on,
            cause=because,
            detail=detail,
        )
    )


def cancel_line(answer: Answer, on: date, reason: str, approved_by: str) -> None:
    """The limit is nothing until a new one is approved, and what raised it ends."""
    currency = answer.account.currency
    if currency is None:
        return
    for raise_id in sorted(answer.account.line.raises):
        answer.tell(
            TemporaryLimitEnded(customer_id=answer.customer_id, raise_id=raise_id, ended_on=on, cause="cancelled")
        )
    answer.tell(
        CreditLimitSet(
            customer_id=answer.customer_id,
            limit=NOTHING,
            currency=currency,
            valid_from=on,
            reason=reason,
            approved_by=approved_by,
        )
    )


def notice_use(answer: Answer, before: Account, on: date) -> None:
    """Tell when the use of the limit came to a percentage that is watched."""
    if answer.account is before or answer.account.currency is None:
        return
    on = answer.day(on)
    percents = answer.policy(CreditPolicy, on).document.notice_percents
    reached = _use(answer.account, on, answer.policies, percents)
    if reached > _use(before, on, answer.policies, percents):
        position = answer.account.position(on, answer.policies, answer.account.currency)
        answer.tell(
            LimitUseReached(customer_id=answer.customer_id, percent=reached, exposure=position.exposure, reached_on=on)
        )


def _use(account: Account, on: date, policies: PolicyBook, percents: Sequence[int]) -> int:
    """The highest percentage that the exposure has come to; 0 below the first."""
    own = account.currency
    if own is None:
        return 0
    used = account.receivable(own) + account.orders.total - account.file.security_on(on, own)
    limit: Decimal = account.limit_on(on, policies)
    return max((percent for percent in percents if used > 0 and used * 100 >= limit * percent), default=0)
