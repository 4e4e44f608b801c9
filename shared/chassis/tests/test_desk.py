"""What work on a due row reads: all at once, or batch by batch where it would not fit."""

from datetime import UTC, datetime

from sqlalchemy import column, func, select

from chassis.database import CURSOR_ROWS, Database
from chassis.policies import PolicyBook
from chassis.read_models import Desk

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ROWS = CURSOR_ROWS * 2 + 1
NUMBERS = select(column("n")).select_from(func.generate_series(1, ROWS).alias("n"))


async def test_a_question_larger_than_memory_comes_in_batches(database: Database) -> None:
    desk = Desk(NOON, PolicyBook.of([]), database.rows, database.batches)
    batches = [batch async for batch in desk.batches(NUMBERS)]
    assert [len(batch) for batch in batches] == [CURSOR_ROWS, CURSOR_ROWS, 1]
    assert [row["n"] for batch in batches for row in batch] == list(range(1, ROWS + 1))


async def test_without_a_cursor_all_comes_at_once(database: Database) -> None:
    desk = Desk(NOON, PolicyBook.of([]), database.rows)
    assert [len(batch) async for batch in desk.batches(NUMBERS)] == [ROWS]
