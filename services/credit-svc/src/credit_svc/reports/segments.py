"""What is open by kind of customer, as it is now, or on a past day from what was known."""

from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import Select, case, func, select

from chassis.http import Queries
from contracts import Event
from contracts.credit import BehaviourClassChanged, CreditClassChanged, CustomerRankNoted
from credit_svc.figures.segments import segments_at
from credit_svc.read_models import account, allocation, open_item

By = Literal["behaviour", "credit_class", "tier"]

ALL_THAT_IS_KNOWN = datetime.max.replace(tzinfo=UTC)


def segments(by: By, currency: str, on: date) -> Select[Any]:
    """Per value of a column of the accounts: ``customer_count``, ``open_amount``, ``overdue``, ``overdue_percent``."""
    items, accounts = open_item.MODEL.table, account.MODEL.table
    overdue = func.sum(case((items.c.overdue_from <= on, items.c.open_amount), else_=0))
    total = func.sum(items.c.open_amount)
    column = accounts.c[by]
    return (
        select(
            column.label("segment"),
            func.count(items.c.customer_id.distinct()).label("customer_count"),
            total.label("open_amount"),
            overdue.label("overdue"),
            func.round(overdue * 100 / func.nullif(total, 0), 2).label("overdue_percent"),
        )
        .select_from(items.join(accounts, accounts.c.customer_id == items.c.customer_id))
        .where(items.c.currency == currency, items.c.open_amount > 0, items.c.note.is_(None))
        .group_by(column)
        .order_by(column)
    )


async def known_segments_report(
    queries: Queries, by: By, as_of: date, known_at: datetime | None, currency: str
) -> list[dict[str, Any]]:
    """From what was recorded until an instant, or from all of it; reads the whole log.

    A customer is of the class that was last decided on or before the day. A tier has no day of its own: it is the one noted
    last of what was known.
    """
    known_at = known_at or ALL_THAT_IS_KNOWN
    items = await queries.known_all(open_item.MODEL, known_at)
    met = await queries.known_all(allocation.MODEL, known_at)
    accounts = await queries.known_all(account.MODEL, known_at, where=lambda event: decides_kind(event, as_of))
    kinds = {row["customer_id"]: row[by] for row in accounts}

    def kind_of(customer_id: str) -> str | None:
        kind: str | None = kinds[customer_id] if customer_id in kinds else getattr(account.Row(customer_id), by)
        return kind

    return segments_at(items, met, kind_of, as_of, currency)


def decides_kind(event: Event, as_of: date) -> bool:
    """Whether an event tells of what kind a customer was at the end of a day."""
    match event:
        case BehaviourClassChanged(decided_on=on) | CreditClassChanged(decided_on=on):
            return on <= as_of
        case _:
            return isinstance(event, CustomerRankNoted)
