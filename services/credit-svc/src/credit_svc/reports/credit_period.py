"""What another credit period would have made of the last twelve months: the same customers, as late as they usually are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, case, func, literal, or_, select, type_coerce

from chassis.calendar import add_days, add_months
from chassis.http import Queries
from contracts.currencies import rounded as in_currency
from credit_svc.figures.credit_standard import YEAR_DAYS
from credit_svc.figures.rounding import rounded
from credit_svc.read_models import open_item
from credit_svc.responses.calculators import PeriodSideAnswer, PeriodWhatIfAnswer

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Habit:
    """How one customer bought and paid; ``terms`` and ``late`` are amounts × days: what was sold by its terms, and what of it was paid,
    or is past due, by how late that was. ``lost`` was written off."""

    sales: Decimal
    terms: Decimal
    paid: Decimal
    late: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """Of the sales, in percent: what varies with them, and what capital costs a year. None: not known."""

    variable_cost_percent: Decimal | None = None
    capital_cost_percent: Decimal | None = None


def habits(currency: str, after: date, until: date) -> Select[Any]:
    """By customer what was invoiced after one day and up to another: ``sales``, ``terms``, ``paid``, ``late``, ``lost``."""
    t = open_item.MODEL.table
    day = literal(until, Date)
    lost = func.coalesce(t.c.written_off_on <= day, literal(False))
    counts = and_(~lost, or_(t.c.settled_on <= day, t.c.due_on < day))
    ended_on = func.least(func.coalesce(t.c.settled_on, day), day, type_=Date)
    late = type_coerce(ended_on - t.c.due_on, Integer)
    terms = type_coerce(t.c.due_on - t.c.issued_on, Integer)
    return (
        select(
            t.c.customer_id,
            func.sum(t.c.amount).label("sales"),
            func.sum(t.c.amount * terms).label("terms"),
            func.sum(case((counts, t.c.amount), else_=0)).label("paid"),
            func.sum(case((counts, t.c.amount * late), else_=0)).label("late"),
            func.sum(case((lost, t.c.written_off), else_=0)).label("lost"),
        )
        .where(
            t.c.currency == currency,
            t.c.refund_id.is_(None),
            t.c.amount > 0,
            t.c.issued_on > after,
            t.c.issued_on <= until,
        )
        .group_by(t.c.customer_id)
        .order_by(t.c.customer_id)
    )


async def credit_period_what_if(
    queries: Queries, until: date, credit_days: int, sales_change_percent: Decimal, currency: str, margin: Margin
) -> PeriodWhatIfAnswer:
    """The twelve months up to a day, and the same with another period and so much more, or less, sold to each customer."""
    after = add_months(until, -12)
    found = [_habit(row) for row in await queries.rows(habits(currency, after, until))]
    before = side(found, None, NOTHING, currency, margin)
    then = side(found, credit_days, sales_change_percent, currency, margin)
    return PeriodWhatIfAnswer(
        currency=currency,
        starts_on=add_days(after, 1),
        ends_on=until,
        customer_count=len(found),
        before=before,
        after=then,
        gain=None if before.after is None or then.after is None else then.after - before.after,
    )


def _habit(row: Mapping[str, Any]) -> Habit:
    return Habit(row["sales"], Decimal(row["terms"]), row["paid"], Decimal(row["late"]), row["lost"])


def side(
    found: Sequence[Habit], credit_days: int | None, change_percent: Decimal, currency: str, margin: Margin
) -> PeriodSideAnswer:
    """The year with a credit period, None for the terms that there were; a customer who never paid yet is as late as the others."""
    factor = 1 + change_percent / 100
    sales = sum((each.sales for each in found), NOTHING) * factor
    lost = sum((each.lost for each in found), NOTHING) * factor
    paid = sum((each.paid for each in found), NOTHING)
    usual = sum((each.late for each in found), NOTHING) / paid if paid else NOTHING
    late = sum((each.sales * (each.late / each.paid if each.paid else usual) for each in found), NOTHING) * factor
    terms = sum((each.terms for each in found), NOTHING) * factor
    lateness = late / sales if sales else None
    days = None if not sales else terms / sales if credit_days is None else Decimal(credit_days)
    payment_days = None if days is None or lateness is None else days + lateness
    receivable = None if payment_days is None else max(NOTHING, sales * payment_days / YEAR_DAYS)
    bad_debt = in_currency(lost, currency)
    contribution, opportunity = _yield(sales, receivable, margin)
    contribution = None if contribution is None else in_currency(contribution, currency)
    opportunity = None if opportunity is None else in_currency(opportunity, currency)
    return PeriodSideAnswer(
        credit_days=rounded(days),
        lateness_days=rounded(lateness),
        payment_days=rounded(payment_days),
        sales=in_currency(sales, currency),
        receivable=None if receivable is None else in_currency(receivable, currency),
        bad_debt_percent=rounded(lost / sales * 100) if sales else None,
        bad_debt=bad_debt,
        contribution=contribution,
        opportunity=opportunity,
        after=None if contribution is None or opportunity is None else contribution - opportunity - bad_debt,
    )


def _yield(sales: Decimal, receivable: Decimal | None, margin: Margin) -> tuple[Decimal | None, Decimal | None]:
    """What the sales contribute, and what the capital in the receivables would have earned."""
    variable, capital = margin.variable_cost_percent, margin.capital_cost_percent
    if variable is None:
        return None, None
    contribution = sales * (100 - variable) / 100
    if capital is None or receivable is None:
        return contribution, None
    return contribution, receivable * variable * capital / 10_000
