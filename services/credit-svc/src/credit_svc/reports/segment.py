"""What is open by kind of customer; a question to items and accounts, no rows of its own."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, case, func, select

from credit_svc.read_models import account, open_item

By = Literal["behaviour", "credit_class", "tier"]


def segments(by: By, currency: str, on: date) -> Select[Any]:
    """Per value of a column of the accounts: ``customers``, ``open_amount``, ``overdue``, ``overdue_percent``."""
    items, accounts = open_item.MODEL.table, account.MODEL.table
    overdue = func.sum(case((items.c.overdue_from <= on, items.c.open_amount), else_=0))
    total = func.sum(items.c.open_amount)
    column = accounts.c[by]
    return (
        select(
            column.label("segment"),
            func.count(items.c.customer_id.distinct()).label("customers"),
            total.label("open_amount"),
            overdue.label("overdue"),
            func.round(overdue * 100 / func.nullif(total, 0), 2).label("overdue_percent"),
        )
        .select_from(items.join(accounts, accounts.c.customer_id == items.c.customer_id))
        .where(items.c.currency == currency, items.c.open_amount > 0)
        .group_by(column)
        .order_by(column)
    )
