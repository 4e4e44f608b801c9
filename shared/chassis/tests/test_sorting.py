"""Whatever order a list is read in, its pages together are the list: each row once, in that order."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Column, Date, MetaData, Numeric, Select, String, Table, select

from chassis.http.paging import PageRequest
from chassis.http.problems import Problem
from chassis.http.sorting import Order, Sorting
from chassis.storage.database import Database

BILLS = Table(
    "bill", MetaData(),
    Column("customer_id", String, primary_key=True), Column("bill_id", String, primary_key=True),
    Column("due_on", Date, nullable=True), Column("amount", Numeric, nullable=False),
)  # fmt: skip
OWN = (BILLS.c.customer_id, BILLS.c.bill_id)
SORT = Sorting(OWN, BILLS.c.due_on, BILLS.c.amount, BILLS.c.bill_id)

DAYS = st.integers(0, 3).map(lambda days: date(2024, 5, 1) + timedelta(days))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2", "c-1"]),
        st.sampled_from(["B/1", "B-2", "ß", "B10", "B9"]),
        st.none() | DAYS,
        st.sampled_from([Decimal("0"), Decimal("-1.5"), Decimal("1.50"), Decimal("12345678901234.567891")]),
    ),
    unique_by=lambda row: row[:2],
    max_size=12,
)


@pytest.fixture
async def bills(database: Database) -> Database:
    await database.pool.execute(
        "CREATE TABLE bill (customer_id text, bill_id text, due_on date, amount numeric NOT NULL, PRIMARY KEY (customer_id, bill_id))"
    )
    return database


async def pages(database: Database, query: Select[Any], order: Order, limit: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        request = PageRequest(limit, after)
        page = request.cut(await database.rows(request.of(query, order)), order)
        rows += page.items
        if page.next is None:
            return rows
        assert len(page.items) == limit
        assert page.next != after
        after = page.next


def in_order(rows: Sequence[dict[str, Any]], sort: str) -> bool:
    values = [row[sort.removeprefix("-")] for row in rows]
    given_ = [value for value in values if value is not None]
    return values[: len(given_)] == given_ and (
        sort.endswith("bill_id") or given_ == sorted(given_, reverse=sort.startswith("-"))
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, sort=st.none() | st.sampled_from(SORT.values), limit=st.integers(1, 4))
async def test_paging_returns_each_row_once_in_any_order_with_ties_and_without_values(
    bills: Database, rows: list[tuple[Any, ...]], sort: str | None, limit: int
) -> None:
    await bills.pool.execute("TRUNCATE bill")
    await bills.pool.executemany("INSERT INTO bill VALUES ($1, $2, $3, $4)", rows)
    order = SORT.order(sort)
    found = await pages(bills, select(BILLS), order, limit)
    assert sorted((row["customer_id"], row["bill_id"]) for row in found) == sorted(row[:2] for row in rows)
    assert found == await bills.rows(select(BILLS).order_by(*order.by()))
    assert sort is None or in_order(found, sort)


def test_a_cursor_of_one_order_is_refused_in_another() -> None:
    rows = [{"customer_id": "C-1", "bill_id": f"B-{n}", "due_on": None, "amount": Decimal(n)} for n in range(2)]
    cursor = PageRequest(1, None).cut(rows, SORT.order("due_on")).next
    for other in (None, "-due_on", "amount"):
        with pytest.raises(Problem) as refused:
            PageRequest(1, cursor).of(select(BILLS), SORT.order(other))
        assert refused.value.status == 400


def test_the_orders_of_a_list_are_an_enumeration_in_its_document() -> None:
    parameter: TypeAdapter[str | None] = TypeAdapter(Annotated[str | None, SORT])
    values = ["due_on", "-due_on", "amount", "-amount", "bill_id", "-bill_id"]
    assert parameter.json_schema() == {"anyOf": [{"enum": values, "type": "string"}, {"type": "null"}]}
    with pytest.raises(ValidationError, match="'-due_on'"):
        parameter.validate_python("due")
