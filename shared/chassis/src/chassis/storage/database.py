"""The service's own PostgreSQL: an asyncpg pool for the hot path, a SQLAlchemy engine for queries, Alembic for the tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import orjson
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.ddl import CreateTableAs

from chassis.errors import UsageError
from chassis.storage.connecting import PostgresRefused, engine_of, named, open_pool
from chassis.storage.fence import Location, note_location
from chassis.timers import Materialised
from contracts.personal import wire_form

Connection: TypeAlias = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
"""A connection, from a pool or not."""

CURSOR_ROWS = 5_000
CURSOR_WORK_MEM = "128MB"
"""What PostgreSQL may use to sort and group results that do not fit into the process; beyond it, it spills to disk."""
BY_KEY = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""The engine's own statements address rows by key. One generic plan fits all of them, and planning each would take longer than many
of them run; but the plan is made while the tables are empty and a full scan looks cheap, so scans are disabled."""
LET_GO = {"idle_in_transaction_session_timeout": "15s", "tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5"}
"""A process that is frozen in the middle of a transaction, or whose machine is gone, must not hold its locks for long."""
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # of a session that the server has ended a moment ago
    sqlalchemy.exc.TimeoutError,
)
"""Raised when the database does not answer, stops answering, or has no connection left for so long that one may not wait."""
_MIGRATION_LOCK = 7_310_001


@dataclass(frozen=True)
class Database:
    """Connections to one service's database; ``partitions`` is the number that the database was created with.

    ``pool`` is for writes that must be durable when they return, ``followers`` for followers of the log, which have checkpoints.
    """

    pool: asyncpg.Pool
    followers: asyncpg.Pool
    engine: AsyncEngine
    partitions: int
    dsn: str = field(repr=False)
    location: Location

    @staticmethod
    async def open(dsn: str, partitions: int, application: str) -> "Database":
        """Connect and bring the tables up to date. Raises UsageError when the database was created with another number of partitions."""
        engine = engine_of(dsn)
        sqlalchemy.event.listen(engine.sync_engine, "connect", lambda dbapi, _: dbapi.run_async(_plain_figures))
        try:
            await _migrate(engine, partitions)
            location = Location()
            pool = await _pool(dsn, application, location, max_size=8)
            await note_location(pool)
            # A follower repeats a lost commit from its checkpoint, so it need not wait for the disk.
            followers = await _pool(dsn, application, location, max_size=6, synchronous_commit="off")
        except BaseException:
            await engine.dispose()
            raise
        created_with = await pool.fetchval("SELECT count(*) FROM log_partition")
        if created_with != partitions:
            await Database(pool, followers, engine, partitions, dsn, location).close()
            raise UsageError(
                f"The log in {named(dsn)} was created with {created_with} partitions, but STANDING_PARTITIONS is "
                f"{partitions}. The number is fixed when the database is created; set it to {created_with}."
            )
        return Database(pool, followers, engine, partitions, dsn, location)

    async def close(self) -> None:
        await self.engine.dispose()
        await self.followers.close()
        await self.pool.close()

    async def rows(self, query: sqlalchemy.Select[Any]) -> list[dict[str, Any]]:
        """Run a SQLAlchemy select, in one round trip; rows as dictionaries.

        A pooled connection may have died while idle; then the query is run once more on another one.
        """
        try:
            return await self._fetch(query)
        except sqlalchemy.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return await self._fetch(query)

    async def _fetch(self, query: sqlalchemy.Select[Any]) -> list[dict[str, Any]]:
        async with self.engine.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            return [dict(row) for row in (await alone.execute(query)).mappings()]

    async def batches(self, query: sqlalchemy.Select[Any]) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of a select whose result may exceed memory, through a cursor over one snapshot."""
        async with self._large() as connection:
            async for part in _batches(connection, query):
                yield part

    @asynccontextmanager
    async def materialised(self, query: sqlalchemy.Select[Any]) -> AsyncIterator[Materialised]:
        """The result of a query as a temporary table for further queries, so that PostgreSQL computes it only once."""
        async with self._large() as connection:
            answer = CreateTableAs(query, "answer", temporary=True)
            await connection.execute(answer)
            yield Materialised(answer.table, partial(_batches, connection))

    @asynccontextmanager
    async def _large(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is never committed: its temporary tables vanish with it."""
        async with self.engine.connect() as connection:
            await connection.execute(sqlalchemy.text(f"SET LOCAL work_mem = '{CURSOR_WORK_MEM}'"))
            yield connection


def passes(error: BaseException) -> bool:
    """Whether an error is of the connection and not of what was asked: the database is away, or busy, and the same may succeed later."""
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return error.connection_invalidated or (error.orig is not None and passes(error.orig.__cause__ or error.orig))
    return isinstance(error, AWAY)


def why_away(error: BaseException) -> str:
    """What an operator is told of one of AWAY: what to change where one side does not trust the other, else the driver's words."""
    if isinstance(error, PostgresRefused):
        return str(error)
    return f"The database does not answer ({type(error).__name__}: {str(error) or 'not in time'})."


async def _batches(connection: AsyncConnection, query: sqlalchemy.Select[Any]) -> AsyncIterator[list[dict[str, Any]]]:
    result = await connection.stream(query, execution_options={"yield_per": CURSOR_ROWS})
    names = tuple(result.keys())
    async for part in result.partitions():
        yield [dict(zip(names, row, strict=True)) for row in part]


async def _pool(dsn: str, application: str, location: Location, max_size: int, **server_settings: str) -> asyncpg.Pool:
    async def connected(connection: asyncpg.Connection) -> None:
        await _plain_values(connection)
        await location.note(connection)

    settings = {"application_name": application, **LET_GO, **BY_KEY, **server_settings}
    return await open_pool(dsn, max_size, connected, _nothing_to_reset, settings)


async def _nothing_to_reset(_: Connection) -> None:
    """No statement changes its session, so a connection returns to the pool without a round trip."""


async def _plain_values(connection: asyncpg.Connection) -> None:
    """Read models store documents in jsonb columns: plain JSON values only, so that a row reads back as it was written."""
    await connection.set_type_codec("jsonb", encoder=encode_document, decoder=orjson.loads, schema="pg_catalog")
    await _plain_figures(connection)


async def _plain_figures(connection: asyncpg.Connection) -> None:
    """Figures as they stand in the table: the driver's own codec makes ``2E+4`` of 20000."""
    await connection.set_type_codec("numeric", encoder=str, decoder=_figure, schema="pg_catalog", format="text")


def _figure(text: str) -> Decimal:
    figure = Decimal(text)
    return figure if figure or len(text) <= len(ZERO) else Decimal(ZERO)


ZERO = "0.000000"
"""A zero with more places, such as the average of zeros has, would be written 0E-20."""


def encode_document(value: Any) -> str:
    """A document column's JSON; plain JSON values only, so that a row reads back as it was written."""
    return orjson.dumps(value, default=wire_form, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


async def _migrate(engine: AsyncEngine, partitions: int) -> None:
    def upgrade(connection: sqlalchemy.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as connection:
        await connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        await connection.run_sync(upgrade)
        await connection.execute(
            sqlalchemy.text(
                "INSERT INTO log_partition (partition, head_hash)"
                " SELECT p, sha256(convert_to('standing' || '/' || p, 'UTF8')) FROM generate_series(0, :n - 1) p"
                " WHERE NOT EXISTS (SELECT FROM log_partition)"
            ),
            {"n": partitions},
        )
        await connection.execute(
            sqlalchemy.text("INSERT INTO relay (partition) SELECT partition FROM log_partition ON CONFLICT DO NOTHING")
        )
