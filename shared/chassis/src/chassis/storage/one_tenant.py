"""A log has one tenant: tables that tenants share are where one sees the other's data."""

from chassis.errors import UsageError
from chassis.storage.connecting import named
from chassis.storage.database import Database

LOOKED_AT = 1_000


async def refuse_another_tenant(database: Database, tenant: str) -> None:
    """Raises UsageError where the log was begun for another tenant than the one that is set."""
    found = await database.pool.fetchval(
        "SELECT array_agg(DISTINCT tenant) FROM (SELECT meta::jsonb->>'tenant' AS tenant FROM event"
        " ORDER BY partition, position LIMIT $1) first WHERE tenant IS NOT NULL",
        LOOKED_AT,
    )
    if found and tenant not in found:
        raise UsageError(
            f"The log in {named(database.dsn)} is of the tenant {found[0]}, and STANDING_TENANT is {tenant}. A log has one tenant, fixed"
            f" by its first event: set STANDING_TENANT to {found[0]}, or name the databases of another installation."
        )
