"""Tables as CSV, for a person's spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "as JSON, or as CSV where format says so",
    }
}
"""The ``responses`` of a route that answers either."""


def csv_answer(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Response:
    """Rows as CSV under a line of names. An apostrophe precedes a cell that a spreadsheet would take for a formula."""
    text = io.StringIO()
    if columns:
        writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([{name: _cell(value) for name, value in row.items()} for row in rows])
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value not in ("", "-") else value
