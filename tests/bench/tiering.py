"""One tiering run over a large population, and the reports beside it, at full size on request.

``python -m tests.bench.tiering [--customers N] [--orders N]`` fills the read model of orders with made-up rows, does the
timer's own work over it (read, rank, decide, append), projects what it decided, and asks the reports. The full size is
1,000,000 customers with 10,000,000 orders.
"""

import asyncio
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import typer
import uvloop
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import Select

from chassis.calendar import start_of_day
from chassis.clock import WallClock
from chassis.commands import Request
from chassis.garbage import collect_garbage_seldom
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.processors.builds import Builds
from chassis.processors.leadership import PartitionLocks
from chassis.processors.projector import Projector
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from chassis.storage.signals import Signals
from chassis.timers import TimerContext
from chassis.timing.scheduler import one_ahead
from customer_svc.read_models import order, sales_cell, tier_count, tier_decision, tiering
from customer_svc.reports import turnover
from customer_svc.service import SERVICE
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.tiering import ExpectTiering
from customer_svc.timers import tiering_due
from customer_svc.timers.tiering_due import Row as TieringDueRow
from standing_parts import Postgres, start_postgres

AS_OF = date(2024, 12, 31)
DUE = TieringDueRow("CNY", AS_OF, date(2025, 1, 1))
PARTITIONS = 8
RUN_S_MAX, RSS_MB_MAX, REPORT_MS_MAX = 120, 1024, 200
ASKED = 100

_ORDERS = """
INSERT INTO {table} (order_id, customer_id, status, credit, ordered_on, requested_on, delivered_on, days_late, currency,
                     total, region, returned, partition)
SELECT 'O-' || n,
       'C-' || (CASE WHEN n <= {customers} THEN n ELSE 1 + floor({customers} * power(random(), 1.6)) END)::bigint,
       'delivered', 'approved', day, day + 14, day + 10 + (n % 7)::int, greatest((n % 7)::int - 4, 0), 'CNY',
       round((100 * exp(2.2 * random() + random()))::numeric, 2), 'R-' || n % 30, 0, n % {partitions}
FROM generate_series(1::bigint, {orders}::bigint) n, LATERAL (SELECT date '2024-01-01' + (random() * 365)::int + n::int * 0 AS day) d
"""
_SALES = """
INSERT INTO {table} (currency, month, region, item_id, orders, quantity, amount, partition)
SELECT 'CNY', m, 'R-' || r, item, 300, 400, 90000, p
FROM generate_series(date '2023-01-01', date '2024-12-01', '1 month') m, generate_series(0, 29) r,
     generate_series(0, {partitions} - 1) p, (SELECT '' AS item UNION ALL SELECT 'P-' || i FROM generate_series(1, 20) i) items
"""


@dataclass(frozen=True)
class Measured:
    name: str
    value: float
    unit: str
    most: float | None = None

    def line(self) -> str:
        verdict = "" if self.most is None else f"  ≤ {self.most:g} {'met' if self.value <= self.most else 'MISSED'}"
        return f"{self.name:<44} {self.value:>12,.1f} {self.unit}{verdict}"


def bench(
    customers: Annotated[int, typer.Option(min=100, envvar="STANDING_BENCH_CUSTOMERS")] = 20_000,
    orders_: Annotated[int, typer.Option("--orders", min=100, envvar="STANDING_BENCH_ORDERS")] = 200_000,
) -> None:
    """Run one month end over so many customers and orders; fails when a bound is missed."""
    console = Console(width=120)
    collect_garbage_seldom()
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        postgres = start_postgres(Path(home))
        try:
            figures = uvloop.run(measure(postgres, customers, orders_, console))
        finally:
            postgres.discard()
    missed = [each for each in figures if each.most is not None and each.value > each.most]
    sys.exit(1 if missed else 0)


async def measure(postgres: Postgres, customers: int, order_count: int, console: Console) -> list[Measured]:
    """The figures of one run, each printed as soon as it is known."""
    figures: list[Measured] = []

    def tell(name: str, value: float, unit: str, most: float | None = None) -> None:
        figures.append(Measured(name, value, unit, most))
        console.print(figures[-1].line())

    async with _opened(postgres) as (database, executor, builds):
        begin = time.perf_counter()
        await _fill(database, customers, order_count)
        tell("filling the read model (not measured)", time.perf_counter() - begin, "s")
        rss_before = _rss_mb()
        begin, begin_cpu = time.perf_counter(), time.process_time()
        decided = await _run(database, executor)
        taken_s = time.perf_counter() - begin
        tell(f"tiering run, {customers:,} customers, {order_count:,} orders", taken_s, "s", RUN_S_MAX)
        tell("customers decided and appended", decided / taken_s, "customers/s")
        tell("processor time of the process in the run", time.process_time() - begin_cpu, "s")
        tell("memory of the process, most", _rss_mb(), "MB", RSS_MB_MAX)
        tell("of it before the run", rss_before, "MB")
        begin = time.perf_counter()
        await _project(database, executor, builds)
        tell("projecting the decisions", time.perf_counter() - begin, "s")
        for name, queries in _reports(customers).items():
            tell(f"report {name}, p99", await _p99_ms(database, queries), "ms", REPORT_MS_MAX)
    return figures


@asynccontextmanager
async def _opened(postgres: Postgres) -> AsyncIterator[tuple[Database, Executor, Builds]]:
    await postgres.create_database("bench_tiering")
    settings = Settings(postgres=SecretStr(postgres.dsn("").rstrip("/")), kafka="none", partitions=PARTITIONS)
    database = await Database.open(settings.dsn("bench_tiering"), PARTITIONS, "bench")
    log = Log(database, SERVICE.name)
    executor = Executor(SERVICE, log, WallClock(), settings)
    builds = Builds(database.pool, SERVICE.read_models, database.dsn)
    try:
        await builds.ensure(datetime.now(UTC))
        await executor.start()
        yield database, executor, builds
    finally:
        await executor.stop()
        await database.close()


async def _fill(database: Database, customers: int, order_count: int) -> None:
    names = {"partitions": PARTITIONS, "customers": customers, "orders": order_count}
    for statement, model in ((_ORDERS, order.MODEL), (_SALES, sales_cell.MODEL)):
        table = f"{model.view}_b1"
        await database.pool.execute(statement.format(table=table, **names), timeout=3_600)
        await database.pool.execute(f"ANALYZE {table}", timeout=600)


async def _run(database: Database, executor: Executor) -> int:
    """What the scheduler does with a due row: ask for commands batch by batch, and execute each batch."""
    await _execute(executor, [ExpectTiering("CNY", AS_OF)])
    context = TimerContext(
        start_of_day(DUE.due_on), executor.policies, database.rows, database.batches, database.materialised
    )
    decided = 0
    async for batch in one_ahead(tiering_due.perform([DUE], context)):
        commands = [caused.command for caused in batch]
        decided += sum(isinstance(command, TierCustomer) for command in commands)
        await _execute(executor, commands)
    return decided


async def _execute(executor: Executor, commands: Sequence[Any]) -> None:
    size = executor.settings.group_commit_max
    requests = [
        Request(command, None, start_of_day(DUE.due_on), "bench", actor="timer/tierings_due") for command in commands
    ]
    units = [
        UnitOfWork(tuple(WorkItem((request,)) for request in requests[start : start + size]))
        for start in range(0, len(requests), size)
    ]
    await asyncio.gather(*(executor.execute(unit) for unit in units))


async def _project(database: Database, executor: Executor, builds: Builds) -> None:
    signals = Signals()
    projector = Projector(
        SERVICE,
        executor.log,
        builds,
        PartitionLocks(database.dsn, 0, signals, "bench").of("project"),
        signals,
        WallClock(),
        executor.settings,
    )
    wanted = {tiering.MODEL.name, tier_decision.MODEL.name, tier_count.MODEL.name}
    for build in await builds.load():
        if build.model.name in wanted:
            await projector.catch_up(build)
            await database.pool.execute(f"ANALYZE {build.table}", timeout=600)


def _first(run: str, measure: tier_decision.Measure, limit: int) -> Select[Any]:
    columns, descending = tier_decision.order_by(measure)
    order = [column.desc() for column in columns] if descending else columns
    return tier_decision.of_run(run).order_by(*order).limit(limit)


def _reports(customers: int) -> dict[str, list[Select[Any]]]:
    """What the routes ask, each for other values every time."""
    run = "2024-12-CNY"
    since = date(2024, 1, 1)
    ids = [f"C-{1 + n * customers // ASKED}" for n in range(ASKED)]
    return {
        "abc": [tiering.last("CNY", AS_OF), tier_decision.largest(run, 50)],
        "top by amount": [_first(run, "amount", n) for n in range(1, 101)],
        "top by orders": [_first(run, "orders", n) for n in range(1, 101)],
        "top by silence": [_first(run, "silent", n) for n in range(1, 101)],
        "distribution of the run": [tier_count.counts([run])],
        "tier of a customer": [tier_decision.standings(each) for each in ids],
        "value of a customer": [turnover.values([each]) for each in ids],
        "sales by month and region": [sales_cell.by(["month", "region"], "CNY", since, AS_OF)],
        "sales by month and item": [sales_cell.by(["month", "item_id"], "CNY", since, AS_OF)],
        "growth by region": [sales_cell.by(["region", "month"], "CNY", date(2023, 11, 1), date(2024, 11, 1))],
    }


async def _p99_ms(database: Database, queries: list[Select[Any]]) -> float:
    taken: list[float] = []
    for query in itertools.islice(itertools.cycle(queries), ASKED):
        begin = time.perf_counter()
        await database.rows(query)
        taken.append((time.perf_counter() - begin) * 1000)
    return quantiles(taken, n=100)[-1]


def _rss_mb() -> float:
    """The most memory that this process has used; PostgreSQL's is its own."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(bench)
