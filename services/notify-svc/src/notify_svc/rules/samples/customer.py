"""Samples of the events of customer-svc that can be subscribed to."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.customer import (
    BuyingFigures,
    ChurnRecovered,
    ChurnWarned,
    ClockDue,
    ComplaintCauseReported,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintTraceWithdrawn,
    CustomerTierChanged,
    DiversionSuspected,
    FollowUpDue,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    NineBoxReviewOpened,
    OrderReturnRefused,
    RebatePaid,
    RelationshipStageChanged,
    RetentionTaskOpened,
    StageEvidence,
    ValueScores,
)

C, OWNER, FIRST = "C-1", "E-17", date(2024, 2, 1)
NINE, TEN = datetime(2024, 2, 1, 9, tzinfo=UTC), datetime(2024, 2, 1, 10, tzinfo=UTC)
COMPLAINT: dict[str, Any] = {"complaint_id": "X-1", "customer_id": C, "owner_id": OWNER}
CLOCK = ClockDue(clock="respond", warn_at=datetime(2024, 2, 1, 9, 48, tzinfo=UTC), due_at=TEN)

SAMPLES: tuple[Event, ...] = (
    CustomerTierChanged(
        customer_id=C, tiering_id="2024-01-CNY", as_of=date(2024, 1, 31), tier="important", previous="ordinary_large",
        rank=7, population=200, because="Rank 7 of 200.", policy_version=1,
        value=ValueScores(
            last_order_on=date(2024, 1, 20), recency_days=11, orders=12, amount=Decimal(6000), currency="CNY",
            recency_score=4, frequency_score=2, monetary_score=2,
        ),
    ),
    ComplaintOpened(
        **COMPLAINT, topic="product_quality", severity="urgent", description="The pump leaks.", opened_at=NINE,
        clocks=(CLOCK,), policy_version=1,
    ),
    ComplaintClockWarned(**COMPLAINT, clock="respond", due_at=TEN, policy_version=1),
    ComplaintClockBreached(**COMPLAINT, clock="respond", due_at=TEN, policy_version=1),
    ComplaintReopened(
        **COMPLAINT, reopened_at=NINE, because="The customer is not satisfied.", times=1, clocks=(CLOCK,),
        policy_version=1,
    ),
    ComplaintCauseReported(
        **COMPLAINT, supplier_id="S-1", action_id="CA-X-1", step="containment", text="The lot is blocked and was sorted.",
        due_on=date(2024, 2, 15), reported_on=date(2024, 2, 3),
    ),
    ComplaintTraceWithdrawn(
        **COMPLAINT, supplier_id="S-1", because="The pump was installed without its seal.", withdrawn_on=date(2024, 2, 5),
    ),
    FollowUpDue(**COMPLAINT, due_at=datetime(2024, 2, 2, 9, tzinfo=UTC)),
    ChurnWarned(
        customer_id=C, level="red", previous="yellow", owner_id=OWNER, warned_on=FIRST, policy_version=1,
        because="No order for 95 days; it used to order every 30.",
        figures=BuyingFigures(
            last_order_on=date(2023, 10, 29), silent_days=95, median_interval_days=Decimal(30), recent_sales=Decimal(0),
            previous_sales=Decimal(6000), currency="CNY",
        ),
    ),
    ChurnRecovered(customer_id=C, level="red", recovered_on=FIRST, because="Order O-2 came in."),
    RetentionTaskOpened(
        task_id="T-1", customer_id=C, owner_id=OWNER, level="red", opened_on=FIRST, due_on=date(2024, 2, 8),
    ),
    KeyAccountMeetingDue(customer_id=C, owner_id=OWNER, sponsor_id="E-2", due_on=FIRST, policy_version=1),
    KeyAccountDesignated(
        customer_id=C, owner_id=OWNER, sponsor_id="E-2", emphasis="quality", team=("E-17", "E-31"), designated_on=FIRST,
        next_meeting_on=date(2025, 2, 1), because="VIP for two years.", by="li.na", policy_version=1,
    ),
    NineBoxReviewOpened(
        customer_id=C, box="B2", proposed="A2", because="Its orders grow faster than its file says.", opened_on=FIRST,
        owner_id=OWNER, policy_version=1,
    ),
    RelationshipStageChanged(
        customer_id=C, stage="partner", previous="preferred", changed_on=FIRST, because="A joint plan was agreed.",
        evidence=StageEvidence(orders_12_months=24, contacts=5), by="li.na", policy_version=1,
    ),
    DiversionSuspected(
        scan_id="SC-1", unit_code="U-9", customer_id=C, authorised_region="east", scanned_in="north", scanned_on=FIRST,
        kind="malicious", because="Sold below the floor price in another region.", region_manager="E-40", repeats=2,
        policy_version=1,
    ),
    OrderReturnRefused(
        return_id="RET-1", order_id="SO-1", customer_id=C, returned_on=FIRST, amount=Decimal(5000), currency="CNY",
        because="Return RET-1 brings what came back of order SO-1 to 5,000.00 CNY; the order is 100.00 CNY. Correct the amount.",
    ),
    RebatePaid(
        rebate_id="RB-1", customer_id=C, accrued=Decimal(1200), collection_days=28, payout=Decimal(100),
        amount=Decimal(1200), currency="CNY", paid_on=FIRST, because="Collected within 30 days.", policy_version=1,
    ),
)  # fmt: skip
