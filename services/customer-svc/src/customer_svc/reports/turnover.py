"""What customers bought, as of a day: the orders that stood on it, less what had come back.

A return of an order lowers that order from its own day on; one that names no order counts on its day. Facts of later days
change nothing, so the figures of a past day are the same whenever they are asked for.
"""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Select, Subquery, case, cast, func, literal, null, select, true, union_all

from customer_svc.read_models import alias, goods_return, order
from customer_svc.tiers.window import LAST_DAY

ORDERS, RETURNS = order.TABLE, goods_return.TABLE


def turnover(as_of: date) -> Subquery:
    """customer_id, currency, day, ordered_on, stands, orders, amount, received: a row for each order, by its day, and one for
    each return without an order.

    ``stands``: it counts on ``as_of``. ``received`` is the part of the amount that was delivered. ``ordered_on`` is None for
    a return.
    """
    net = order.net_total(as_of)
    ordered = select(
        ORDERS.c.customer_id,
        ORDERS.c.currency,
        ORDERS.c.ordered_on.label("day"),
        ORDERS.c.ordered_on,
        order.stood(as_of).label("stands"),
        literal(1).label("orders"),
        net.label("amount"),
        case((order.delivered(as_of), net), else_=0).label("received"),
    )
    returned = select(
        RETURNS.c.customer_id,
        RETURNS.c.currency,
        RETURNS.c.returned_on.label("day"),
        cast(null(), Date).label("ordered_on"),
        true().label("stands"),
        literal(0).label("orders"),
        (-RETURNS.c.amount).label("amount"),
        (-RETURNS.c.amount).label("received"),
    )
    return union_all(ordered, returned).subquery("turnover")


def _figures(of: Subquery, *names: str) -> list[Any]:
    orders = cast(func.coalesce(func.sum(of.c.orders), 0), BigInteger).label("orders")
    return [orders, *(func.coalesce(func.sum(of.c[name]), 0).label(name) for name in names)]


def sales(currency: str, since: date, as_of: date) -> Select[Any]:
    """Who ordered in a window (both days included): customer_id, orders, amount, last_order_on.

    An order counts for the customer that the id it came under is now.
    """
    of = turnover(as_of)
    found, customer_id = alias.resolved(of)
    return (
        select(
            customer_id.label("customer_id"),
            *_figures(of, "amount"),
            func.max(of.c.ordered_on).label("last_order_on"),
        )
        .select_from(found)
        .where(of.c.currency == currency, of.c.day.between(since, as_of), of.c.stands)
        .group_by(customer_id)
        .having(func.max(of.c.ordered_on).is_not(None))
    )


def values(customer_ids: list[str]) -> Select[Any]:
    """What a customer bought over all time, by currency; ``last_order_on`` is None where there is only a return."""
    of = turnover(LAST_DAY)
    return (
        select(of.c.currency, *_figures(of, "amount"), func.max(of.c.ordered_on).label("last_order_on"))
        .where(of.c.customer_id.in_(customer_ids), of.c.currency.is_not(None), of.c.stands)
        .group_by(of.c.currency)
        .order_by(of.c.currency)
    )


def bought(customer_ids: list[str], currency: str, since: date, as_of: date) -> Select[Any]:
    """What a customer bought in a window, and what of it was delivered: orders, amount, received."""
    of = turnover(as_of)
    return select(*_figures(of, "amount", "received")).where(
        of.c.customer_id.in_(customer_ids), of.c.currency == currency, of.c.day.between(since, as_of), of.c.stands
    )
