"""What of the to-do lists is due at an instant: rows by their instant, or by the business day that it is in their region."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Interval, Select, case, func, literal, null, select

from chassis.business_calendar import day_of, days_by_region, start_of
from chassis.calendar import add_days, start_of_day
from chassis.policies import PolicyBook
from chassis.read_models import ReadModel
from chassis.timers import TodoList


@dataclass(frozen=True)
class Moment:
    """An instant with the business day that it is then; ``days``: in the regions of the calendar."""

    now: datetime
    today: date
    days: Mapping[str, date]
    policies: PolicyBook

    @staticmethod
    def of(now: datetime, policies: PolicyBook) -> "Moment":
        return Moment(now, day_of(now, policies), days_by_region(now, policies), policies)

    @property
    def parameters(self) -> tuple[datetime, date, list[str], list[date]]:
        """The values of ``moment``, in its order."""
        return self.now, self.today, list(self.days), list(self.days.values())

    def due_at(self, todo: TodoList[Any], row: Mapping[str, Any]) -> datetime:
        """The instant at which a row that ``due_rows`` found was due."""
        due_at: datetime = start_of(row["due_on"], self.policies, row["region"]) if todo.is_by_day else row["due_at"]
        return due_at

    def next_start(self, day: date) -> datetime:
        """The first instant to come at which a row of a day that has not begun everywhere may be due."""
        regions = (None, *self.days)
        starts = (start_of(each, self.policies, region) for each in (day, add_days(day, 1)) for region in regions)
        return min((start for start in starts if start > self.now), default=start_of_day(day))

    def due_rows(self, todo: TodoList[Any]) -> Select[Any]:
        """The due rows of a list, the earliest first; one by day has its ``region`` beside it."""
        table, key = todo.table, [todo.table.c[name] for name in todo.key]
        if not todo.is_by_day:
            return select(table).where(table.c.due_at <= self.now).order_by(table.c.due_at, *key, table.c.partition)
        # Where the calendar names no region, none needs to be looked up.
        region = _region(todo.regions, todo) if todo.regions is not None and self.days else null()
        due_on = table.c.due_on
        query = select(table, region.label("region")).where(due_on <= max((self.today, *self.days.values())))
        if todo.regions is None or not self.days:
            return query.order_by(due_on, *key, table.c.partition)
        # Days of several zones are in the order in which they begin.
        lags = {each: literal(self._lag(day, each), Interval) for each, day in self.days.items()}
        begins = due_on + case(lags, value=region, else_=literal(self._lag(self.today, None), Interval))
        days = {each: literal(day, Date) for each, day in self.days.items()}
        is_due = due_on <= case(days, value=region, else_=literal(self.today, Date))
        return query.where(is_due).order_by(begins, *key, table.c.partition)

    def _lag(self, day: date, region: str | None) -> timedelta:
        return start_of(day, self.policies, region) - start_of_day(day)


def _region(regions: ReadModel[Any], todo: TodoList[Any]) -> ColumnElement[Any]:
    home = regions.table
    own = home.c[regions.key[0]] == todo.table.c[todo.key[0]]
    return select(func.min(home.c.region)).where(own).scalar_subquery()


def moment(first: int) -> str:
    """The ``parameters`` of a moment as a row named ``moment`` of an SQL query, from parameter ``first`` on."""
    now, today, regions, days = (f"${first + n}" for n in range(4))
    return (
        f"moment AS (SELECT {now}::timestamptz AS now, {today}::date AS today, {regions}::text[] AS regions,"
        f" {days}::date[] AS days)"
    )


def is_due(todo: TodoList[Any]) -> str:
    """The condition of ``due_rows`` in SQL beside ``moment``, on the list's view."""
    if todo.is_by_day and todo.regions is not None:
        # The first half is for the index.
        return f"due_on <= {_EDGE.format('max')} AND due_on <= {_today_of(todo)}"
    return f"due_on <= {_TODAY}" if todo.is_by_day else f"due_at <= {_NOW}"


def later(todo: TodoList[Any]) -> str:
    """The columns ``next_due`` and ``next_on`` of what is not due yet, in SQL beside ``moment``."""
    if not todo.is_by_day:
        return f"(SELECT min(due_at) FROM {todo.view} WHERE due_at > {_NOW}) AS next_due, NULL::date AS next_on"
    after = f"due_on > {_TODAY}"
    if todo.regions is not None:
        after = f"due_on > {_EDGE.format('min')} AND due_on > {_today_of(todo)}"
    return f"NULL::timestamptz AS next_due, (SELECT min(due_on) FROM {todo.view} WHERE {after}) AS next_on"


_NOW, _TODAY = "(SELECT now FROM moment)", "(SELECT today FROM moment)"
_EDGE = "(SELECT {}(day) FROM moment, unnest(moment.days || moment.today) AS each (day))"


def _today_of(todo: TodoList[Any]) -> str:
    assert todo.regions is not None
    home = todo.regions
    region = f"(SELECT min(region) FROM {home.view} WHERE {home.view}.{home.key[0]} = {todo.view}.{todo.key[0]})"
    named = "moment, unnest(moment.regions, moment.days) AS named (region, day)"
    return f"coalesce((SELECT named.day FROM {named} WHERE named.region = {region}), {_TODAY})"


def next_due(rows: Iterable[Any], at: Moment) -> datetime | None:
    """The first instant to come at which a row of the lists with these ``later`` columns may be due."""
    instants = [row["next_due"] for row in rows if row["next_due"]]
    return min((*instants, *(at.next_start(row["next_on"]) for row in rows if row["next_on"])), default=None)
