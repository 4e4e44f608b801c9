"""Samples of what tribunals and courts decide, and of terms that near their end."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.credit import (
    AwardRecorded,
    AwardReviewed,
    CaseClockNear,
    CaseItem,
    JudgmentRecorded,
    LimitationNear,
    LimitationRanOut,
)

CASE: dict[str, Any] = {"case_id": "C-1-1", "customer_id": "C-1"}
CLAIM: dict[str, Any] = {
    **CASE, "claimed": Decimal(100000), "costs": Decimal(2300), "currency": "CNY", "made_on": date(2024, 1, 29),
    "items": (CaseItem(invoice_id="I-1", amount=Decimal(100000)),), "recorded_by": "li.na", "policy_version": 1,
}  # fmt: skip
INVOICE: dict[str, Any] = {
    "invoice_id": "I-1", "customer_id": "C-1", "open_amount": Decimal("12000.50"), "currency": "CNY",
}  # fmt: skip

SAMPLES: tuple[Event, ...] = (
    CaseClockNear(
        **CASE, way="litigation", clock="enforcement", ends_on=date(2024, 3, 2), days_left=30,
        reminded_on=date(2024, 2, 1), near_on=date(2024, 2, 24),
    ),
    LimitationNear(
        **INVOICE, until=date(2024, 7, 30), days_left=180, reminded_on=date(2024, 2, 1), near_on=date(2024, 5, 31),
    ),
    LimitationRanOut(**INVOICE, until=date(2024, 1, 31), ran_out_on=date(2024, 2, 1)),
    AwardRecorded(
        **CLAIM, award_id="AW-7", outcome="partly", awarded=Decimal(80000), received_on=date(2024, 2, 1),
        set_aside_until=date(2024, 8, 1), enforce_until=date(2026, 1, 29),
    ),
    AwardReviewed(
        **CASE, award_id="AW-7", kind="set_aside", outcome="granted", decided_on=date(2024, 2, 1), recorded_by="li.na",
    ),
    JudgmentRecorded(
        **CLAIM, judgment_id="J-9", instance=1, outcome="granted", adjudged=Decimal(100000), served_on=date(2024, 2, 1),
        appeal_until=date(2024, 2, 16), is_final=False,
    ),
)  # fmt: skip
