"""Routes of the deliveries and inspections of one supplier, as they count now."""

from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter

from chassis.http import Days, Page, Queries, needs
from chassis.http.parameters import After, Limit, number_in
from contracts.fields import Id
from contracts.figures import PlainModel
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.supplier.facts import RecordDelivery
from supplier_svc.supplier.state import Supplier

router = APIRouter(prefix="/v1", tags=["facts"])


class DeliveryRow(PlainModel):
    """A lot that was received, as it counts now; ``days_late`` is 0 where it was on time or excused."""

    delivery_id: str
    item_id: str
    lot_id: str
    plant_id: str | None
    quantity: Decimal
    unit_price: Decimal
    currency: str
    promised_on: date
    received_on: date
    days_late: int


class InspectionRow(PlainModel):
    """An inspection, as it counts now."""

    inspection_id: str
    item_id: str
    lot_id: str
    plant_id: str | None
    stage: str
    lot_quantity: Decimal
    result: str
    inspected_on: date


@router.get(
    "/suppliers/{supplier_id}/deliveries", dependencies=[needs("supplier.deliveries.read", partner="supplier_id")]
)
async def list_deliveries(
    supplier_id: Id, queries: Queries, days: Days, after: After = None, limit: Limit = 100
) -> Page[DeliveryRow]:
    """The deliveries of a supplier by the day on which they were received, which ``since`` and ``until`` bound."""
    known = await _state(supplier_id, queries)
    found = sorted((lot.received_on, id) for id, lot in known.facts.deliveries.items() if lot.received_on in days)
    rows = [
        {"delivery_id": id, **{name: getattr(known.facts.deliveries[id], name) for name in _DELIVERY}} for _, id in found
    ]  # fmt: skip
    return _page(rows, after, limit)


@router.get(
    "/suppliers/{supplier_id}/inspections", dependencies=[needs("supplier.inspections.read", partner="supplier_id")]
)
async def list_inspections(
    supplier_id: Id, queries: Queries, days: Days, after: After = None, limit: Limit = 100
) -> Page[InspectionRow]:
    """The inspections of a supplier's lots by their day, which ``since`` and ``until`` bound."""
    known = await _state(supplier_id, queries)
    found = sorted((each.inspected_on, id) for id, each in known.facts.inspections.items() if each.inspected_on in days)
    rows = [
        {"inspection_id": id, **{name: getattr(known.facts.inspections[id], name) for name in _INSPECTION}} for _, id in found
    ]  # fmt: skip
    return _page(rows, after, limit)


_DELIVERY = [name for name in DeliveryRow.model_fields if name != "delivery_id"]
_INSPECTION = [name for name in InspectionRow.model_fields if name != "inspection_id"]


async def _state(supplier_id: str, queries: Queries) -> Supplier:
    await existing_supplier(supplier_id, queries)
    known: Supplier = await queries.state(RecordDelivery, supplier_id)
    return known


def _page(rows: list[dict[str, Any]], after: str | None, limit: int) -> Page[Any]:
    """The cursor is how many came before."""
    start = number_in(after)
    rest = rows[start : start + limit]
    return Page[Any](items=rest, next=str(start + limit) if len(rows) > start + limit else None)
