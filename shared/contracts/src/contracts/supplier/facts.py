"""Facts about a supplier as they were recorded: lots, inspections, nonconformances, cases, surveys."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.erp import CaseKind, Responsibility, Severity, SubLot
from contracts.fields import NO_CONTROLS, Amount, Count, Currency, Day, Id, Percent, Quantity, Text, formerly

RecordId = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
"""Of a nonconformance: its inspection, a colon and its number in it, from 1 (``I-7:1``); or its complaint."""

SurveyTopic = Literal["quality_stability", "after_sales", "delivery_timeliness", "supply_assurance"]
"""What heads of supply and sales are asked about a supplier."""

SurveyFunction = Literal["supply", "sales"]
"""In what capacity a head judges a supplier."""


class DeliveryRecorded(Event):
    """A lot of the supplier arrived; ``days_late`` is 0 when it came on or before the promised date.

    A quantity of 0 (a reversal) is on record and is no lot: nothing counts it. Where ``ordered_quantity`` is more than ``quantity``, the
    receipt is partial. ``sub_lots`` are the lots of sub-suppliers that it was made of.
    """

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
    lowest_price: Amount | None = None
    ordered_quantity: Quantity | None = None
    sub_lots: tuple[SubLot, ...] = ()


class LotFigures(Part):
    """What can be corrected of a lot; prices are in the currency of the delivery."""

    quantity: Quantity
    promised_on: Day
    days_late: Count
    unit_price: Amount
    standard_price: Amount | None = None
    lowest_price: Amount | None = None
    ordered_quantity: Quantity | None = None
    sub_lots: tuple[SubLot, ...] = ()


class DeliveryCorrected(Event):
    """A delivery on record was reported again with other figures: ``after`` counts in place of ``before``, and its period is restated.

    A lot whose lateness was excused stays excused.
    """

    TYPE: ClassVar[str] = "supplier.DeliveryCorrected"
    supplier_id: Id
    delivery_id: Id
    item_id: Id
    plant_id: Id | None = None
    received_on: Day
    currency: Currency
    before: LotFigures
    after: LotFigures
    summary: Text


class LatenessExcused(Event):
    """A late delivery counts as on time: an objection to it was upheld."""

    TYPE: ClassVar[str] = "supplier.LatenessExcused"
    supplier_id: Id
    delivery_id: Id
    item_id: Id
    received_on: Day
    days_late_before: Count
    plant_id: Id | None = None


class UnapprovedDeliveryFlagged(Event):
    """A supplier that is neither approved nor on trial delivered; without an onboarding file the first lot of a month is flagged."""

    TYPE: ClassVar[str] = "supplier.UnapprovedDeliveryFlagged"
    supplier_id: Id
    delivery_id: Id
    item_id: Id
    received_on: Day
    stage: Id = Field(description="where the supplier is: unregistered, survey, suspended, eliminated, …")
    summary: Annotated[Text, formerly("summary", "says")]


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


class InspectionOutcome(Part):
    """What can be corrected of an inspection, beside its defects."""

    lot_quantity: Quantity
    result: Literal["accepted", "rejected", "concession"]
    line_stop_minutes: Count


class InspectionCorrected(Event):
    """An inspection on record was reported again with another outcome: ``after`` counts in place of ``before``."""

    TYPE: ClassVar[str] = "supplier.InspectionCorrected"
    supplier_id: Id
    inspection_id: Id
    item_id: Id
    lot_id: Id
    plant_id: Id | None = None
    inspected_on: Day
    before: InspectionOutcome
    after: InspectionOutcome
    summary: Text


class NonconformanceRecorded(Event):
    """A defect was recorded, with the points it costs the supplier (0 unless the supplier is responsible).

    It was found by an inspection, or in the field by a customer's complaint (then ``inspection_id`` is None). ``sub_supplier_id`` is the
    sub-supplier of which alone the lot was made; None where none, or more than one, is known.
    """

    TYPE: ClassVar[str] = "supplier.NonconformanceRecorded"
    supplier_id: Id
    nonconformance_id: RecordId
    inspection_id: Id | None = None
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
    stage: Literal["incoming", "in_process", "final", "field"] | None = None
    complaint_id: Id | None = None
    customer_id: Id | None = None
    sub_supplier_id: Id | None = None


class ResponsibilityDecided(Event):
    """The responsibility for a nonconformance was decided later; its points go from ``points_before`` to ``points``."""

    TYPE: ClassVar[str] = "supplier.ResponsibilityDecided"
    supplier_id: Id
    nonconformance_id: RecordId
    severity: Severity
    responsibility: Literal["supplier", "own"]
    points_before: Count
    points: Count
    found_on: Day
    policy_version: int
    item_id: Id | None = None
    plant_id: Id | None = None
    code: Id | None = None
    quantity: Quantity | None = None


class CaseRecorded(Event):
    """The supplier did not cooperate, or was criticised formally or on site."""

    TYPE: ClassVar[str] = "supplier.CaseRecorded"
    supplier_id: Id
    case_id: Id
    kind: CaseKind
    happened_on: Day
    item_id: Id | None = None
    plant_id: Id | None = None
    note: Text = ""


class CaseCorrected(Event):
    """A case on record was reported again as one of another kind, or with another note."""

    TYPE: ClassVar[str] = "supplier.CaseCorrected"
    supplier_id: Id
    case_id: Id
    kind_before: CaseKind
    kind: CaseKind
    happened_on: Day
    item_id: Id | None = None
    plant_id: Id | None = None
    note: Text = ""
    summary: Text


class CaseWithdrawn(Event):
    """A case no longer counts: an objection to it was upheld."""

    TYPE: ClassVar[str] = "supplier.CaseWithdrawn"
    supplier_id: Id
    case_id: Id
    kind: CaseKind
    happened_on: Day
    item_id: Id | None = None
    plant_id: Id | None = None


class SupplierSurveyed(Event):
    """A head of supply or sales judged the supplier; ``scores`` are 0 to 100 by topic.

    ``function`` is that of the respondent in the round; an answer outside of a round has none and counts as one of supply.
    """

    TYPE: ClassVar[str] = "supplier.SupplierSurveyed"
    supplier_id: Id
    survey_id: Id
    answered_on: Day
    respondent: Id
    scores: dict[SurveyTopic, Percent]
    round_id: Id | None = None
    function: SurveyFunction | None = None
