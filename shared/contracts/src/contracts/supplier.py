"""What supplier-svc publishes on ``supplier.events``."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts import policy
from contracts.envelope import Event
from contracts.erp import Part, Responsibility, Severity
from contracts.fields import NO_CONTROLS, Amount, Count, Currency, Day, Id, Quantity, Text

TOPIC = "supplier.events"

SupplierGrade = Literal["A", "B", "C", "D", "insufficient"]
"""Grade of a period; ``insufficient`` means too few lots to judge, and the previous grade stands."""

RecordId = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
"""A nonconformance: the inspection that found it, a colon and its number there from 1 on (``I-7:1``)."""


class DeliveryRecorded(Event):
    """A lot of the supplier arrived; ``days_late`` is 0 when it came on or before the promised date."""

    TYPE: ClassVar[str] = "supplier.DeliveryRecorded"
    supplier_id: Id
    delivery_id: Id
    item_id: Id
    lot_id: Id
    quantity: Quantity
    promised_on: Day
    received_on: Day
    days_late: Count
    unit_price: Amount
    standard_price: Amount | None = None
    currency: Currency
    plant_id: Id | None = None


class InspectionRecorded(Event):
    """A lot of the supplier was inspected; each defect found follows as a NonconformanceRecorded."""

    TYPE: ClassVar[str] = "supplier.InspectionRecorded"
    supplier_id: Id
    inspection_id: Id
    item_id: Id
    lot_id: Id
    stage: Literal["incoming", "in_process", "final", "field"]
    lot_quantity: Quantity
    result: Literal["accepted", "rejected", "concession"]
    line_stop_minutes: Count
    inspected_on: Day
    plant_id: Id | None = None


class NonconformanceRecorded(Event):
    """One defect record with the points it costs the supplier (0 unless the supplier is responsible)."""

    TYPE: ClassVar[str] = "supplier.NonconformanceRecorded"
    supplier_id: Id
    nonconformance_id: RecordId
    inspection_id: Id
    item_id: Id
    lot_id: Id
    code: Id
    severity: Severity
    quantity: Quantity
    responsibility: Responsibility
    points: Count
    found_on: Day
    policy_version: int
    plant_id: Id | None = None


class ResponsibilityDecided(Event):
    """Who answers for a nonconformance was decided later; its points go from ``points_before`` to ``points``."""

    TYPE: ClassVar[str] = "supplier.ResponsibilityDecided"
    supplier_id: Id
    nonconformance_id: RecordId
    severity: Severity
    responsibility: Literal["supplier", "own"]
    points_before: Count
    points: Count
    found_on: Day
    policy_version: int


class GradingScheduled(Event):
    """The supplier will be graded for this period as soon as ``due_on`` has begun (00:00 UTC)."""

    TYPE: ClassVar[str] = "supplier.GradingScheduled"
    supplier_id: Id
    period: str = Field(pattern=r"^\d{4}-\d{2}$")
    due_on: Day


class GradeFactor(Part):
    """One measured input of a grade, with what it contributed."""

    name: Id
    value: Decimal
    contribution: Decimal
    unit: Text


class GradeThreshold(Part):
    """The most that a grade tolerates: points (per 100 lots or absolute) ≤ ``at_most``."""

    grade: Literal["A", "B", "C", "D"]
    at_most: Decimal | None = None


class Grading(Part):
    """Everything a grade was decided from, so that it explains itself."""

    grade: SupplierGrade
    score: Decimal
    basis: Literal["points_per_100_lots", "absolute_points"]
    factors: tuple[GradeFactor, ...]
    thresholds: tuple[GradeThreshold, ...]
    deciding_records: tuple[RecordId, ...] = Field(default=(), description="the records that cost most, at most 20")
    policy_version: int
    min_lots: Count | None = Field(default=None, description="fewer lots received are insufficient to grade per 100")


class SupplierGraded(Event):
    """The period's grade. ``standing`` is the grade in force after it (the previous one when insufficient).

    In force is the grade of the latest graded period that is not insufficient; grading an older period leaves it.
    """

    TYPE: ClassVar[str] = "supplier.SupplierGraded"
    supplier_id: Id
    period: str = Field(pattern=r"^\d{4}-\d{2}$")
    starts_on: Day
    ends_on: Day
    grading: Grading
    standing: SupplierGrade
    previous_standing: SupplierGrade | None = None


class SupplierGradeRestated(Event):
    """A late or corrected fact changed a period that was already graded."""

    TYPE: ClassVar[str] = "supplier.SupplierGradeRestated"
    supplier_id: Id
    period: str = Field(pattern=r"^\d{4}-\d{2}$")
    before: Grading
    after: Grading
    standing: SupplierGrade
    because: Text


class PolicyPublished(policy.PolicyPublished):
    """A policy of supplier-svc has a new version."""

    TYPE: ClassVar[str] = "supplier.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of supplier-svc."""

    TYPE: ClassVar[str] = "supplier.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of supplier-svc ended."""

    TYPE: ClassVar[str] = "supplier.PolicyShadowEnded"


EVENTS: tuple[type[Event], ...] = (
    DeliveryRecorded,
    InspectionRecorded,
    NonconformanceRecorded,
    ResponsibilityDecided,
    GradingScheduled,
    SupplierGraded,
    SupplierGradeRestated,
    PolicyPublished,
    PolicyShadowed,
    PolicyShadowEnded,
)
