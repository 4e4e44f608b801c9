"""One plausible event of each type about what becomes of an open collection case."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.credit import (
    CaseReviewDue,
    CaseStrategyChanged,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionStepWithdrawn,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PaymentPlanProposed,
    PlanInstalment,
)

CASE: dict[str, Any] = {"case_id": "C-1-1", "customer_id": "C-1"}
OWED: dict[str, Any] = {"oldest_invoice_id": "I-2", "currency": "CNY"}
ASKED_ON, ANSWER_BY = date(2024, 4, 30), date(2024, 5, 10)

SAMPLES: tuple[Event, ...] = (
    CollectionStepWithdrawn(
        **CASE, **OWED, from_step="delegate", to_step="visit", because="settled", days_past_due=39, overdue=Decimal(3000),
        next_step="stop_supply", next_step_on=date(2024, 5, 6), withdrawn_on=ASKED_ON, policy_version=1,
    ),
    CaseWayAsked(
        **CASE, **OWED, way="delegated", requested_on=ASKED_ON, answer_by=ANSWER_BY, amount=Decimal(3000), step="delegate",
    ),
    CaseWayUnanswered(
        **CASE, way="delegated", requested_on=ASKED_ON, answer_by=ANSWER_BY, unanswered_on=ANSWER_BY,
    ),
    CaseWayEnded(**CASE, way="delegated", because="settled", ended_on=date(2024, 6, 3)),
    CaseReviewDue(
        **CASE, **OWED, due_on=ASKED_ON, answer_by=ANSWER_BY, options=("keep", "general", "high_risk"), days_past_due=60,
        overdue=Decimal(3000), policy_version=1,
    ),
    CaseStrategyChanged(
        **CASE, before="low_risk", after="general", because="Nobody looked by 2024-05-10.", changed_on=ANSWER_BY,
    ),
    PaymentPlanProposed(
        **CASE, currency="CNY", support_limit=Decimal(500),
        instalments=(
            PlanInstalment(amount=Decimal(1500), due_on=date(2024, 5, 31)),
            PlanInstalment(amount=Decimal(1500), due_on=date(2024, 6, 30)),
        ),
        reason="Their own customer pays late.", proposed_on=ASKED_ON, proposed_by="wang.wei",
    ),
    PaymentPlanAgreed(
        **CASE, plan_id="C-1-1-I1", currency="CNY", support_limit=Decimal(500), paid_before=Decimal(0),
        instalments=(
            PlanInstalment(amount=Decimal(1500), due_on=date(2024, 5, 31)),
            PlanInstalment(amount=Decimal(1500), due_on=date(2024, 6, 30)),
        ),
        reason="Their own customer pays late.", agreed_on=ASKED_ON, approved_by="li.na",
    ),
    PaymentPlanBroken(
        **CASE, plan_id="C-1-1-I1", number=2, missing=Decimal(1500), currency="CNY", broken_on=date(2024, 7, 1),
        next_from=date(2025, 7, 1),
    ),
)  # fmt: skip
