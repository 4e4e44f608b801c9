"""Tables whose order and page stand in the address, so that a view of them is a link: ``?sort=-behind&page=2``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from standing_console.exports import ROWS_MAX, exported
from standing_console.faults import Misused
from standing_console.languages import N_
from standing_console.visit import Visit

R = TypeVar("R")
PAGE = 200
BEGIN_ANEW = ("page", "after")
"""Parameters that another order does away with: it begins at its first page."""


@dataclass(frozen=True)
class Column(Generic[R]):
    """``name`` stands in the address and at the head of an export; ``value`` is what it holds of a row, by which it is ordered.

    ``title`` is a message; a column without is only in the export.
    """

    name: str
    title: str
    value: Callable[[R], Any]
    numeric: bool = False


class Heading(NamedTuple):
    """The head of a column; ``href`` is the same view in its order, turned round where it has that already."""

    title: str
    numeric: bool
    href: str
    order: str
    """As ARIA has it; empty where the rows have another."""


@dataclass(frozen=True)
class Order(Generic[R]):
    """The order that an address asks for; ``given`` are its other parameters, filters mostly."""

    columns: Sequence[Column[R]]
    by: Column[R]
    down: bool
    given: Mapping[str, str]
    path: str

    @property
    def sort(self) -> str:
        return _sort(self.by, self.down)

    def sorted(self, rows: Iterable[R]) -> list[R]:
        """Those without a value are last. Rows that are alike stay in the order in which they came."""
        rows = list(rows)
        known = [row for row in rows if self.by.value(row) not in (None, "")]
        unknown = [row for row in rows if self.by.value(row) in (None, "")]
        return [*sorted(known, key=self.by.value, reverse=self.down), *unknown]

    def page(self, number: int | None = None) -> str:
        """The address of the same view, at that page; of its export without one."""
        given = {**self.given, "sort": self.sort} | ({"page": str(number)} if number else {})
        return urlencode(given)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns if column.title]

    def _heading(self, column: Column[R]) -> Heading:
        ordered = column.name == self.by.name
        down = not self.down if ordered else column.numeric
        address = urlencode({**self.given, "sort": _sort(column, down)})
        now = ("descending" if self.down else "ascending") if ordered else ""
        return Heading(column.title, column.numeric, f"{self.path}?{address}", now)


def _sort(column: Column[Any], down: bool) -> str:
    return f"{'-' if down else ''}{column.name}"


@dataclass(frozen=True)
class Table(Generic[R]):
    """The columns of a table, and the order that it has without another: ``-at``."""

    columns: tuple[Column[R], ...]
    usual: str

    def order(self, visit: Visit, path: str) -> Order[R]:
        """That of the address, for the page ``path``. Raises Misused for one that there is not."""
        wanted = visit.query("sort") or self.usual
        for column in self.columns:
            if column.name == wanted.removeprefix("-"):
                passed_over = (*BEGIN_ANEW, "sort")
                given = {k: v for k, v in visit.request.query_params.items() if v and k not in passed_over}
                return Order(self.columns, column, wanted.startswith("-"), given, path)
        raise Misused(N_("There is no such order."))

    def export(self, name: str, kind: str, rows: Iterable[R]) -> Response:
        """All columns, as a file. Raises NotFound for a kind that there is not."""
        cells = ([_cell(column.value(row)) for column in self.columns] for row in rows)
        return exported(name, kind, [column.name for column in self.columns], cells)


def _cell(value: Any) -> object:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else value


class Paged(NamedTuple):
    """The rows of one page of ``pages``, counted from 1; ``total`` rows are on all of them."""

    rows: list[Any]
    page: int
    pages: int
    total: int


def paged(visit: Visit, rows: list[Any]) -> Paged:
    """The page that the address asks for. Raises Misused for one that is no number."""
    text = visit.query("page") or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= ROWS_MAX:
        raise Misused(N_("There is no such page."))
    page = int(text[:9])
    return Paged(rows[(page - 1) * PAGE : page * PAGE], page, max(1, -(-len(rows) // PAGE)), len(rows))


def too_many(visit: Visit) -> Misused:
    """Of an export that would not be whole."""
    return Misused(N_("There are more than {n} rows; choose fewer by the filter."), n=visit.words.number(ROWS_MAX))
