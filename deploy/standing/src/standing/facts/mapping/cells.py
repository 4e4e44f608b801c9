"""One cell of a table as the value of a field, and whether a row meets a condition; what cannot be read raises Unreadable."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from standing.facts.mapping.spec import Condition, Number, Value
from standing.facts.table import whole

Row = Mapping[str, str]
PLAIN = Number()


class Unreadable(Exception):
    """A cell is not what the mapping takes it for; the message names the column, the cell and what was expected."""


def holds(condition: Condition, row: Row) -> bool:
    """Whether the row's cell passes every test. A cell that is no number is neither above nor at most anything."""
    cell = row[condition.column]
    if condition.any_of and cell not in condition.any_of:
        return False
    if cell in condition.none_of:
        return False
    if condition.starts_with and not cell.startswith(condition.starts_with):
        return False
    if condition.starts_not_with and cell.startswith(condition.starts_not_with):
        return False
    if condition.is_empty is not None and (not cell) != condition.is_empty:
        return False
    if condition.above is None and condition.at_most is None:
        return True
    try:
        number = _decimal(condition.column, cell, condition.number)
    except Unreadable:
        return False
    return (condition.above is None or number > Decimal(str(condition.above))) and (
        condition.at_most is None or number <= Decimal(str(condition.at_most))
    )


def unreadable_number(condition: Condition, row: Row) -> str | None:
    """Why the cell cannot be compared, where the condition compares it with a number."""
    if condition.above is None and condition.at_most is None:
        return None
    try:
        _decimal(condition.column, row[condition.column], condition.number)
    except Unreadable as error:
        return str(error)
    return None


def value_of(value: Value, rows: Sequence[Row]) -> Any:
    """The field's value for a fact of these rows; None for an empty cell. A field that neither adds up nor lists the rows has to
    be the same in all of them."""
    if value.rows is not None:
        return [
            {
                name: made
                for name, each in value.rows.items()
                if (made := value_of(each, [row])) is not None
            }
            for row in rows
        ]  # fmt: skip
    if value.sum_of:
        total = sum((_product(value, row) for row in rows), Decimal(0))
        return _written(abs(total) if value.absolute else total, value)
    if value.column is None:
        return value.value
    cells = {row[value.column]: row for row in reversed(rows)}
    found = [_cell_value(value, value.column, row) for row in reversed(cells.values())]
    if different := [each for each in found[1:] if each != found[0]]:
        raise Unreadable(f"{value.column} is not the same in all rows of the fact: {found[0]!r} and {different[0]!r}")
    return found[0]


def _cell_value(value: Value, column: str, row: Row) -> Any:
    cell = row[column] or (value.if_empty or "")
    if not cell:
        return None
    cell = value.words.get(cell, cell)
    if value.date:
        return instant_of(value, cell).date().isoformat()
    if value.number is not None or value.absolute or value.whole:
        number = _decimal(column, cell, value.number or PLAIN)
        return _written(abs(number) if value.absolute else number, value)
    return f"{value.prefix}{whole(cell) if value.id_number else cell}"


def instant_of(value: Value, cell: str) -> datetime:
    """The instant in a cell, in the time zone that it names, else in UTC, so that its day is the one that was written.

    Raises Unreadable where no way of writing it fits.
    """
    for pattern in value.date:
        try:
            read = datetime.strptime(cell, pattern)  # noqa: DTZ007 - the zone is the cell's, where it names one
        except ValueError:
            continue
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    raise Unreadable(f"{value.column} {cell!r} is not written like {' or '.join(value.date)}")


def _product(value: Value, row: Row) -> Decimal:
    product = Decimal(1)
    for column in value.sum_of:
        product *= _decimal(column, row[column], value.number or PLAIN)
    return product


def _decimal(column: str, cell: str, written: Number) -> Decimal:
    """The number in a cell. What is written in another way is refused, never guessed: ``99.90`` would be 9,990 where a comma
    stands before decimals and a point between thousands."""
    match = _pattern(written).fullmatch(cell)
    if match is None or not (match["whole"] or match["decimals"]):
        raise Unreadable(f"{column} {cell!r} is no number{_way_of(written)}")
    digits = match["whole"].replace(written.thousands, "") if written.thousands else match["whole"]
    return Decimal(f"{match['sign']}{digits}.{match['decimals'] or ''}E{match['exponent'] or '0'}")


@cache
def _pattern(written: Number) -> re.Pattern[str]:
    """Between thousands there are three digits, or two before the last three (lakh, crore)."""
    digits, between = "[0-9]*", re.escape(written.thousands)
    if between:
        digits += f"|[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|[0-9]{{1,2}}(?:{between}[0-9]{{2}})+{between}[0-9]{{3}}"
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>{digits})(?:{re.escape(written.decimal)}(?P<decimals>[0-9]*))?"
        r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2}))?"
    )


def _way_of(written: Number) -> str:
    thousands = f" and {written.thousands!r} between thousands" if written.thousands else ""
    return f" with {written.decimal!r} before decimals{thousands}"


def _written(number: Decimal, value: Value) -> str | int:
    if not value.whole:
        return f"{number:f}"
    if number != number.to_integral_value():
        raise Unreadable(f"{value.column} {number:f} is no whole number")
    return int(number)
