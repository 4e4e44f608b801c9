"""Candidates of limits and of ladders tried on two years of many debtors, at full size on request.

``python -m tests.bench.credit_backtest [--debtors N]`` records for each debtor an order, its invoice and its payment a quarter over two
years: six in ten pay in time, three late, one very late or never. Of the late ones some promise, some are paused, some dispute an invoice,
some have a held order let through. Half of the debtors have a limit that was suggested from their file. Then a back-test of another limit
policy and one of another ladder are requested over HTTP. The full size is 10,000 debtors.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as instant
from decimal import Decimal
from pathlib import Path
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
from chassis.testing.client import app_of, client_of
from contracts import erp
from contracts.credit import Financials
from credit_svc.account.cases import PauseCase
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.files import RecordFile
from credit_svc.account.invoices import MarkOverdue, RecordInvoice
from credit_svc.account.limits import ApproveLimit, ProposeLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.overrides import OverrideHold
from credit_svc.account.payments import RecordPayment
from credit_svc.account.promises import RecordPromise
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.service import SERVICE
from standing_parts import Postgres, start_postgres
from standing_parts.testing import WRAPPING_KEY, local_issuer

from .gradings import Measured

DATABASE, PARTITIONS = "credit_svc", 8
FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)
QUARTERS = 8
BACKTEST_S_MAX = 30
ORDER = Decimal(1_000)
AHEAD = 2_000
"""Debtors whose commands are recorded together, day after day."""

Dated = tuple[date, Any]


def bench(debtors: Annotated[int, typer.Option(min=10, envvar="STANDING_BENCH_DEBTORS")] = 500) -> None:
    """Try two candidates on so many debtors; fails when a bound is missed."""
    console = Console(width=120)
    collect_garbage_seldom()
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        postgres = start_postgres(Path(home))
        try:
            figures = uvloop.run(measure(postgres, debtors, console))
        finally:
            postgres.discard()
    sys.exit(1 if any(each.most is not None and each.value > each.most for each in figures) else 0)


async def measure(postgres: Postgres, debtors: int, console: Console) -> list[Measured]:
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
        roles=frozenset(("http", "schedule")),
        clock="simulated",
        auth_issuer=local_issuer().url,
        wrapping_keys=SecretStr(WRAPPING_KEY),
    )
    begin, recorded = time.perf_counter(), 0
    async with _executor_of(settings) as executor:
        for first in range(0, debtors, AHEAD):
            commands = [each for n in range(first, min(first + AHEAD, debtors)) for each in two_years_of(n)]
            commands.sort(key=lambda each: each[0])
            await _execute(executor, commands)
            recorded += len(commands)
    show(f"recording {recorded:,} facts and decisions of {debtors:,} debtors (not measured)", time.perf_counter() - begin, "s")  # fmt: skip
    runtime = await Runtime.start(SERVICE, settings)
    try:
        for policy, document in CANDIDATES.items():
            tried = await _backtest(runtime, policy, document)
            show(f"back-test of {policy} over two years of {debtors:,} debtors", tried["seconds"], "s", BACKTEST_S_MAX)
            report = tried["report"]
            for side in ("live", "candidate"):
                show(f"… steps, {side}", sum(report[side]["steps"].values()), "steps")
            show("… limits that differ", report["limits_changed"], "limits")
    finally:
        await runtime.stop()
    return figures


CANDIDATES: dict[str, dict[str, Any]] = {
    "limits": {"net_assets_percent": "5"},
    "collection": {"ladder": [{"step": "reminder", "after_days": 0}, {"step": "stop_supply", "after_days": 20}]},
}


def customer_of(n: int) -> str:
    return f"C-{n:05d}"


def two_years_of(n: int) -> Iterator[Dated]:
    """What is recorded of a debtor, each with its day."""
    customer = customer_of(n)
    if n % 2:
        yield from _limit(customer)
    for quarter in range(QUARTERS):
        ordered_on = FIRST + timedelta(days=quarter * 91 + n % 60)
        yield from _business(customer, n, quarter, ordered_on)


def _limit(customer: str) -> Iterator[Dated]:
    worth = Financials(currency="CNY", net_assets=Decimal(15_000), net_working_capital=Decimal(50_000))
    yield FIRST, RecordFile(customer, dict.fromkeys(FIVE_CS, Decimal(85)), worth, "analyst", FIRST)
    yield FIRST, ProposeLimit(customer, None, "CNY", FIRST, "new", "seller", FIRST)
    yield FIRST, ApproveLimit(customer, f"{customer}-L1", "head", FIRST)


def _business(customer: str, n: int, quarter: int, on: date) -> Iterator[Dated]:
    """An order and its invoice of ten days later, due after thirty days; and how the debtor pays it."""
    number, issued_on = f"{n}-{quarter}", on + timedelta(days=10)
    due_on = issued_on + timedelta(days=30)
    yield on, CheckOrder(f"O-{number}", customer, on, ORDER, "CNY", is_placed=True)
    invoice = erp.InvoiceIssued(
        invoice_id=f"I-{number}", customer_id=customer, order_id=f"O-{number}", issued_on=issued_on, due_on=due_on,
        amount=ORDER, currency="CNY",
    )  # fmt: skip
    yield issued_on, RecordInvoice(invoice)
    late = (-5, -5, -5, -5, -5, -5, 8, 20, 40, 120)[n % 10]
    if late > 0:
        yield from _overdue(customer, n, quarter, due_on)
    if late < 120 or quarter % 2:
        paid_on = due_on + timedelta(days=late)
        payment = erp.PaymentReceived(
            payment_id=f"P-{number}", customer_id=customer, invoice_id=f"I-{number}", amount=ORDER, currency="CNY",
            paid_on=paid_on, method="transfer",
        )  # fmt: skip
        yield paid_on, RecordPayment(payment)


def _overdue(customer: str, n: int, quarter: int, due_on: date) -> Iterator[Dated]:
    """The invoice falls overdue; in the first quarter people do something about it, each of four things for a quarter of them."""
    first, then = due_on + timedelta(days=1), due_on + timedelta(days=3)
    yield first, MarkOverdue(customer, f"I-{n}-{quarter}", first)
    if quarter:
        return
    case = f"{customer}-1"
    match n // 10 % 4:
        case 0:
            yield then, RecordPromise(case, customer, ORDER, due_on + timedelta(days=8), "collector", then)
        case 1:
            yield then, PauseCase(case, customer, due_on + timedelta(days=15), "on holiday", "collector", then)
        case 2:
            yield then, DisputeInvoice(customer, f"I-{n}-{quarter}", Decimal(100), "one was broken", "collector", then)
            later = then + timedelta(days=4)
            yield later, ResolveDispute(customer, f"I-{n}-{quarter}-D1", Decimal(0), "it was not", "head", later)
        case _:
            yield then, CheckOrder(f"H-{n}", customer, then, Decimal(10_000_000), "CNY", is_placed=True)
            yield then, OverrideHold(customer, f"H-{n}", then + timedelta(days=5), "season", "head", then)


@asynccontextmanager
async def _executor_of(settings: Settings) -> AsyncIterator[Executor]:
    database = await Database.open(settings.dsn(DATABASE), PARTITIONS, "bench")
    executor = Executor(SERVICE, Log(database, SERVICE.name), WallClock(), settings)
    try:
        await executor.start()
        yield executor
    finally:
        await executor.stop()
        await database.close()


async def _execute(executor: Executor, commands: Sequence[Dated]) -> None:
    size = executor.settings.group_commit_max
    for start in range(0, len(commands), size):
        requests = [
            Request(command, None, datetime.combine(on, instant(9), UTC), "bench")
            for on, command in commands[start : start + size]
        ]
        await executor.execute(UnitOfWork(tuple(WorkItem((request,)) for request in requests)))


async def _backtest(runtime: Runtime, policy: str, document: dict[str, Any]) -> dict[str, Any]:
    """From the request to the report."""
    path = f"/v1/policies/{policy}/backtests"
    async with client_of(app_of(runtime)) as client:
        begin = time.perf_counter()
        body = {"document": document, "starts_on": str(FIRST), "ends_on": str(LAST)}
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
