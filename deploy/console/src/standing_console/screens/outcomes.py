"""What a back-test reports, as tables: whom the candidate treats otherwise than the live policy, and by how much. Pure.

Each policy has a report of its own. What all have in common is that ``live`` and ``candidate``, alone or before a name, stand for the
two sides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LIVE, CANDIDATE = "live", "candidate"
SIDES = (LIVE, CANDIDATE)


@dataclass(frozen=True)
class Table:
    """``name`` is where it stands in the report: ``months.examples``."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def figures(self) -> frozenset[int]:
        """Columns that hold nothing but figures."""
        numbers = range(len(self.columns))
        return frozenset(n for n in numbers if all(number(row[n]) is not None or not row[n] for row in self.rows))


def figures_of(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the report says in one value: how many were looked at, how many differ."""
    return [(name, text_of(value)) for name, value in report.items() if not isinstance(value, Mapping | list)]


def tables_of(report: Mapping[str, Any]) -> list[Table]:
    """Both sides beside each other, then every list of the report; one without a row has no table."""
    sides = [report.get(side) for side in SIDES]
    found = list[Table]()
    if all(isinstance(side, Mapping) for side in sides):
        found.append(_beside(*sides))  # type: ignore[arg-type]
    for name, value in report.items():
        if isinstance(value, Mapping) and name not in SIDES and value:
            found.append(Table(name, ("", name), tuple((str(key), text_of(each)) for key, each in value.items())))
        elif isinstance(value, list):
            found += _listed(name, value, {})
    return found


def _beside(live: Mapping[str, Any], candidate: Mapping[str, Any]) -> Table:
    before, after = dict(_leaves(live)), dict(_leaves(candidate))
    names = dict.fromkeys([*before, *after])
    rows = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return Table(LIVE, ("", *SIDES, "by"), tuple((*row, by_how_much(row[1] or "0", row[2] or "0")) for row in rows))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, f"{name}.{key}" if name else str(key))
    else:
        yield name, text_of(value)


def _listed(name: str, rows: Sequence[Any], common: Mapping[str, Any]) -> list[Table]:
    """A list as a table; lists within its rows as tables of their own, each row with what its parent is known by."""
    if not rows or not all(isinstance(row, Mapping) for row in rows):
        return [Table(name, (name,), tuple((text_of(row),) for row in rows))] if rows else []
    plain = [{key: each for key, each in row.items() if not _is_rows(each)} for row in rows]
    columns = tuple(dict.fromkeys(key for row in ({**common, **each} for each in plain) for key in row))
    pairs = _pairs(columns)
    cells = [{**common, **row} for row in plain]
    made = tuple(
        (
            *(text_of(row.get(column, "")) for column in columns),
            *(by_how_much(text_of(row.get(live, "")), text_of(row.get(other, ""))) for live, other in pairs),
        )
        for row in cells
    )
    by = tuple("by" if live == LIVE else "by " + live.removeprefix("live_") for live, _ in pairs)
    filled_columns = [n for n in range(len(columns) + len(by)) if n < len(columns) or any(row[n] for row in made)]
    found = [
        Table(
            name,
            tuple((*columns, *by)[n] for n in filled_columns),
            tuple(tuple(row[n] for n in filled_columns) for row in made),
        )
    ]
    for key in dict.fromkeys(key for row in rows for key, each in row.items() if _is_rows(each)):
        within = list[Any]()
        for row in rows:
            known_by = {each: value for each, value in row.items() if isinstance(value, str)}
            within += [{**common, **known_by, **part} for part in row.get(key) or ()]
        found += _listed(f"{name}.{key}", within, {})
    return found


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _pairs(columns: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(each, each.replace(LIVE, CANDIDATE, 1)) for each in columns if each == LIVE or each.startswith("live_")]
    return [pair for pair in pairs if pair[1] in columns]


def by_how_much(live: str, candidate: str) -> str:
    """What the candidate has more, with its sign; empty where either is no figure."""
    first, second = number(live), number(candidate)
    return "" if first is None or second is None else f"{second - first:+f}" if first != second else "0"


def number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def text_of(value: Any) -> str:
    """A cell: maps as ``S-001: 60, S-002: 40``."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Mapping():
            return ", ".join(f"{key}: {text_of(each)}" for key, each in value.items())
        case list():
            return ", ".join(map(text_of, value))
        case _:
            return str(value)
