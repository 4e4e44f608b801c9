"""The final state of an installation as other systems see it over HTTP, without ids and clocks that differ between two runs, and without
positions in a log: two sources of a service are read side by side, and which of two facts comes first is open.
"""

from typing import Any

from chassis.storage.connecting import connect
from standing.installation import Installation
from standing.services import ALL

UNSTABLE = {
    "event_id",
    "correlation_id",
    "causation_id",
    "notification_id",
    "requested_at",
    "sent_at",
    "reference",
    "history",
    "counts_from",
}

WAITING = ["supplier.ClaimUnpriced"]
"""Events that tell what something waits for. A defect found in a lot waits for the price only where it is read before the delivery."""


async def final_state(installation: Installation) -> dict[str, Any]:
    """Grades, tiers, invoices, cases and notices; two runs of the same facts must give the same."""
    supplier, customer, credit, notify = (
        installation.client(f"{name}-svc") for name in ("supplier", "customer", "credit", "notify")
    )
    suppliers = await supplier.pages("/v1/suppliers")
    return {
        "suppliers": stable(suppliers),
        "months": [stable(await supplier.pages(f"/v1/suppliers/{row['supplier_id']}/grades")) for row in suppliers],
        "customers": stable(await customer.pages("/v1/customers")),
        "tierings": stable(await customer.pages("/v1/tierings")),
        "orders": stable(await customer.pages("/v1/orders")),
        "invoices": stable(await credit.pages("/v1/invoices")),
        "cases": stable(await credit.pages("/v1/collections")),
        "notices": await notify.get("/v1/reports/notices"),
    }


def stable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in UNSTABLE} for row in rows]


async def events(installation: Installation) -> dict[str, int]:
    """Service → number of events in its log, without those in WAITING."""
    return {service.name: await _events(installation.dsn(service.name)) for service in ALL}


async def _events(dsn: str) -> int:
    connection = await connect(dsn)
    try:
        number: int = await connection.fetchval("SELECT count(*) FROM event WHERE type <> ALL($1)", WAITING)
    finally:
        await connection.close()
    return number
