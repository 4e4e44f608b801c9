"""How many accounts get credit, by the lowest class that does."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select

from chassis.http import Queries
from contracts import Event
from contracts.credit import CreditClass, CreditClassChanged
from credit_svc.policies.credit_standard import CLASSES, CreditStandardPolicy
from credit_svc.read_models import account


async def admitted(
    queries: Queries, policy: CreditStandardPolicy, as_of: date, known_at: datetime | None
) -> dict[str, int]:
    """With the classes of now, or with those of a day as they were known at an instant; that reads the whole log."""
    counts = dict[CreditClass | None, int]()
    if known_at is None:
        table = account.MODEL.table
        query = select(table.c.credit_class, func.count().label("accounts")).group_by(table.c.credit_class)
        counts = {row["credit_class"]: row["accounts"] for row in await queries.rows(query)}
    else:
        for row in await queries.known_all(account.MODEL, known_at, where=lambda event: _counts(event, as_of)):
            counts[row["credit_class"]] = counts.get(row["credit_class"], 0) + 1
    return by_min_class(counts, policy)


def by_min_class(counts: Mapping[CreditClass | None, int], policy: CreditStandardPolicy) -> dict[str, int]:
    """``counts``: how many accounts are of a class, or of none."""
    return {
        lowest: sum(accounts for each, accounts in counts.items() if policy.admits(each, lowest)) for lowest in CLASSES
    }


def _counts(event: Event, as_of: date) -> bool:
    return not isinstance(event, CreditClassChanged) or event.decided_on <= as_of
