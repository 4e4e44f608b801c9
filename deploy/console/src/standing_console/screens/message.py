"""One parked message as people read it: headers and text as they came, as edited, and the difference."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from standing_console.faults import Misused
from standing_console.languages import N_

Mark = Literal["same", "gone", "new"]
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
"""A part of a JSON text."""
LINES_MAX = 2_000
"""Of a difference; a longer one is of no use to a reader."""


class Line(NamedTuple):
    """A line of a difference."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Message:
    """What ``/v1/admin/parked/{id}`` says of a message."""

    row: Mapping[str, Any]

    @property
    def parked(self) -> bool:
        return bool(self.row["status"] == "parked")

    @property
    def edited(self) -> Mapping[str, Any] | None:
        """Headers and value that are handled instead of those that came; None where nobody edited it."""
        found: Mapping[str, Any] | None = self.row.get("edited")
        return found

    @property
    def present(self) -> Mapping[str, Any]:
        """Headers and value as they would be handled now."""
        return self.edited or self.row

    @property
    def headers_text(self) -> str:
        """One ``name: value`` a line, as a form shows them."""
        return "\n".join(f"{name}: {value}" for name, value in self.present["headers"].items())

    @property
    def difference(self) -> list[Line]:
        """From what came to what was edited, headers and text."""
        if self.edited is None:
            return []
        return list(difference(_lines(self.row), _lines(self.edited)))[:LINES_MAX]

    @property
    def lines(self) -> list[str]:
        return readable(self.present["value"]).splitlines()

    def changed_headers(self, text: str) -> dict[str, str | None]:
        """The headers that a form's text sets, and those that it leaves out as None. Raises Misused for a line without a colon."""
        wanted: dict[str, str] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                raise Misused(N_("Write each header as name: value, one a line."))
            wanted[name.strip().lower()] = value.strip()
        present = {name: str(value) for name, value in self.present["headers"].items()}
        changes: dict[str, str | None] = {name: value for name, value in wanted.items() if present.get(name) != value}
        return changes | {name: None for name in present if name not in wanted}


def readable(value: str) -> str:
    """JSON with its lines broken, any other text as it is. Nothing but white space between its parts is changed."""
    try:
        json.loads(value)
    except ValueError:
        return value
    lines, depth, tight = [""], 0, ""
    for token in re.findall(TOKEN, value):
        if token in "}]":
            depth -= 1
            if not tight:
                lines.append("  " * depth)
        elif tight:
            lines.append("  " * depth)
        lines[-1] += ": " if token == ":" else token
        tight = token if token in "{[," else ""
        depth += token in "{["
    return "\n".join(lines)


def difference(before: list[str], after: list[str]) -> Iterator[Line]:
    for line in difflib.ndiff(before, after):
        match line[:2]:
            case "  ":
                yield Line("same", line[2:])
            case "- ":
                yield Line("gone", line[2:])
            case "+ ":
                yield Line("new", line[2:])


def _lines(contents: Mapping[str, Any]) -> list[str]:
    headers = [f"{name}: {value}" for name, value in contents["headers"].items()]
    return [*headers, "", *readable(contents["value"]).splitlines()]
