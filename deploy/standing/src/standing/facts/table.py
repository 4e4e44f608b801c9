"""CSV files as rows of text, and the conversions that leave a text alone when it is not what it should be."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from contracts.digits import figure_of

WHOLE_MAX = Decimal(10) ** 18
"""Beyond this a number is not an id or a count but a mistake, and stays the text it was."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a file: ``number`` counts records from 1 after the header (a quoted text may span lines); a
    cell that is missing is empty."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def reference(self) -> str:
        """The record's name in fact ids: ``metrics.csv#17``."""
        return f"{self.file}#{self.number}"


def rows_of(path: Path, columns: Iterable[str]) -> list[Row]:
    """All records of a file.

    Raises FileNotFoundError when there is no such file, and ValueError when a column that is read has another name.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name} has no column {', '.join(sorted(missing))}.")
        return [Row(path.name, number, cells) for number, cells in enumerate(reader, start=1)]


def names_of(path: Path, id_column: str, name_column: str) -> dict[str, str]:
    """Id → name from a table of names; ids like ``173.0`` are given as ``173``."""
    return {whole(row[id_column]): row[name_column] for row in rows_of(path, (id_column, name_column))}


def decimal_of(text: str) -> Decimal | None:
    """The number that a text in plain digits is, or None."""
    try:
        return figure_of(text)
    except ValueError:
        return None


def whole(text: str) -> str:
    """``173.0`` → ``173``; what no program writes for a whole number (``00173``, ``17E3``) is another id, and stays as it is."""
    match = re.fullmatch(r"(-?(?:0|[1-9][0-9]*))\.0*", text)
    return match[1] if match and abs(int(match[1])) <= WHOLE_MAX else text


def count(text: str) -> int | str:
    """``999.0`` → 999; what is not a whole number stays text."""
    number = whole(text)
    return int(number) if number.lstrip("-").isascii() and number.lstrip("-").isdigit() else text


def prefixed(prefix: str, id: str) -> str:
    """An id with its prefix; an empty id stays empty, because ``V-`` would be a partner that nobody named."""
    return f"{prefix}{id}" if id else ""


def moment_of(text: str, pattern: str) -> datetime | None:
    """The UTC instant in a text of strptime's ``pattern``, or None."""
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None


def date_text(text: str, pattern: str) -> str:
    """The date in ISO 8601, or the text as it is."""
    moment = moment_of(text, pattern)
    return text if moment is None else moment.date().isoformat()


def first_of(moments: Iterable[datetime | None]) -> datetime:
    """The earliest instant of a file: the time of records whose own date cannot be read."""
    return min((moment for moment in moments if moment is not None), default=datetime(1970, 1, 1, tzinfo=UTC))
