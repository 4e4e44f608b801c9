"""Days sales outstanding and collection effectiveness. Pure; amounts in one currency, days as exact decimals.

Source: the rules page, "Receivables".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days


@dataclass(frozen=True)
class CountBack:
    """``history_exhausted``: the receivables are more than all sales looked at, so the true figure is higher."""

    days: Decimal
    history_exhausted: bool


@dataclass(frozen=True)
class Month:
    """Credit sales of a month, or of the part of it that has passed."""

    sales: Decimal
    days: int


def average(receivable: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Receivables / credit sales of a period × its days; None without sales. 4.6 M of 9.0 M in 90 days are 46.0 days.

    With the receivables that are not yet due it is the best possible DSO.
    """
    return receivable / sales * days if sales else None


def delinquent(average_dso: Decimal | None, best_possible: Decimal | None) -> Decimal | None:
    """The days that lateness costs: average DSO less the best possible one."""
    return None if average_dso is None or best_possible is None else average_dso - best_possible


def count_back(receivable: Decimal, newest_first: Iterable[Month]) -> CountBack:
    """Subtract the newest month's sales and add its days, and so on; the last month counts pro rata."""
    rest, days = receivable, Decimal(0)
    for month in newest_first:
        if rest <= 0:
            break
        if rest < month.sales:
            return CountBack(days + rest / month.sales * month.days, False)
        rest, days = rest - month.sales, days + month.days
    return CountBack(days, rest > 0)


def effectiveness(begin_total: Decimal, sales: Decimal, end_total: Decimal, end_current: Decimal) -> Decimal | None:
    """The collection effectiveness index in percent: of what could be collected in a period, how much was.

    (begin + sales − end total) / (begin + sales − end current) × 100; None when there was nothing to collect.
    """
    collectable = begin_total + sales - end_current
    return (begin_total + sales - end_total) / collectable * 100 if collectable else None


def months_back(sales_by_day: dict[date, Decimal], as_of: date, months: int) -> list[Month]:
    """The calendar months up to a day, the newest (until that day) first."""
    found: list[Month] = []
    last = as_of
    for _ in range(months):
        first = last.replace(day=1)
        sales = sum((amount for day, amount in sales_by_day.items() if first <= day <= last), Decimal(0))
        found.append(Month(sales, (last - first).days + 1))
        last = add_days(first, -1)
    return found
