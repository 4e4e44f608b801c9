"""How customers buy, by their orders: days with orders, their median interval, three times three months of sales."""

from datetime import date
from typing import Any

from sqlalchemy import Numeric, Select, case, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from customer_svc.policies.care import CarePolicy
from customer_svc.read_models import alias, customer_file, relationship
from customer_svc.reports.turnover import turnover
from customer_svc.tiers.window import window_start


def buying(as_of: date, policy: CarePolicy) -> Select[Any]:
    """customer_id, order_days, last_order_on, median_interval_days, recent, previous, earlier, currency, owner_id,
    and the phase that the customer is in.

    The sales are in the currency with most of the orders; the median is None below the policy's minimum of order days.
    """
    of = turnover(as_of)
    found, customer_id = alias.resolved(of)
    borders = [window_start(as_of, months) for months in (3, 6, 9)]
    months = [
        func.coalesce(func.sum(of.c.amount).filter(of.c.day >= first, *before), 0)
        for first, before in zip(borders, ([], [of.c.day < borders[0]], [of.c.day < borders[1]]), strict=True)
    ]
    stands = (
        of.c.stands,
        of.c.currency.is_not(None),
        of.c.day.between(window_start(as_of, policy.lookback_months), as_of),
    )
    by_currency = (
        select(
            customer_id.label("customer_id"), of.c.currency, func.sum(of.c.orders).label("orders"),
            *(amount.label(name) for amount, name in zip(months, ("recent", "previous", "earlier"), strict=True)),
        )
        .select_from(found).where(*stands).group_by(customer_id, of.c.currency).subquery()
    )  # fmt: skip
    main = (
        select(by_currency)
        .ext(distinct_on(by_currency.c.customer_id))
        .order_by(by_currency.c.customer_id, by_currency.c.orders.desc(), by_currency.c.currency)
        .subquery()
    )
    days = (
        select(customer_id.label("customer_id"), of.c.ordered_on)
        .select_from(found)
        .where(*stands, of.c.ordered_on.is_not(None))
        .distinct()
        .subquery()
    )
    before = func.lag(days.c.ordered_on).over(partition_by=days.c.customer_id, order_by=days.c.ordered_on)
    gaps = select(days.c.customer_id, days.c.ordered_on, (days.c.ordered_on - before).label("gap")).subquery()
    median = func.round(cast(func.percentile_cont(0.5).within_group(gaps.c.gap), Numeric), 1)
    rhythm = (
        select(
            gaps.c.customer_id,
            func.count().label("order_days"),
            func.max(gaps.c.ordered_on).label("last_order_on"),
            case((func.count() >= policy.min_orders, median)).label("median_interval_days"),
        )
        .group_by(gaps.c.customer_id)
        .subquery()
    )
    files, near = customer_file.TABLE, relationship.TABLE
    return select(
        rhythm, main.c.recent, main.c.previous, main.c.earlier, main.c.currency, files.c.owner_id, near.c.phase
    ).select_from(
        rhythm.join(main, main.c.customer_id == rhythm.c.customer_id)
        .outerjoin(files, files.c.customer_id == rhythm.c.customer_id)
        .outerjoin(near, near.c.customer_id == rhythm.c.customer_id)
    )
