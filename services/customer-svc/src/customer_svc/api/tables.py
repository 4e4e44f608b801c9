"""Reports as JSON or as CSV, for a person's spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from chassis.http import Origin, PageRequest, Paging, Reasoned, csv_answer, month_text

Written = Literal["json", "csv"]


@dataclass(frozen=True)
class Table:
    """How a report is answered: a page of JSON, or all of it as CSV, which is an export and recorded as one."""

    format: Written
    page: PageRequest
    looking: Origin
    thing: str
    query: str

    async def of(self, rows: Sequence[dict[str, Any]]) -> Any:
        """Rows of equal columns, a page of them as JSON and all as CSV.

        In CSV an apostrophe precedes a cell that a spreadsheet would take for a formula.
        """
        rows = [{name: _month(name, value) for name, value in row.items()} for row in rows]
        if self.format == "json":
            found = self.page.part_of(rows)
            return {"items": found.items, "next": found.next}
        await self.looking.looked("report exported", self.thing, query=self.query, row_count=len(rows))
        return csv_answer(list(rows[0]) if rows else [], rows)


async def _table(
    request: Request,
    page: Paging,
    looking: Reasoned,
    format: Annotated[Written, Query(description="json, or csv for a spreadsheet")] = "json",
) -> Table:
    return Table(format, page, looking, request.url.path.removeprefix("/v1/"), request.url.query)


Tabled = Annotated[Table, Depends(_table)]


def _month(name: str, value: Any) -> Any:
    return month_text(value) if name == "month" and isinstance(value, date) else value
