"""The supplier that a route is about."""

from typing import Any

from chassis.http import NotFound, Queries
from supplier_svc.read_models import supplier


async def existing(supplier_id: str, queries: Queries) -> dict[str, Any]:
    """Its row. Raises NotFound where nothing is known of it."""
    row = await queries.one(supplier.supplier(supplier_id))
    if row is None:
        raise NotFound("supplier", supplier_id)
    return row
