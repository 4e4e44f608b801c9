"""What agencies were given, collected and kept; a query over their mandates."""

from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from credit_svc.read_models import agency_mandate


def agencies() -> Select[Any]:
    """Per agency and currency; ``percent`` is what was collected of what was given, ``mean_days`` from the mandate to the settlement."""
    table = agency_mandate.MODEL.table
    given, collected = func.coalesce(func.sum(table.c.given), 0), func.sum(table.c.collected)
    days = cast(table.c.settled_on - table.c.delegated_on, Integer)
    return (
        select(
            table.c.agency,
            table.c.currency,
            func.count().label("cases"),
            given.label("given"),
            collected.label("collected"),
            func.round(collected * 100 / func.nullif(given, 0), 2).label("percent"),
            func.sum(table.c.commission).label("commission"),
            func.round(func.avg(days), 1).label("mean_days"),
        )
        .group_by(table.c.agency, table.c.currency)
        .order_by(table.c.agency, table.c.currency)
    )
