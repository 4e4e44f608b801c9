"""A table as facts: every row is part of one, repeats one, or is refused with the reason."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from standing.facts.fact import TOPIC_OF, DataSet, Fact, FileTally, in_time_order
from standing.facts.mapping.cells import Row, Unreadable, holds, instant_of, unreadable_number, value_of
from standing.facts.mapping.spec import TYPES, FactOf, Mapping
from standing.fault import Fault

REPEATED = "repeats an earlier row"
NOT_MEANT = "no fact of the mapping is about it"
BYTE_ORDER_MARK = "\ufeff"
HASHED = 12
"""Hexadecimal digits of the contents in a fact's id, so that a corrected row is another message about the same thing."""


@dataclass(slots=True)
class Account:
    """What became of each row: refused or repeated rows by their number, counted from 1 after the header."""

    rows: int = 0
    left_out: dict[int, str] = field(default_factory=dict)

    def refuse(self, numbers: Iterable[int], reason: str) -> None:
        """The first reason stands."""
        for number in numbers:
            self.left_out.setdefault(number, reason)


def mapping_source(mapping: Mapping) -> str:
    """The ``ce_source`` of its facts."""
    return mapping.source or f"/import/{mapping.name}"


def facts_of(mapping: Mapping, table: Path) -> DataSet:
    """The facts of a table, in the order of their time, each with an id that is the same whenever the table is read.

    Raises Fault for a table that is not there, cannot be read as text or lacks a column.
    """
    account = Account()
    groups: list[dict[tuple[str, ...], list[tuple[int, Row]]]] = [{} for _ in mapping.facts]
    for number, row in enumerate(_rows(mapping, table), start=1):
        account.rows = number
        if isinstance(row, int):
            account.refuse([number], f"has more cells than the header has columns, by {row}")
            continue
        reason = next((each.reason for each in mapping.refuse if all(holds(c, row) for c in each.when)), None)
        if reason is not None:
            account.refuse([number], reason)
            continue
        kinds = [n for n, fact in enumerate(mapping.facts) if all(holds(c, row) for c in fact.when)]
        if not kinds:
            account.refuse([number], _why_no_kind(mapping, row))
        for n in kinds:
            name = tuple(row[column] for column in mapping.facts[n].one_per)
            groups[n].setdefault(name, []).append((number, row))
    facts = [
        fact
        for kind, of_kind in zip(mapping.facts, groups, strict=True)
        for name, rows in of_kind.items()
        if (fact := _fact(mapping, kind, name, rows, account)) is not None
    ]
    tally = FileTally(
        rows=account.rows,
        facts=len(facts),
        rows_in_facts=account.rows - len(account.left_out),
        without_fact=Counter(account.left_out.values()),
    )
    return DataSet(
        mapping.name,
        account.rows,
        in_time_order(facts),
        {table.name: tally},
        left_out=dict(sorted(account.left_out.items())),
    )


def _why_no_kind(mapping: Mapping, row: Row) -> str:
    """A number that cannot be read is the reason where nothing else keeps the row from being a fact."""
    for fact in mapping.facts:
        failed = [unreadable_number(condition, row) for condition in fact.when if not holds(condition, row)]
        if failed[0] is not None and None not in failed:
            return failed[0]
    return NOT_MEANT


def _rows(mapping: Mapping, table: Path) -> Iterator[Row | int]:
    """The rows as text without outer blanks; a cell that is missing is empty. A number stands for a row with that many cells
    more than the header names: which cell belongs to which column is not known."""
    csv.field_size_limit(1_000_000)
    reader = None
    try:
        with table.open(encoding=mapping.encoding, newline="") as file:
            # Strict: a quote that is never closed would take the rows behind it into its cell without a word.
            reader = csv.reader(file, delimiter=mapping.delimiter, strict=True)
            header = [name.strip().removeprefix(BYTE_ORDER_MARK) for name in next(reader, [])]
            _check_header(mapping, table, header)
            for cells in reader:
                if not cells:
                    continue
                texts = [cell.strip() for cell in cells]
                if any(texts[len(header) :]):
                    yield len(texts) - len(header)
                else:
                    yield dict(zip_longest(header, texts[: len(header)], fillvalue=""))
    except OSError as error:
        raise Fault(f"{table} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, LookupError) as error:
        raise Fault(
            f"{table} is not written in {mapping.encoding}: {error}. Name its encoding in the mapping."
        ) from error
    except csv.Error as error:
        line = reader.line_num if reader is not None else 0
        raise Fault(
            f"{table} cannot be read from line {line} on: {error}. A cell that begins with a quote ends with one, and a quote "
            "inside of it is doubled."
        ) from error


def _check_header(mapping: Mapping, table: Path, header: list[str]) -> None:
    """Raises Fault for a column that the mapping names and the table does not have, or has more than once."""
    if missing := [column for column in mapping.columns if column not in header]:
        raise Fault(f"{table} has no column {', '.join(missing)}; it has {', '.join(header) or 'none'}.")
    if repeated := [column for column in mapping.columns if header.count(column) > 1]:
        raise Fault(f"{table} has more than one column {', '.join(repeated)}; give each a name of its own.")


def _fact(
    mapping: Mapping, kind: FactOf, name: tuple[str, ...], rows: list[tuple[int, Row]], account: Account
) -> Fact | None:
    """The fact that rows of one name are, or None after they were refused."""
    numbers = [number for number, _ in rows]
    if not all(name):
        empty = [column for column, cell in zip(kind.one_per, name, strict=True) if not cell]
        account.refuse(numbers, f"{', '.join(empty)} is empty, which names the fact")
        return None
    if not kind.gathers and len(rows) > 1:
        rows = _first_of_repeats(mapping, kind, rows, account)
        numbers = [rows[0][0]]
    try:
        values = {
            field: made
            for field, value in kind.fields.items()
            if (made := value_of(value, [r for _, r in rows])) is not None
        }
        time = _time_of(kind, rows[0][1])
        event = TYPES[kind.type].model_validate_json(json.dumps(values))
    except Unreadable as error:
        account.refuse(numbers, str(error))
        return None
    except ValidationError as error:
        account.refuse(numbers, _sentence(kind, error))
        return None
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    contents = hashlib.sha256(data).hexdigest()[:HASHED]
    id = f"{kind.type.removeprefix('erp.')}:{_joined(name)}:{contents}"
    key = getattr(event, "supplier_id", None) or getattr(event, "customer_id", None)
    return Fact(TOPIC_OF[kind.type], id, mapping_source(mapping), kind.type, str(key), time, data)


def _joined(name: tuple[str, ...]) -> str:
    """One text for each name: a slash that stands in a cell is escaped where several columns are joined by slashes."""
    if len(name) == 1:
        return name[0]
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in name)


def _first_of_repeats(
    mapping: Mapping, kind: FactOf, rows: list[tuple[int, Row]], account: Account
) -> list[tuple[int, Row]]:
    """The first row of a name; the others repeat it, or are refused because they say something else."""
    first_number, first = rows[0]
    for number, row in rows[1:]:
        changed = [column for column in mapping.columns if row[column] != first[column]]
        if not changed:
            account.refuse([number], REPEATED)
            continue
        named = ", ".join(f"{column} {row[column]!r} instead of {first[column]!r}" for column in changed[:3])
        account.refuse(
            [number],
            f"another row of the same {' and '.join(kind.one_per)} has other contents ({named}; row {first_number})",
        )
    return rows[:1]


def _time_of(kind: FactOf, row: Row) -> datetime:
    cell = row[kind.time.column] if kind.time.column else str(kind.time.value)
    if not cell:
        raise Unreadable(f"{kind.time.column} is empty, which says when it happened")
    return instant_of(kind.time, cell).astimezone(UTC)


def _sentence(kind: FactOf, error: ValidationError) -> str:
    """The first thing that the contract refuses, with the column that it came from."""
    each = error.errors()[0]
    place = [str(part) for part in each["loc"] if not isinstance(part, int)]
    value: Any = kind.fields.get(place[0]) if place else None
    for part in place[1:]:
        value = (value.rows or {}).get(part) if value is not None else None
    column = f" (column {value.column})" if value is not None and value.column else ""
    if each["type"] == "missing":
        return f"{'.'.join(place)} is needed and empty{column}"
    return f"{'.'.join(place)}{column}: {each['msg'].removeprefix('Value error, ')}"
