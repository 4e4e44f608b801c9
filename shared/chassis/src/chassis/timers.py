"""Timers: what falls due is a row of a to-do list, and a due row becomes a command. Declared here, run by the scheduler."""

import typing
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import FromClause
from uuid_utils import uuid7

from chassis.business_calendar import day_of
from chassis.commands import Request
from chassis.policies import PolicyBook
from chassis.read_models import R, ReadModel
from contracts.fields import into_calendar

Batches: TypeAlias = Callable[[Any], AsyncIterator[list[dict[str, Any]]]]
"""``async for batch in batches(select(...))``: rows as dictionaries."""


class Materialised(NamedTuple):
    """The result of a large query: ``batches`` runs further queries over its ``table``."""

    table: FromClause
    batches: Batches


@dataclass(frozen=True)
class TimerContext:
    """What the work on a due row may use: the injected time, the policies and the service's read models."""

    now: datetime
    policies: PolicyBook
    rows: Callable[[Any], Any]
    """``await context.rows(select(...))`` → list of rows as dictionaries."""
    cursor: Batches | None = None
    materialise: Callable[[Any], AbstractAsyncContextManager[Materialised]] | None = None

    @property
    def today(self) -> date:
        """The business day that it is."""
        return day_of(self.now, self.policies)

    async def batches(self, query: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of a query whose result may exceed memory, batch by batch; without a cursor all in one."""
        if self.cursor is None:
            yield await self.rows(query)
            return
        async for batch in self.cursor(query):
            yield batch

    @asynccontextmanager
    async def materialised(self, query: Any) -> AsyncIterator[Materialised]:
        """The result of a query that further queries build on; where it cannot be stored, it is a subquery of each of them."""
        if self.materialise is None:
            yield Materialised(query.subquery(), self.batches)
            return
        async with self.materialise(query) as answer:
            yield answer


class DueCommand(NamedTuple):
    """A command of a timer, with the instant at which it was due and the event that put it on the list, so that correlation survives
    the wait. None as the instant: when the day of its row begins, which the scheduler knows."""

    command: Any
    occurred_at: datetime | None
    correlation_id: str | None = None
    causation_id: str | None = None

    @staticmethod
    def by(row: Any, command: Any, occurred_at: datetime | None = None) -> "DueCommand":
        """From a due row. A row without ``correlation_id`` and ``causation_id`` starts a correlation of its own."""
        return DueCommand(
            command,
            occurred_at or getattr(row, "due_at", None),
            getattr(row, "correlation_id", None),
            getattr(row, "causation_id", None),
        )


def due_request(due: DueCommand, actor: str, day_began_at: datetime | None = None) -> Request:
    """A due command as a request to the executor. It has no id, because deciders of timers' commands are idempotent."""
    occurred_at = due.occurred_at or day_began_at
    assert occurred_at is not None, "only the command of a row with due_on leaves the instant open"
    # A row that an older log dates outside of the calendar is due all the same.
    return Request(
        due.command,
        None,
        into_calendar(occurred_at),
        due.correlation_id or str(uuid7()),
        due.causation_id,
        actor=actor,
    )


Performed = typing.Awaitable[Sequence[DueCommand]] | AsyncIterator[Sequence[DueCommand]]
"""The commands of due rows: all at once, or batch after batch, each executed before the next one is requested."""


@dataclass(frozen=True)
class TodoList(ReadModel[R]):
    """A read model of what falls due: a timer as data. Its row has ``due_at``, an instant, or ``due_on``, a business day; the scheduler
    turns each due row into commands.

    A row with ``due_on`` is due when that day begins in the zone of the business, or with ``regions`` in that of the row's region: the
    ``region`` which that read model has for the first column of the key. The instant is found when it is needed, so that a new version
    of the calendar moves it.

    Give either ``command`` (pure, of the row alone) or ``perform``, which may query read models and call other systems; it gets at most
    ``batch_max`` rows and returns commands, each as ``DueCommand.by(row, command)``. A list is executed in its order. Where there may be
    more commands than fit into memory, ``perform`` is an async generator of parts; the commands of one part may be executed in any order.
    The events of the commands must remove the rows or move when they are due; rows that stay are reported as stuck. A crash repeats the
    work, so the deciders of these commands must be idempotent.

    ``in_time_order``: only the rows of the earliest instant are processed, and their consequences are projected before later rows, so
    that a service which was down decides as if it had been up. False for effects, whose order does not matter.
    """

    command: Callable[[R], Any] | None = None
    perform: Callable[[Sequence[R], TimerContext], Performed] | None = None
    batch_max: int = 5_000
    in_time_order: bool = True
    regions: ReadModel[Any] | None = None

    @cached_property
    def is_by_day(self) -> bool:
        return "due_on" in self.column_names()

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.command is None) == (self.perform is None):
            raise TypeError(f"To-do list {self.name} needs exactly one of command and perform.")
        if self.is_by_day == ("due_at" in self.column_names()):
            raise TypeError(f"To-do list {self.name} needs a row with either due_at or due_on.")
        if self.is_by_day and not self.in_time_order:
            raise TypeError(f"To-do list {self.name} is by day, and days begin in the order of time.")
        if self.regions is not None and not self.is_by_day:
            raise TypeError(f"To-do list {self.name} has regions, and no day that begins in them.")
