"""Reports as JSON or as CSV, for a person's spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Response

Written = Literal["json", "csv"]
Format = Annotated[Written, Query(description="json, or csv for a spreadsheet")]


def table(rows: Sequence[dict[str, Any]], format: Written) -> Any:
    """Rows of equal columns. In CSV an apostrophe precedes a cell that a spreadsheet would take for a formula."""
    if format == "json":
        return list(rows)
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([{name: _cell(value) for name, value in row.items()} for row in rows])
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value not in ("", "-") else value
