"""Periods as parameters: a month is ``2024-01`` everywhere; ``since`` and ``until`` take a day or a month."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlalchemy import ColumnElement, Select

from chassis.calendar import month_end
from chassis.http.parameters import Form
from chassis.http.problems import invalid_input
from contracts.fields import FIRST_DAY, LAST_DAY, Day

MONTH_FORM = r"^(19|20)[0-9][0-9]-(0[1-9]|1[0-2])$"

MonthText = Annotated[
    str,
    Form(MONTH_FORM, "a month as 2024-05, from 1900 to 2099"),
    Field(description="a calendar month", examples=["2024-05"]),
]

_DAY_OR_MONTH = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "format": "date", "formatMinimum": str(FIRST_DAY), "formatMaximum": str(LAST_DAY)},
            {"type": "string", "pattern": MONTH_FORM},
            {"type": "null"},
        ]
    }
)


def first_day(month: str) -> date:
    """Of a month as it is written."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return month_end(first_day(month))


def month_text(day: date) -> str:
    """The month of a day, as it is written."""
    return f"{day:%Y-%m}"


def _since(value: Any) -> Any:
    return str(first_day(value)) if _is_month(value) else value


def _until(value: Any) -> Any:
    return str(last_day(value)) if _is_month(value) else value


def _is_month(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(MONTH_FORM, value) is not None


Since = Annotated[
    Day | None,
    BeforeValidator(_since),
    _DAY_OR_MONTH,
    Query(description="from this day, or from the first of this month"),
]
Until = Annotated[
    Day | None,
    BeforeValidator(_until),
    _DAY_OR_MONTH,
    Query(description="up to this day, or to the last of this month"),
]


@dataclass(frozen=True)
class DayRange:
    """``since`` and ``until`` of a request, both days included; None is without end."""

    since: date | None
    until: date | None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def of(self, query: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
        """The rows of the query whose day lies in the range."""
        query = query if self.since is None else query.where(column >= self.since)
        return query if self.until is None else query.where(column <= self.until)


async def _day_range(since: Since = None, until: Until = None) -> DayRange:
    if since is not None and until is not None and since > until:
        raise invalid_input("since", "after_until", f"begins after until ends: {since} is after {until}")
    return DayRange(since, until)


Days = Annotated[DayRange, Depends(_day_range)]
"""``days: Days`` in a route: the parameters ``since`` and ``until``."""
