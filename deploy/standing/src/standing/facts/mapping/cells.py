"""One cell of a table as the value of a field, and whether a row meets a condition; what cannot be read raises Unreadable."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
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


def value_of(value: Value, rows: Sequence[Row]) -> Any:
    """The field's value for a fact of these rows (of the first, unless it adds up or lists them); None for an empty cell."""
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
    cell = rows[0][value.column] or (value.if_empty or "")
    if not cell:
        return None
    cell = value.words.get(cell, cell)
    if value.date:
        return instant_of(value, cell).date().isoformat()
    if value.number is not None or value.absolute or value.whole:
        number = _decimal(value.column, cell, value.number or PLAIN)
        return _written(abs(number) if value.absolute else number, value)
    return f"{value.prefix}{whole(cell) if value.id_number else cell}"


def instant_of(value: Value, cell: str) -> datetime:
    """The instant in a cell, in UTC. Raises Unreadable where no way of writing it fits."""
    for pattern in value.date:
        try:
            return datetime.strptime(cell, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Unreadable(f"{value.column} {cell!r} is not written like {' or '.join(value.date)}")


def _product(value: Value, row: Row) -> Decimal:
    product = Decimal(1)
    for column in value.sum_of:
        product *= _decimal(column, row[column], value.number or PLAIN)
    return product


def _decimal(column: str, cell: str, written: Number) -> Decimal:
    text = cell.replace(written.thousands, "") if written.thousands else cell
    text = text.replace(written.decimal, ".") if written.decimal != "." else text
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unreadable(f"{column} {cell!r} is no number")
    return number


def _written(number: Decimal, value: Value) -> str | int:
    if not value.whole:
        return f"{number:f}"
    if number != number.to_integral_value():
        raise Unreadable(f"{value.column} {number:f} is no whole number")
    return int(number)
