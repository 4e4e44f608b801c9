"""Read models: the log projected into tables that answer queries. Declared here, run by the projector.

A row belongs to one partition of the log (every table has a hidden ``partition`` in its key), so that partitions can be
projected and rebuilt in parallel without conflict. A query by a key that several partitions feed sums their rows.
"""

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeEngine

from contracts import Envelope, Event
from contracts.personal import Clear, Sealed, personal_of

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
    """A table that can be rebuilt from the log at any time: its row, key, fold and version.

    ``row`` is a frozen dataclass whose fields are the columns (str, int, bool, Decimal, date, datetime, dict, list, Personal; or one of
    them | None). ``keys`` names the rows that an event changes; ``evolve(key, row, event, envelope)`` returns the row after it, or
    None to delete it. A row returned by identity is not written again, so a row and the values in it must never be changed in place.

    ``handles`` is derived from the annotation of ``evolve``'s event (``event: Handled``), so the two cannot disagree. A model that
    records every kind of event (``event: Event``) lists them itself.

    A change of row or evolve bumps ``version``; the table is then built afresh beside the live one.
    """

    name: str
    version: int
    row: type[R]
    key: tuple[str, ...]
    keys: Callable[[Any, Envelope], Iterable[Key]]
    evolve: Callable[[Key, R | None, Any, Envelope], R | None]
    handles: tuple[type[Event], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if any(field.kw_only for field in dataclasses.fields(self.row)):  # type: ignore[arg-type]
            raise TypeError(
                f"Rows of {self.name} are made from their columns in order: no field may take a keyword only."
            )
        if not self.handles:
            object.__setattr__(self, "handles", _handled(self.name, self.evolve))

    @property
    def view(self) -> str:
        """The name that queries use; it points at the live build."""
        return f"{self.name}_v{self.version}"

    @cached_property
    def table(self) -> Table:
        """The view as a SQLAlchemy table, for ``select(MODEL.table)``."""
        return table_of(self, self.view)

    @cached_property
    def personal_columns(self) -> frozenset[str]:
        """The columns with a personal text, stored as its wire form."""
        hints = typing.get_type_hints(self.row)
        return frozenset(name for name in self.column_names() if _is_personal(hints[name]))

    def row_of(self, values: Any) -> R:
        """The row that the table's values make; ``values`` has them by the names of all columns."""
        personal = self.personal_columns
        row = (values[name] for name in self.column_names())
        if personal:
            row = (personal_of(values[name]) if name in personal else values[name] for name in self.column_names())
        return self.row(*row)

    def column_names(self) -> tuple[str, ...]:
        return tuple(f.name for f in dataclasses.fields(self.row))  # type: ignore[arg-type]


def _handled(name: str, evolve: Callable[..., Any]) -> tuple[type[Event], ...]:
    """The events in the annotation of ``evolve``'s third parameter, in its order. Raises TypeError when it names none."""
    parameters = list(inspect.signature(evolve).parameters)
    hint = typing.get_type_hints(evolve).get(parameters[2]) if len(parameters) > 2 else None
    events = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    if not all(isinstance(event, type) and issubclass(event, Event) and event is not Event for event in events):
        raise TypeError(
            f"Read model {name}: annotate the event of evolve with the events it handles, as in `event: OrderPlaced | OrderCancelled`."
        )
    return typing.cast(tuple[type[Event], ...], events)


def table_of(model: ReadModel[Any], name: str) -> Table:
    """The SQLAlchemy table of a build. Raises TypeError for a field type that has no column type."""
    hints = typing.get_type_hints(model.row)
    columns: list[Column[Any]] = []
    for field_name in model.column_names():
        column_type, nullable = _column_type(hints[field_name], f"{model.row.__name__}.{field_name}")
        columns.append(Column(field_name, column_type, primary_key=field_name in model.key, nullable=nullable))
    columns.append(Column("partition", Integer, primary_key=True))
    return Table(name, MetaData(), *columns)


def _is_personal(hint: Any) -> bool:
    return {Sealed, Clear} <= set(typing.get_args(hint))


def _column_type(hint: Any, where: str) -> tuple[Any, bool]:
    arguments = [a for a in typing.get_args(hint) if a is not types.NoneType]
    if _is_personal(hint):
        return JSONB, types.NoneType in typing.get_args(hint)
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
