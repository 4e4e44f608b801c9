"""A candidate policy tried on two years of many suppliers, while their grades are asked for, at full size on request.

``python -m tests.bench.backtest [--suppliers N] [--records N]`` records so many defects (ten to an inspection) over two years, grades
every supplier for each month, and requests a back-test of other points over HTTP; from another process the grades are asked for
at 50 a second until its report is there. The full size is 10,000 suppliers with 1,000,000 records.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import typer
import uvloop
from pydantic import SecretStr
from rich.console import Console

from chassis.garbage import collect_garbage_seldom
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from standing_parts import Postgres, start_postgres
from standing_parts.testing import WRAPPING_KEY, local_issuer
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier.gradings import GradeSupplier

from .asking import Question, latencies_ms
from .gradings import DATABASE, PARTITIONS, PROJECTED_WITHIN_S, Measured, execute, executor_of, inspections, supplier_id

FIRST, LAST = Period(2023, 1), Period(2024, 12)
MONTHS = tuple(FIRST.plus(number) for number in range(24))
BACKTEST_S_MAX, P99_MS_MAX = 30, 40
RATE_PER_S, ASKED_S = 50, 20


def bench(
    suppliers: Annotated[int, typer.Option(min=10, envvar="STANDING_BENCH_SUPPLIERS")] = 500,
    records: Annotated[int, typer.Option(min=100, envvar="STANDING_BENCH_RECORDS")] = 50_000,
) -> None:
    """Try a candidate on so many suppliers and records; fails when a bound is missed."""
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

    def show(name: str, value: float, unit: str, most: float | None = None) -> None:
        figures.append(Measured(name, value, unit, most))
        console.print(figures[-1].line())

    await postgres.create_database(DATABASE)
    settings = Settings(
        postgres=SecretStr(postgres.dsn("").rstrip("/")),
        kafka="none",
        partitions=PARTITIONS,
        roles=frozenset(("http", "project", "schedule")),
        clock="simulated",
        auth_issuer=local_issuer().url,
        wrapping_keys=SecretStr(WRAPPING_KEY),
    )
    begin = time.perf_counter()
    async with executor_of(settings) as executor:
        await execute(executor, [*inspections(suppliers, records, MONTHS)])
        for month in MONTHS:
            await execute(executor, [GradeSupplier(supplier_id(n), month) for n in range(suppliers)])
    size = f"{suppliers:,} suppliers, {records:,} records, {len(MONTHS)} gradings each"
    show(f"recording {size} (not measured)", time.perf_counter() - begin, "s")
    runtime = await Runtime.start(SERVICE, settings)
    try:
        begin = time.perf_counter()
        while not await runtime.progress.projected():
            if time.perf_counter() - begin > PROJECTED_WITHIN_S:
                raise TimeoutError(f"The read models are not there after {PROJECTED_WITHIN_S} s.")
            await asyncio.sleep(0.2)
        show("projecting all read models (not measured)", time.perf_counter() - begin, "s")
        alone = await _p99_ms(runtime, suppliers)
        show(f"GET …/grade at {RATE_PER_S}/s, nothing beside it, p99", alone, "ms")
        asked = asyncio.create_task(_p99_ms(runtime, suppliers))
        tried = await _backtest(runtime)
        show(f"back-test of two years, {size}", tried["seconds"], "s", BACKTEST_S_MAX)
        show("gradings tried", tried["report"]["graded"], "gradings")
        show(f"GET …/grade at {RATE_PER_S}/s meanwhile, p99", await asked, "ms", P99_MS_MAX)
    finally:
        await runtime.stop()
    return figures


async def _p99_ms(runtime: Runtime, suppliers: int) -> float:
    asked = [Question(f"/v1/suppliers/{supplier_id(n * 7 % suppliers)}/grade") for n in range(RATE_PER_S * ASKED_S)]
    return quantiles(await latencies_ms(SERVICE, runtime, asked, RATE_PER_S), n=100)[-1]


async def _backtest(runtime: Runtime) -> dict[str, Any]:
    """Points of a minor defect doubled, from the request to the report."""
    path = "/v1/policies/nonconformance-points/backtests"
    async with client_of(app_of(runtime)) as client:
        begin = time.perf_counter()
        body = {"document": {"minor": 2}, "starts_on": str(FIRST.starts_on), "ends_on": str(LAST.ends_on)}
        answer = await client.post(path, json=body)
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.json()
        while found["status"] not in ("done", "failed"):
            await asyncio.sleep(0.1)
            found = (await client.get(f"{path}/{found['backtest_id']}")).json()
        assert found["status"] == "done", found["error"]
        return {**found, "seconds": time.perf_counter() - begin}


if __name__ == "__main__":
    typer.run(bench)
