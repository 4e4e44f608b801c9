"""The route of the ledger of partners, as pages or as one table for a spreadsheet."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from chassis.http import CSV, Page, Paging, Problem, Queries, ReadsPersons, Reasoned, Sorting, csv_answer, needs
from contracts.fields import Text
from contracts.supplier import PartnerRating
from supplier_svc.read_models import partner_ledger
from supplier_svc.reports.partner_ledger import BESIDES, FIELDS, PERSONAL, csv_rows, ledger_rows
from supplier_svc.responses.partners import LedgerRow
from supplier_svc.supplier.state.qualification import Stage

router = APIRouter(prefix="/v1", tags=["qualification"])

OF = partner_ledger.TABLE.c
SORT = Sorting(
    partner_ledger.ORDER,
    OF.supplier_id, OF.name, OF.applied_on, OF.rating, OF.status, OF.standing, OF.licence_expires_on, OF.credit_limit,
)  # fmt: skip


@router.get(
    "/partners/ledger",
    response_model=Page[LedgerRow],
    responses=CSV,
    dependencies=[needs("supplier.files.read")],
)
async def show_ledger(
    queries: Queries,
    page: Paging,
    looking: Reasoned,
    persons: ReadsPersons,
    rating: PartnerRating | None = None,
    status: Annotated[Stage | None, Query(description="the next gate, or what the qualification led to")] = None,
    lapsed: Annotated[
        bool | None, Query(description="only those with a number that is out of date, or only others")
    ] = None,
    owner: Annotated[
        Text | None,
        Query(min_length=1, max_length=200, description="in the owner's name; takes the right personal.open"),
    ] = None,
    q: Annotated[
        Text | None,
        Query(min_length=1, max_length=200, description="in the id, name, numbers, cooperation or remarks"),
    ] = None,
    sort: Annotated[str | None, SORT] = None,
    format: Annotated[Literal["json", "csv"], Query(description="json, or csv for a spreadsheet")] = "json",
) -> Any:
    """The ledger (台账): every partner with a file, its numbers and when they run out. CSV is all of it, and recorded as an export.

    Names and telephone numbers of persons open for who may open them; in CSV their cells are empty for others.
    """
    query, order = partner_ledger.ledger(queries.today, rating, status, lapsed, q), SORT.order(sort)
    if owner is None and format == "json":
        found = await queries.page(query, order, page)
        return {"items": ledger_rows(found.items, queries.today), "next": found.next}
    rows = ledger_rows(await queries.rows(query.order_by(*order.by())), queries.today)
    if owner is not None:
        if not persons.may_open:
            raise Problem(403, "no-right", "owner: the names of owners open only with the right personal.open.")
        names = await persons.texts([row["owner_name"] for row in rows])
        rows = [row for row, name in zip(rows, names, strict=True) if owner.casefold() in name.casefold()]
    if format == "json":
        return page.part_of(rows)
    await looking.looked("report exported", "partners/ledger", row_count=len(rows))
    texts = {name: await persons.texts([row[name] for row in rows]) for name in PERSONAL}
    return csv_answer([*FIELDS, *BESIDES], csv_rows(rows, texts))
