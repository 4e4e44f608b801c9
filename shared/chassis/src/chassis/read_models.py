"""Read models: what the log says, shaped for a question. Declared here, run by the projector.

A row belongs to one partition of the log (every table has a hidden ``partition`` in its key), so that partitions can be
projected and rebuilt in parallel without ever meeting. A question over a key that several partitions feed sums their rows.
"""

import dataclasses
import types
import typing
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import BigInteger, Boolean, Column, Date, FromClause, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeEngine

from chassis.policies import PolicyBook
from contracts import Envelope, Event

R = TypeVar("R")
Key = tuple[Any, ...]

COLUMN_TYPES: dict[Any, type[TypeEngine[Any]] | TypeEngine[Any]] = {
    str: Text,
    int: BigInteger,
    bool: Boolean,
    Decimal: Numeric,
    date: Date,
    datetime: TIMESTAMP(timezone=True),
    dict: JSONB,
    list: JSONB,
}


@dataclass(frozen=True)
class ReadModel(Generic[R]):
    """A table that one can delete: row, key, evolve and version together.

    ``row`` is a frozen dataclass whose fields are the columns (str, int, bool, Decimal, date, datetime, dict, list; or one of
    them | None). ``keys`` names the rows an event touches, ``evolve(key, row, event, envelope)`` gives the row after it, None to
    delete it. The very row it was given is not written again, so a row and what it holds are never changed in place.
    A change of row or evolve bumps ``version``; the table is then built anew beside the live one.
    """

    name: str
    version: int
    row: type[R]
    key: tuple[str, ...]
    handles: tuple[type[Event], ...]
    keys: Callable[[Any, Envelope], Iterable[Key]]
    evolve: Callable[[Key, R | None, Any, Envelope], R | None]
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def view(self) -> str:
        """The name that questions use; it points at the live build."""
        return f"{self.name}_v{self.version}"

    @cached_property
    def table(self) -> Table:
        """The view as a SQLAlchemy table, for ``select(MODEL.table)``."""
        return table_of(self, self.view)

    def column_names(self) -> tuple[str, ...]:
        return tuple(f.name for f in dataclasses.fields(self.row))  # type: ignore[arg-type]


def table_of(model: ReadModel[Any], name: str) -> Table:
    """The SQLAlchemy table of a build. Raises TypeError for a field type that has no column type."""
    hints = typing.get_type_hints(model.row)
    columns: list[Column[Any]] = []
    for field_name in model.column_names():
        column_type, nullable = _column_type(hints[field_name], f"{model.row.__name__}.{field_name}")
        columns.append(Column(field_name, column_type, primary_key=field_name in model.key, nullable=nullable))
    columns.append(Column("partition", Integer, primary_key=True))
    return Table(name, MetaData(), *columns)


def _column_type(hint: Any, where: str) -> tuple[Any, bool]:
    arguments = [a for a in typing.get_args(hint) if a is not types.NoneType]
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    nullable = is_union and len(arguments) == 1
    bare = arguments[0] if nullable else hint
    if typing.get_origin(bare) is typing.Literal:
        bare = str
    bare = typing.get_origin(bare) or bare
    if bare not in COLUMN_TYPES:
        raise TypeError(
            f"{where}: {hint} has no column type; use one of {', '.join(t.__name__ for t in COLUMN_TYPES)}."
        )
    return COLUMN_TYPES[bare], nullable


Batches: TypeAlias = Callable[[Any], AsyncIterator[list[dict[str, Any]]]]
"""``async for batch in batches(select(...))``: rows as dictionaries."""


class Kept(NamedTuple):
    """The answer to a large question: ``batches`` asks further ones of its ``table``."""

    table: FromClause
    batches: Batches


@dataclass(frozen=True)
class Desk:
    """What work on a due row may use: the injected time and the service's own read models."""

    now: datetime
    policies: PolicyBook
    rows: Callable[[Any], Any]
    """``await desk.rows(select(...))`` → list of rows as dictionaries."""
    cursor: Batches | None = None
    keep: Callable[[Any], AbstractAsyncContextManager[Kept]] | None = None

    async def batches(self, query: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of a question that may be larger than memory, batch by batch; without a cursor all in one."""
        if self.cursor is None:
            yield await self.rows(query)
            return
        async for batch in self.cursor(query):
            yield batch

    @asynccontextmanager
    async def kept(self, query: Any) -> AsyncIterator[Kept]:
        """The answer to a question that others are asked of; where nothing keeps it, it becomes a part of each of them."""
        if self.keep is None:
            yield Kept(query.subquery(), self.batches)
            return
        async with self.keep(query) as kept:
            yield kept


class Caused(NamedTuple):
    """A command of a timer with the instant it was due and the fact that put it on the list, so that a journey goes on through time."""

    command: Any
    occurred_at: datetime
    correlation_id: str | None = None
    causation_id: str | None = None

    @staticmethod
    def by(row: Any, command: Any, occurred_at: datetime | None = None) -> "Caused":
        """From a due row. One without ``correlation_id`` and ``causation_id`` starts a journey of its own."""
        return Caused(
            command,
            occurred_at or row.due_at,
            getattr(row, "correlation_id", None),
            getattr(row, "causation_id", None),
        )


Performed = typing.Awaitable[Sequence[Caused]] | AsyncIterator[Sequence[Caused]]
"""What work on due rows gives: all its commands, or batch after batch, each executed before the next is asked for."""


@dataclass(frozen=True)
class TodoList(ReadModel[R]):
    """A read model of what is due: a timer as data. Its row has ``due_at``; the scheduler turns each due row into commands.

    Give ``command`` (pure, of the row alone) or ``perform``, which reads models or acts on the world and says it in commands, each as
    ``Caused.by(row, command)``; it gets at most ``batch_max`` rows. A list is executed in its order. Where the commands are too many
    for memory it is an async generator of parts; the commands of one part may be executed in any order. The facts of the commands must
    remove or move the rows, else they stay listed as stuck. A crash repeats the work, so deciders answer a repeat with nothing.

    ``in_time_order``: only the rows of the earliest instant are worked on, and what they cause is projected before later ones, so that
    a service which was down decides as if it had not been. False for effects, whose order does not matter.
    """

    command: Callable[[R], Any] | None = None
    perform: Callable[[Sequence[R], Desk], Performed] | None = None
    batch_max: int = 5_000
    in_time_order: bool = True

    def __post_init__(self) -> None:
        if (self.command is None) == (self.perform is None):
            raise TypeError(f"To-do list {self.name} needs exactly one of command and perform.")
        if "due_at" not in self.column_names():
            raise TypeError(f"To-do list {self.name} needs a row with due_at.")
