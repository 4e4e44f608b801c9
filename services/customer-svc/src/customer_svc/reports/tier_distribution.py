"""How the runs spread their populations over the tiers."""

from typing import Any

from chassis.http import Queries
from customer_svc.read_models import tier_count


async def with_distribution(runs: list[dict[str, Any]], queries: Queries) -> list[dict[str, Any]]:
    """The runs, each with its ``distribution``."""
    counts = await queries.rows(tier_count.counts([run["tiering_id"] for run in runs]))
    return [{**run, "distribution": _distribution(run["tiering_id"], counts)} for run in runs]


def _distribution(tiering_id: str, counts: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Tier → customer_count, changed_count, on_grace_count."""
    return {
        count["tier"]: {
            f"{name.removesuffix('s')}_count": int(count[name]) for name in ("customers", "changed", "on_grace")
        }
        for count in counts
        if count["tiering_id"] == tiering_id
    }
