"""Rules for what becomes of an open collection case: steps taken back, questions, reviews, payment plans."""

from contracts.credit import (
    CaseReviewDue,
    CaseReviewed,
    CaseStrategyChanged,
    CaseWayAnswered,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionCaseClosed,
    CollectionStepWithdrawn,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PaymentPlanProposed,
    PaymentPlanRejected,
)
from notify_svc.rules.defaults.routes import TO_PARTNER, TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Digest, Rule

CASES, LIST_AT = "collection", "08:00"
ANSWERED = (CaseWayAnswered.TYPE, CollectionCaseClosed.TYPE)

RULES = (
    Rule(
        id="step-withdrawn", event=CollectionStepWithdrawn.TYPE, topic=CASES, audience=("role:collector",), about="case_id",
        period="event.id", channels=TO_ROLE, template="step-withdrawn", digest=Digest(until_time=LIST_AT),
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="way-asked", event=CaseWayAsked.TYPE, topic=CASES, audience=("role:credit-manager",), about="case_id",
        period="requested_on", channels=TO_ROLE, template="way-asked", drop_when=ANSWERED,
    ),
    Rule(
        id="way-unanswered", event=CaseWayUnanswered.TYPE, topic=CASES, audience=("role:credit-head",), about="case_id",
        period="answer_by", channels=TO_ROLE, template="way-unanswered", urgency=URGENT, drop_when=ANSWERED,
    ),
    Rule(
        id="way-ended", event=CaseWayEnded.TYPE, topic=CASES, audience=("role:collector",), about="case_id",
        period="ended_on", channels=TO_ROLE, template="way-ended",
    ),
    Rule(
        id="case-review", event=CaseReviewDue.TYPE, topic=CASES, audience=("role:credit-controller",), about="case_id",
        period="due_on", channels=TO_ROLE, template="case-review",
        drop_when=(CaseReviewed.TYPE, CollectionCaseClosed.TYPE),
    ),
    Rule(
        id="case-strategy", event=CaseStrategyChanged.TYPE, topic=CASES, audience=("role:collector",), about="case_id",
        period="event.id", channels=TO_ROLE, template="case-strategy", digest=Digest(until_time=LIST_AT),
        drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="plan-proposed", event=PaymentPlanProposed.TYPE, topic=CASES, audience=("role:credit-manager",), about="case_id",
        period="event.id", channels=TO_ROLE, template="plan-proposed",
        drop_when=(PaymentPlanAgreed.TYPE, PaymentPlanRejected.TYPE, CollectionCaseClosed.TYPE),
    ),
    Rule(
        id="plan-agreed", event=PaymentPlanAgreed.TYPE, topic=CASES, audience=("partner",), about="plan_id",
        period="agreed_on", channels=TO_PARTNER, template="plan-agreed", mandatory=True,
    ),
    Rule(
        id="plan-agreed-desk", event=PaymentPlanAgreed.TYPE, topic=CASES, audience=("role:collector", "role:salesperson"),
        about="plan_id", period="agreed_on", channels=TO_ROLE, template="plan-agreed",
    ),
    Rule(
        id="plan-broken", event=PaymentPlanBroken.TYPE, topic=CASES, audience=("role:collector", "role:credit-manager"),
        about="plan_id", period="broken_on", channels=TO_ROLE, template="plan-broken", urgency=URGENT,
    ),
)  # fmt: skip
