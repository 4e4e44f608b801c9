"""Sums over the rows of ``open_item``: what was sold, invoiced and given up in a time."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from credit_svc.read_models import open_item

_T = open_item.MODEL.table


def sales_by_day(currency: str, after: date, until: date) -> Select[Any]:
    """Credit sales of each day after one day and up to another: ``day``, ``sales``."""
    return (
        select(_T.c.issued_on.label("day"), func.sum(_T.c.amount).label("sales"))
        .where(
            _T.c.currency == currency,
            _T.c.refund_id.is_(None) & _T.c.note.is_(None),
            _T.c.issued_on > after,
            _T.c.issued_on <= until,
        )
        .group_by(_T.c.issued_on)
    )


def invoiced_until(as_of: date, currency: str, customer_id: str | None = None) -> Select[Any]:
    """What was invoiced up to the end of a day, or noted: ``invoiced``."""
    query = select(func.coalesce(func.sum(_T.c.amount), 0).label("invoiced")).where(
        _T.c.currency == currency, _T.c.issued_on <= as_of
    )
    return query if customer_id is None else query.where(_T.c.customer_id == customer_id)


def written_off_between(currency: str, after: date, until: date) -> Select[Any]:
    """What was given up after one day and up to another: ``written_off``."""
    return select(func.coalesce(func.sum(_T.c.written_off), 0).label("written_off")).where(
        _T.c.currency == currency, _T.c.written_off_on > after, _T.c.written_off_on <= until
    )


def small_differences(currency: str, after: date, until: date) -> Select[Any]:
    """What was given up by rule after one day and up to another, by customer: ``customer_id``, ``invoice_count``, ``amount``."""
    return (
        select(_T.c.customer_id, func.count().label("invoice_count"), func.sum(_T.c.small_difference).label("amount"))
        .where(
            _T.c.currency == currency,
            _T.c.small_difference > 0,
            _T.c.small_difference_on > after,
            _T.c.small_difference_on <= until,
        )
        .group_by(_T.c.customer_id)
        .order_by(_T.c.customer_id)
    )
