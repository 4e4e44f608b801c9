"""Rules for what tribunals and courts decide, and for the last days of terms of the law."""

from contracts.credit import (
    AwardRecorded,
    AwardReviewed,
    CaseClockNear,
    CollectionCaseClosed,
    JudgmentRecorded,
    LimitationNear,
    LimitationRanOut,
    LimitationRestarted,
    PaymentOverdueEnded,
)
from notify_svc.rules.defaults.routes import TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

CASES = "collection"
TERMS = ("role:collector", "role:credit-manager")
DECISIONS = ("role:credit-manager", "role:account-owner")
BEGINS_ANEW = (PaymentOverdueEnded.TYPE, LimitationRestarted.TYPE)

RULES = (
    Rule(
        id="case-clock-near", event=CaseClockNear.TYPE, topic=CASES, audience=TERMS, about="case_id", period="event.id",
        channels=TO_ROLE, template="case-clock-near", urgency=URGENT, drop_when=(CollectionCaseClosed.TYPE,),
    ),
    Rule(
        id="limitation-near", event=LimitationNear.TYPE, topic=CASES, audience=TERMS, about="invoice_id",
        period="event.id", channels=TO_ROLE, template="limitation-near", urgency=URGENT,
        drop_when=BEGINS_ANEW,
    ),
    Rule(
        id="limitation-ran-out", event=LimitationRanOut.TYPE, topic=CASES, audience=TERMS, about="invoice_id",
        period="until", channels=TO_ROLE, template="limitation-ran-out", urgency=URGENT,
        drop_when=BEGINS_ANEW,
    ),
    Rule(
        id="award", event=AwardRecorded.TYPE, topic=CASES, audience=DECISIONS, about="case_id", period="award_id",
        channels=TO_ROLE, template="award",
    ),
    Rule(
        id="award-reviewed", event=AwardReviewed.TYPE, topic=CASES, audience=DECISIONS, about="case_id",
        period="event.id", channels=TO_ROLE, template="award-reviewed",
    ),
    Rule(
        id="judgment", event=JudgmentRecorded.TYPE, topic=CASES, audience=DECISIONS, about="case_id",
        period="judgment_id", channels=TO_ROLE, template="judgment",
    ),
)  # fmt: skip
