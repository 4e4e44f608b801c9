"""Reports as JSON or as CSV, for a person's spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from chassis.http import PageRequest, month_text

Written = Literal["json", "csv"]
Format = Annotated[Written, Query(description="json, or csv for a spreadsheet")]


def table(rows: Sequence[dict[str, Any]], format: Written, page: PageRequest) -> Any:
    """Rows of equal columns, a page of them as JSON and all as CSV.

    In CSV an apostrophe precedes a cell that a spreadsheet would take for a formula.
    """
    rows = [{name: _month(name, value) for name, value in row.items()} for row in rows]
    if format == "json":
        found = page.part_of(rows)
        return {"items": found.items, "next": found.next}
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([{name: _cell(value) for name, value in row.items()} for row in rows])
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


def _month(name: str, value: Any) -> Any:
    return month_text(value) if name == "month" and isinstance(value, date) else value


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value not in ("", "-") else value
