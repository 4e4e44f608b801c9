"""What work on a due row may query: all rows at once, or in batches where they would not fit into memory."""

from datetime import UTC, datetime

from sqlalchemy import column, func, select

from chassis.policies import PolicyBook
from chassis.storage.database import CURSOR_ROWS, Database
from chassis.timers import TimerContext

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ROWS = CURSOR_ROWS * 2 + 1
NUMBERS = select(column("n")).select_from(func.generate_series(1, ROWS).alias("n"))


async def test_a_result_larger_than_memory_comes_in_batches(database: Database) -> None:
    context = TimerContext(NOON, PolicyBook.of([]), database.rows, database.batches)
    batches = [batch async for batch in context.batches(NUMBERS)]
    assert [len(batch) for batch in batches] == [CURSOR_ROWS, CURSOR_ROWS, 1]
    assert [row["n"] for batch in batches for row in batch] == list(range(1, ROWS + 1))


async def test_without_a_cursor_all_rows_come_at_once(database: Database) -> None:
    context = TimerContext(NOON, PolicyBook.of([]), database.rows)
    assert [len(batch) async for batch in context.batches(NUMBERS)] == [ROWS]


async def test_further_queries_read_a_materialised_answer(database: Database) -> None:
    context = TimerContext(NOON, PolicyBook.of([]), database.rows, database.batches, database.materialised)
    async with context.materialised(NUMBERS) as (table, batches):
        first = [row["n"] async for batch in batches(select(table.c.n).where(table.c.n < 4)) for row in batch]
        rest = [
            row["largest"] async for batch in batches(select(func.max(table.c.n).label("largest"))) for row in batch
        ]
    assert (first, rest) == ([1, 2, 3], [ROWS])
    left = await database.pool.fetchval("SELECT count(*) FROM pg_class WHERE relname = 'answer'")
    assert left == 0, "nothing stays behind"


async def test_without_a_materialiser_the_answer_is_a_subquery(database: Database) -> None:
    context = TimerContext(NOON, PolicyBook.of([]), database.rows)
    async with context.materialised(NUMBERS) as (table, batches):
        assert [
            row async for batch in batches(select(func.count().label("all")).select_from(table)) for row in batch
        ] == [{"all": ROWS}]
