"""Facts of suppliers in few words, for tests: what a sentence does not name has a plausible value."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import Given, given
from contracts import Event
from contracts.erp import Defect, GoodsReceived, InspectionCompleted
from supplier_svc.policies import NonconformancePoints, SupplierGrading
from supplier_svc.supplier import DECIDER, RecordDelivery, RecordInspection

POLICIES = (NonconformancePoints, SupplierGrading)


def supplier(*facts: Event) -> Given:
    """A supplier after these facts, under the default policies."""
    return given(DECIDER, *facts, policies=POLICIES)


def delivery(
    delivery_id: str = "D-1", on: str = "2024-05-10", promised: str | None = None, **fields: Any
) -> RecordDelivery:
    """A delivery on its promised day, unless another is named."""
    plain = GoodsReceived(
        delivery_id=delivery_id,
        supplier_id="S-1",
        item_id="bolt",
        lot_id=f"L-{delivery_id}",
        quantity=Decimal(1000),
        promised_on=date.fromisoformat(promised or on),
        received_on=date.fromisoformat(on),
        unit_price=Decimal("0.10"),
        currency="EUR",
    )
    return RecordDelivery(plain.model_copy(update=fields))


def deliveries(lots: int, on: str = "2024-05-10") -> list[RecordDelivery]:
    """So many lots on one day."""
    return [delivery(f"D-{on}-{number}", on) for number in range(lots)]


def inspection(inspection_id: str = "I-1", *defects: str, on: str = "2024-05-12", **fields: Any) -> RecordInspection:
    """An inspection that found defects of these severities; ``"major own"`` names another responsibility."""
    plain = InspectionCompleted(
        inspection_id=inspection_id,
        supplier_id="S-1",
        item_id="bolt",
        lot_id="L-1",
        stage="incoming",
        lot_quantity=Decimal(1000),
        result="rejected" if defects else "accepted",
        defects=tuple(_defect(*words.split()) for words in defects),
        inspected_on=date.fromisoformat(on),
    )
    return RecordInspection(plain.model_copy(update=fields))


def _defect(severity: Any, responsibility: Any = "supplier") -> Defect:
    return Defect(code="crack", severity=severity, quantity=Decimal(1), responsibility=responsibility)
