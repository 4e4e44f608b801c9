"""Verify works out again what the index of look-ups has, and says where it has something else than the log."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import SecretStr

from chassis.clock import WallClock
from chassis.commands import Request
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.processors.leadership import PartitionLocks
from chassis.processors.lookup_follower import LookupFollower
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from chassis.storage.signals import Signals
from contracts import erp
from credit_svc.account.invoices import RecordInvoice
from credit_svc.service import SERVICE
from standing.chain import Check
from standing.indexed import index_holds
from standing_parts import Postgres

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)


def invoice(id: str, customer_id: str) -> Request:
    fact = erp.InvoiceIssued(
        invoice_id=id, customer_id=customer_id, issued_on=NOW.date(), due_on=NOW.date(), amount=Decimal(100), currency="EUR"
    )  # fmt: skip
    return Request(RecordInvoice(fact), f"erp/{id}", NOW, f"journey-{id}")


@pytest.fixture
async def indexed(database: Database, postgres: Postgres) -> AsyncIterator[Database]:
    """A log of ten invoices, nine of which the index has read."""
    settings = Settings(postgres=SecretStr(postgres.dsn("").rstrip("/")), kafka="unused:9092")
    executor = Executor(SERVICE, Log(database, SERVICE.name), WallClock(), settings)
    await executor.start()
    follower = LookupFollower(SERVICE, database, PartitionLocks(database.dsn, 1, Signals(), "test").of("schedule"))
    for n in range(9):
        await executor.execute(UnitOfWork((WorkItem((invoice(f"INV-{n}", f"C-{n % 3}"),)),)))
    while await follower.step():
        pass
    await executor.execute(UnitOfWork((WorkItem((invoice("INV-9", "C-0"),)),)))
    yield database
    await executor.stop()


async def checked(database: Database) -> Check:
    async with database.pool.acquire() as connection:
        return await index_holds(SERVICE, connection)  # type: ignore[arg-type]


async def test_an_index_that_is_behind_holds_as_far_as_it_has_read(indexed: Database) -> None:
    check = await checked(indexed)
    assert (check.ok, check.subject) == (True, "credit-svc look-ups")
    ids = await indexed.pool.fetchval("SELECT count(*) FROM lookup")
    unread = await indexed.pool.fetchval("SELECT sum(lag) FROM lookup_lag")
    assert check.detail == f"{ids:,} ids indexed as the log names them, {unread} events not read yet"
    assert unread > 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DELETE FROM lookup WHERE ctid = (SELECT min(ctid) FROM lookup)", "ids are indexed, and its events name"),
        (
            "INSERT INTO lookup SELECT 42, position, partition FROM lookup LIMIT 1",
            "ids are indexed, and its events name",
        ),
        ("UPDATE lookup SET mark = 42 WHERE ctid = (SELECT min(ctid) FROM lookup)", "other ids are indexed"),
    ],
)
async def test_an_id_that_is_missing_invented_or_changed_is_named(
    indexed: Database, change: str, sentence: str
) -> None:
    await indexed.pool.execute(change)
    check = await checked(indexed)
    assert not check.ok
    assert sentence in check.detail
    assert "TRUNCATE lookup, lookup_follower" in check.detail
