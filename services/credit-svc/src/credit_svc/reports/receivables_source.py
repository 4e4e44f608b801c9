"""What the figures of receivables are made of: the tables as they are, or the log as it was known at an instant."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from chassis.http import Queries
from credit_svc.figures.ageing import Ageing
from credit_svc.figures.receivables_by_day import ReceivablesByDay
from credit_svc.read_models import allocation, item_sums, open_item
from credit_svc.reports.ageing import ageing_at


class ReceivablesSource(Protocol):
    """The receivables of one currency, for any day."""

    async def ageing(self, on: date) -> Ageing:
        """What was open at the end of a day, by age."""

    async def sales(self, after: date, until: date) -> dict[date, Decimal]:
        """Credit sales of each day after one day and up to another."""

    async def written_off(self, after: date, until: date) -> Decimal:
        """What was given up after one day and up to another."""


@dataclass(frozen=True)
class LiveReceivables:
    """The tables, one query for each figure."""

    queries: Queries
    currency: str

    async def ageing(self, on: date) -> Ageing:
        return await ageing_at(self.queries, on, self.currency)

    async def sales(self, after: date, until: date) -> dict[date, Decimal]:
        rows = await self.queries.rows(item_sums.sales_by_day(self.currency, after, until))
        return {row["day"]: row["sales"] for row in rows}

    async def written_off(self, after: date, until: date) -> Decimal:
        row = await self.queries.one(item_sums.written_off_between(self.currency, after, until))
        return row["written_off"] if row else Decimal(0)


@dataclass(frozen=True)
class KnownReceivables:
    """What was read of the log once, for as many figures as a report needs."""

    by_day: ReceivablesByDay

    async def ageing(self, on: date) -> Ageing:
        return self.by_day.ageing(on)

    async def sales(self, after: date, until: date) -> dict[date, Decimal]:
        return self.by_day.sales(after, until)

    async def written_off(self, after: date, until: date) -> Decimal:
        return self.by_day.written_off(after, until)


async def receivables_source(queries: Queries, currency: str, known_at: datetime | None) -> ReceivablesSource:
    """As the tables are, or from what was recorded until an instant; that reads the whole log."""
    if known_at is None:
        return LiveReceivables(queries, currency)
    items = await queries.known_all(open_item.MODEL, known_at)
    return KnownReceivables(ReceivablesByDay.of(items, await queries.known_all(allocation.MODEL, known_at), currency))
