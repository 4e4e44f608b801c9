"""A month end of suppliers, and grades asked over HTTP, at full size on request.

``python -m tests.bench.gradings [--suppliers N] [--records N]`` records so many defects (ten to an inspection), grades every supplier for
the month twice over: by the process that recorded them, and by one that starts cold and folds every stream from the log first. Then it
projects what the questions need, and asks for grades and explanations at 200 requests a second from another process.
The full size is 10,000 suppliers with 1,000,000 records.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import typer
import uvloop
from pydantic import SecretStr
from rich.console import Console

from chassis.clock import WallClock
from chassis.commands import Request
from chassis.garbage import collect_garbage_seldom
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from contracts.erp import Defect, InspectionCompleted
from standing_parts import Postgres, start_postgres
from standing_parts.testing import WRAPPING_KEY, local_issuer
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier.facts import RecordInspection
from supplier_svc.supplier.gradings import GradeSupplier

from .asking import Question, latencies_ms

MONTH = Period(2024, 5)
DUE_AT = datetime(2024, 6, 1, tzinfo=UTC)
DATABASE, PARTITIONS = "supplier_svc", 8
DEFECTS = 10
GRADING_S_MAX, P99_MS_MAX = 60, 20
RATE_PER_S, ASKED_S = 200, 10
PROJECTED_WITHIN_S = 1_800


@dataclass(frozen=True)
class Measured:
    name: str
    value: float
    unit: str
    most: float | None = None

    def line(self) -> str:
        verdict = "" if self.most is None else f"  ≤ {self.most:g} {'met' if self.value <= self.most else 'MISSED'}"
        return f"{self.name:<60} {self.value:>10,.1f} {self.unit}{verdict}"


def bench(
    suppliers: Annotated[int, typer.Option(min=10, envvar="STANDING_BENCH_SUPPLIERS")] = 500,
    records: Annotated[int, typer.Option(min=100, envvar="STANDING_BENCH_RECORDS")] = 50_000,
) -> None:
    """Run one month end over so many suppliers and records; fails when a bound is missed."""
    console = Console(width=120)
    collect_garbage_seldom()
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        postgres = start_postgres(Path(home))
        try:
            figures = uvloop.run(measure(postgres, suppliers, records, console))
        finally:
            postgres.discard()
    sys.exit(1 if any(each.most is not None and each.value > each.most for each in figures) else 0)


async def measure(postgres: Postgres, suppliers: int, records: int, console: Console) -> list[Measured]:
    """The figures of one run, each printed as soon as it is known."""
    figures: list[Measured] = []

    def tell(name: str, value: float, unit: str, most: float | None = None) -> None:
        figures.append(Measured(name, value, unit, most))
        console.print(figures[-1].line())

    await postgres.create_database(DATABASE)
    settings = Settings(
        postgres=SecretStr(postgres.dsn("").rstrip("/")),
        kafka="none",
        partitions=PARTITIONS,
        roles=frozenset(("http", "project")),
        auth_issuer=local_issuer().url,
        wrapping_keys=SecretStr(WRAPPING_KEY),
    )
    size = f"{suppliers:,} suppliers, {records:,} records"
    async with executor_of(settings) as executor:
        begin = time.perf_counter()
        await execute(executor, [*inspections(suppliers, records)])
        tell(f"recording {size} (not measured)", time.perf_counter() - begin, "s")
        warm = [GradeSupplier(supplier_id(n), MONTH) for n in range(0, suppliers, 2)]
        begin = time.perf_counter()
        await execute(executor, warm)
        tell(
            "grading half of them in the process that recorded them, twice that", 2 * (time.perf_counter() - begin), "s"
        )
    async with executor_of(settings) as executor:
        begin = time.perf_counter()
        await execute(executor, [GradeSupplier(supplier_id(n), MONTH) for n in range(1, suppliers, 2)])
        cold = 2 * (time.perf_counter() - begin)
        tell(f"grading {size}, streams folded from the log", cold, "s", GRADING_S_MAX)
    runtime = await Runtime.start(SERVICE, settings)
    try:
        begin = time.perf_counter()
        while not await runtime.progress.projected():
            if time.perf_counter() - begin > PROJECTED_WITHIN_S:
                raise TimeoutError(f"The read models are not there after {PROJECTED_WITHIN_S} s.")
            await asyncio.sleep(0.2)
        tell("projecting all read models (not measured)", time.perf_counter() - begin, "s")
        for question in ("grade", "grade/explanation"):
            asked = [
                Question(f"/v1/suppliers/{supplier_id(n * 7 % suppliers)}/{question}")
                for n in range(RATE_PER_S * ASKED_S)
            ]
            latencies = await latencies_ms(SERVICE, runtime, asked, RATE_PER_S)
            tell(f"GET …/{question} at {RATE_PER_S}/s, p99", quantiles(latencies, n=100)[-1], "ms", P99_MS_MAX)
    finally:
        await runtime.stop()
    return figures


@asynccontextmanager
async def executor_of(settings: Settings) -> AsyncIterator[Executor]:
    """An executor whose memory is empty."""
    database = await Database.open(settings.dsn(DATABASE), PARTITIONS, "bench")
    executor = Executor(SERVICE, Log(database, SERVICE.name), WallClock(), settings)
    try:
        await executor.start()
        yield executor
    finally:
        await executor.stop()
        await database.close()


def supplier_id(n: int) -> str:
    return f"S-{n:05d}"


def inspections(suppliers: int, records: int, months: Sequence[Period] = (MONTH,)) -> Iterator[RecordInspection]:
    """Supplier after supplier in turn, each month after month; one defect in a hundred is critical."""
    for n in range(records // DEFECTS):
        defects = tuple(
            Defect(
                code=f"D-{(n + d) % 40}",
                severity="critical" if (n * DEFECTS + d) % 100 == 0 else "minor",
                quantity=Decimal(1),
                responsibility="supplier",
            )
            for d in range(DEFECTS)
        )
        yield RecordInspection(
            InspectionCompleted(
                inspection_id=f"I-{n}", supplier_id=supplier_id(n % suppliers), item_id=f"item-{n % 997}", lot_id=f"L-{n}",
                stage="incoming", lot_quantity=Decimal(100), result="concession", defects=defects,
                inspected_on=_day(months[n // suppliers % len(months)], n), plant_id=f"P-{n % 5}",
            )
        )  # fmt: skip


def _day(month: Period, n: int) -> date:
    return date(month.year, month.month, 1 + n % month.ends_on.day)


async def execute(executor: Executor, commands: Sequence[Any]) -> None:
    size = executor.settings.group_commit_max
    for start in range(0, len(commands), size):
        requests = [Request(command, None, DUE_AT, "bench") for command in commands[start : start + size]]
        await executor.execute(UnitOfWork(tuple(WorkItem((request,)) for request in requests)))


if __name__ == "__main__":
    typer.run(bench)
