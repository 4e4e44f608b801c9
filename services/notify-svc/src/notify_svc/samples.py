"""One plausible event of each type that can be subscribed to: rules and templates are tried on it before they hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contracts import Envelope, Event
from contracts.credit import CollectionStepTaken, Exposure, OrderCreditApproved, OrderCreditHeld, PaymentOverdue
from contracts.customer import CustomerTierChanged, ValueScores
from contracts.supplier import GradeFactor, GradeThreshold, Grading, SupplierGraded, SupplierGradeRestated
from notify_svc.facts import Facts, facts_of


def _grading(grade: Any, score: str) -> Grading:
    return Grading(
        grade=grade,
        score=Decimal(score),
        basis="points_per_100_lots",
        factors=(
            GradeFactor(name="critical", value=Decimal(2), contribution=Decimal(10), unit="records"),
            GradeFactor(name="minor", value=Decimal(7), contribution=Decimal(7), unit="records"),
        ),
        thresholds=(GradeThreshold(grade="A", at_most=Decimal(5)), GradeThreshold(grade="D")),
        deciding_records=("N-1",),
        policy_version=1,
    )


_EXPOSURE = Exposure(
    currency="CNY",
    limit=Decimal(100000),
    receivable=Decimal(98000),
    approved_orders=Decimal(0),
    security=Decimal(0),
    overdue=Decimal(0),
)

_SAMPLES: tuple[Event, ...] = (
    SupplierGraded(
        supplier_id="S-1",
        period="2024-01",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 1, 31),
        grading=_grading("C", "17"),
        standing="C",
        previous_standing="B",
    ),
    SupplierGradeRestated(
        supplier_id="S-1",
        period="2024-01",
        before=_grading("B", "12"),
        after=_grading("C", "17"),
        standing="C",
        because="Inspection Q-9 arrived late.",
    ),
    CustomerTierChanged(
        customer_id="C-1",
        tiering_id="2024-01-CNY",
        as_of=date(2024, 1, 31),
        tier="important",
        previous="ordinary_large",
        rank=7,
        population=200,
        value=ValueScores(
            last_order_on=date(2024, 1, 20),
            recency_days=11,
            orders=12,
            amount=Decimal(6000),
            currency="CNY",
            recency_score=4,
            frequency_score=2,
            monetary_score=2,
        ),
        because="Rank 7 of 200.",
        policy_version=1,
    ),
    PaymentOverdue(
        invoice_id="I-1",
        customer_id="C-1",
        due_on=date(2024, 1, 31),
        overdue_since=date(2024, 2, 1),
        open_amount=Decimal("12000.50"),
        currency="CNY",
        policy_version=1,
    ),
    CollectionStepTaken(
        case_id="C-1-1",
        customer_id="C-1",
        step="call",
        taken_on=date(2024, 2, 3),
        days_past_due=3,
        oldest_invoice_id="I-1",
        overdue=Decimal("12000.50"),
        currency="CNY",
        next_step="letter_1",
        next_step_on=date(2024, 2, 7),
        policy_version=1,
    ),
    OrderCreditHeld(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(3000),
        currency="CNY",
        exposure=_EXPOSURE,
        status="hold",
        reason="98,000 + 3,000 is above the limit of 100,000.",
        releases_at="A payment of 1,000 or a limit of 101,000.",
        policy_version=1,
    ),
    OrderCreditApproved(
        order_id="O-1",
        customer_id="C-1",
        amount=Decimal(3000),
        currency="CNY",
        exposure=_EXPOSURE,
        status="watch",
        after_hold=True,
        policy_version=1,
    ),
)


def sample_facts(event_type: str) -> Facts | None:
    """The facts of the sample event of a type; None for a type that nobody can subscribe to."""
    return _FACTS.get(event_type)


def envelope_of(event: Event) -> Envelope:
    """An envelope around an event that no log holds: a sample or a preview."""
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    owner = event.TYPE.partition(".")[0]
    return Envelope(
        id="00000000-0000-7000-8000-000000000000",
        source=f"/{owner}-svc",
        type=event.TYPE,
        schema_version=event.VERSION,
        stream="sample",
        partition=0,
        position=1,
        version=1,
        occurred_at=moment,
        recorded_at=moment,
        correlation_id="sample",
    )


SAMPLES: dict[str, Event] = {event.TYPE: event for event in _SAMPLES}
_FACTS = {event.TYPE: facts_of(event, envelope_of(event)) for event in _SAMPLES}
