"""A table to take along, as CSV or XLSX; no cell of it is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from starlette.responses import Response

from standing_console.faults import NotFound

ROWS_MAX = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_MAX = 32_767
"""Characters that a cell of XLSX holds."""

Rows = Iterable[Sequence[object]]


def exported(name: str, kind: str, columns: Sequence[str], rows: Rows) -> Response:
    """A file to save. Raises NotFound for another kind than csv and xlsx."""
    if kind not in ("csv", "xlsx"):
        raise NotFound(kind)
    content = as_csv(columns, rows) if kind == "csv" else as_xlsx(columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type="text/csv; charset=utf-8" if kind == "csv" else XLSX, headers=headers)


def as_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """With the mark by which spreadsheets know UTF-8; what they would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Rows) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column, bold)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, at, cell)
                else:
                    sheet.write_string(number, at, str(cell)[:CELL_MAX])
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
