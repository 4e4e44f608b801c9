"""The order of a list: the same words for ``sort`` everywhere, and a place in it that a cursor can come back to.

``sort=due_on`` is ascending, ``sort=-due_on`` descending; what has no value comes last in both. The columns of the list's own
order decide between equals, so that each row has one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from sqlalchemy import ColumnElement, FromClause, and_, false, or_, tuple_

Columns = Sequence[ColumnElement[Any]]


@dataclass(frozen=True)
class Order:
    """Columns that together are unique, all in one direction; ``name`` is that of a chosen order, empty for a list's own."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False
    name: str = ""

    def by(self) -> list[ColumnElement[Any]]:
        """For ORDER BY."""
        found: list[ColumnElement[Any]] = []
        for column in self.columns:
            directed = column.desc() if self.descending else column.asc()
            # An index has rows without a value last when it is read forwards and first when backwards.
            found.append(directed.nulls_last() if self.descending and _nullable(column) else directed)
        return found

    def after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """Of a row: that it comes after the one with these values of the columns."""
        if not any(map(_nullable, self.columns)):
            rows, place = tuple_(*self.columns), tuple_(*values)
            return rows < place if self.descending else rows > place
        equal: list[ColumnElement[bool]] = []
        ways = []
        for column, value in zip(self.columns, values, strict=True):
            ways.append(and_(*equal, self._beyond(column, value)))
            equal.append(column.is_not_distinct_from(value))
        return or_(*ways)

    def _beyond(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        if value is None:
            return false()
        beyond = column < value if self.descending else column > value
        return or_(beyond, column.is_(None)) if _nullable(column) else beyond


class Sorting:
    """What a list can be sorted by, besides its own order: ``SORT = Sorting(certificate.ORDER, certificate.TABLE.c.ends_on)``.

    In a route ``sort: Annotated[str | None, SORT] = None`` and ``queries.page(query, SORT.order(sort), page)``; OpenAPI has
    the values. A column must be one of the rows that are read.
    """

    def __init__(self, own: Columns, *columns: ColumnElement[Any]) -> None:
        self._own = tuple(own)
        self._columns = {str(column.key): column for column in columns}

    @property
    def values(self) -> list[str]:
        return [f"{sign}{name}" for name in self._columns for sign in ("", "-")]

    def order(self, sort: str | None, of: FromClause | None = None) -> Order:
        """The order that was chosen, or the list's own; ``of`` is a subquery that is read instead of the table."""
        own = self._own if of is None else tuple(of.c[str(column.key)] for column in self._own)
        if sort is None:
            return Order(own)
        name = sort.removeprefix("-")
        chosen = self._columns[name] if of is None else of.c[name]
        ties = tuple(column for column in own if column.key != chosen.key)
        return Order((chosen, *ties), sort.startswith("-"), sort)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.nullable_schema(core_schema.literal_schema(self.values))


def order_of(order: Order | Columns) -> Order:
    return order if isinstance(order, Order) else Order(tuple(order))


def _nullable(column: ColumnElement[Any]) -> bool:
    return bool(getattr(column, "nullable", True))
