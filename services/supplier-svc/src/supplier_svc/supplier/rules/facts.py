"""How a reported fact becomes the supplier's record of it: lateness, and points for each defect. Pure."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from chassis.policies import PolicyBook
from contracts.erp import Defect, GoodsReceived, InspectionCompleted
from contracts.supplier import (
    DeliveryRecorded,
    InspectionRecorded,
    LotFigures,
    NonconformanceRecorded,
    ResponsibilityDecided,
)
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.supplier.repeats import ReportedOtherwise, check_same


def delivery_recorded(delivery: GoodsReceived) -> DeliveryRecorded:
    """The delivery with its lateness in days."""
    return DeliveryRecorded(days_late=days_late(delivery), **dict(delivery))


def days_late(delivery: GoodsReceived) -> int:
    """Early is not late, and neither is a quantity of 0, which is no lot."""
    return max(0, (delivery.received_on - delivery.promised_on).days) if delivery.quantity else 0


def figures_of(delivery: GoodsReceived, is_excused: bool) -> LotFigures:
    """What counts of a delivery that is reported again; one whose lateness was excused stays on time."""
    return LotFigures(
        quantity=delivery.quantity,
        promised_on=delivery.promised_on,
        days_late=0 if is_excused else days_late(delivery),
        unit_price=delivery.unit_price,
        standard_price=delivery.standard_price,
        lowest_price=delivery.lowest_price,
        ordered_quantity=delivery.ordered_quantity,
        sub_lots=delivery.sub_lots,
    )


def inspection_recorded(inspection: InspectionCompleted) -> InspectionRecorded:
    return InspectionRecorded(**dict(inspection))


def findings(
    inspection: InspectionCompleted,
    day: date,
    known: Callable[[str], Nonconformance | None],
    policies: PolicyBook,
) -> Iterator[NonconformanceRecorded | ResponsibilityDecided]:
    """What the defects of an inspection add to what is ``known`` by nonconformance id; ``day`` is the day of the inspection.

    Defects are numbered in the order reported. A repeat settles what was undetermined, and corrects what nobody has decided since; what a
    person or an earlier message has decided is not overturned when an old message arrives again.

    Raises ReportedOtherwise where a defect on record is another one now, is missing, or was decided otherwise.
    """
    for number, defect in enumerate(inspection.defects, start=1):
        nonconformance_id = f"{inspection.inspection_id}:{number}"
        before = known(nonconformance_id)
        if before is None:
            yield _recorded(nonconformance_id, inspection, defect, day, policies)
            continue
        _check_same_defect(nonconformance_id, before, defect)
        responsibility = defect.responsibility
        if responsibility != "undetermined" and responsibility not in (before.responsibility, *before.was):
            yield responsibility_decided(inspection.supplier_id, nonconformance_id, before, responsibility, policies)
    first_missing = f"{inspection.inspection_id}:{len(inspection.defects) + 1}"
    if known(first_missing) is not None:
        raise ReportedOtherwise(
            what=f"Inspection {inspection.inspection_id}",
            differences=f"{len(inspection.defects)} defects, and {first_missing} is on record beyond them",
        )


def _check_same_defect(nonconformance_id: str, before: Nonconformance, defect: Defect) -> None:
    on_record = {"code": before.code, "severity": before.severity, "quantity": before.quantity}
    check_same(f"Nonconformance {nonconformance_id}", on_record, dict(defect))
    is_decided = before.responsibility != "undetermined" and bool(before.was)
    seen = ("undetermined", before.responsibility, *before.was)
    if is_decided and defect.responsibility not in seen:
        check_same(
            f"Nonconformance {nonconformance_id}",
            {"responsibility": before.responsibility},
            {"responsibility": defect.responsibility},
        )


def _recorded(
    nonconformance_id: str, inspection: InspectionCompleted, defect: Defect, day: date, policies: PolicyBook
) -> NonconformanceRecorded:
    policy = policies.at(NonconformancePoints, day)
    return NonconformanceRecorded(
        supplier_id=inspection.supplier_id,
        nonconformance_id=nonconformance_id,
        inspection_id=inspection.inspection_id,
        item_id=inspection.item_id,
        lot_id=inspection.lot_id,
        code=defect.code,
        severity=defect.severity,
        quantity=defect.quantity,
        responsibility=defect.responsibility,
        points=points_of(defect.severity, defect.responsibility, policy.document),
        found_on=day,
        policy_version=policy.version,
        plant_id=inspection.plant_id,
        stage=inspection.stage,
    )


def responsibility_decided(
    supplier_id: str,
    nonconformance_id: str,
    before: Nonconformance,
    responsibility: Literal["supplier", "own"],
    policies: PolicyBook,
) -> ResponsibilityDecided:
    """The decision with the points it costs now, under the policy of the day on which the defect was found."""
    policy = policies.at(NonconformancePoints, before.found_on)
    return ResponsibilityDecided(
        supplier_id=supplier_id,
        nonconformance_id=nonconformance_id,
        severity=before.severity,
        responsibility=responsibility,
        points_before=before.points,
        points=points_of(before.severity, responsibility, policy.document),
        found_on=before.found_on,
        policy_version=policy.version,
        item_id=before.item_id,
        plant_id=before.plant_id,
        code=before.code,
        quantity=before.quantity,
    )
