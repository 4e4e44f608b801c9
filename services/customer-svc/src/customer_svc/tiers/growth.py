"""Growth of a month, against the month before it (环比) and against the same month last year (同比). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import month_end_after


@dataclass(frozen=True)
class Growth:
    """Percent with two decimals; None where there is nothing to compare with."""

    month: date
    amount: Decimal
    previous: Decimal | None
    last_year: Decimal | None
    on_previous_month: Decimal | None
    on_same_month_last_year: Decimal | None


def growth(amounts: Mapping[date, Decimal], month: date) -> Growth:
    """The growth of a month (its first day); a month without sales is one of 0 between months that had some."""
    previous = _of(amounts, month_end_after(month, -1).replace(day=1))
    last_year = _of(amounts, month_end_after(month, -12).replace(day=1))
    amount = amounts.get(month, Decimal(0))
    return Growth(month, amount, previous, last_year, percent(amount, previous), percent(amount, last_year))


def percent(now: Decimal, before: Decimal | None) -> Decimal | None:
    return round((now - before) * 100 / before, 2) if before else None


def _of(amounts: Mapping[date, Decimal], month: date) -> Decimal | None:
    if not amounts or month < min(amounts):
        return None
    return amounts.get(month, Decimal(0))
