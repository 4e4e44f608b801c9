"""How a reported fact becomes the supplier's record of it: lateness, and points for each defect. Pure."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from chassis.policies import PolicyBook
from contracts.erp import Defect, GoodsReceived, InspectionCompleted
from contracts.supplier import DeliveryRecorded, InspectionRecorded, NonconformanceRecorded, ResponsibilityDecided
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.tally import Nonconformance


def delivery_recorded(delivery: GoodsReceived) -> DeliveryRecorded:
    """The delivery with its lateness in days; early is not late."""
    days_late = max(0, (delivery.received_on - delivery.promised_on).days)
    return DeliveryRecorded(days_late=days_late, **dict(delivery))


def inspection_recorded(inspection: InspectionCompleted) -> InspectionRecorded:
    return InspectionRecorded(**dict(inspection))


def findings(
    inspection: InspectionCompleted,
    day: date,
    known: Callable[[str], Nonconformance | None],
    policies: PolicyBook,
) -> Iterator[NonconformanceRecorded | ResponsibilityDecided]:
    """What the defects of an inspection add to what is ``known`` by nonconformance id; ``day`` is the day of the inspection.

    Defects are numbered in the order reported. A repeat only settles what was undetermined: what a person or an earlier message has
    decided since is not overturned when an old message arrives again.
    """
    for number, defect in enumerate(inspection.defects, start=1):
        nonconformance_id = f"{inspection.inspection_id}:{number}"
        before = known(nonconformance_id)
        if before is None:
            yield _recorded(nonconformance_id, inspection, defect, day, policies)
        elif before.responsibility == "undetermined" and defect.responsibility != "undetermined":
            yield responsibility_decided(
                inspection.supplier_id, nonconformance_id, before, defect.responsibility, policies
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
