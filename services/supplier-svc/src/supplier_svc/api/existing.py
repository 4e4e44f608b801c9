"""The supplier that a route is about."""

from typing import Any

from chassis.http import NotFound, Reader
from supplier_svc.read_models import supplier


async def existing(supplier_id: str, reader: Reader) -> dict[str, Any]:
    """Its row. Raises NotFound where nothing is known of it."""
    row = await reader.one(supplier.supplier(supplier_id))
    if row is None:
        raise NotFound("supplier", supplier_id)
    return row
