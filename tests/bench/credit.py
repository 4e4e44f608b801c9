"""Credit at scale: checks that all want the last of 50 limits, and the night on which a thirtieth of a million items falls due."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Any, Literal

from chassis.clock import SimulatedClock, WallClock
from chassis.commands import Request
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.runtime import Runtime
from chassis.storage.database import Database
from chassis.storage.log import Log
from contracts import erp
from contracts.credit import OrderCreditApproved
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.service import SERVICE
from credit_svc.timers import invoice_due
from standing_parts.testing import local_issuer

from .asking import Question, latencies_ms
from .figures import Figure, figure
from .parts import Parts

TODAY = date(2024, 6, 1)
NIGHT = datetime(2024, 6, 1, tzinfo=UTC)
ACCOUNTS = 50
CHECKS_PER_S = 300
LIMIT = 100
DUE_SHARE = 30
"""With terms of 30 days, one open item in so many falls due on a night."""
CHUNK = 500
TOKENS_PER_S = 100
OVER_HTTP = "credit-check-http-p99"
TOKENS = {"token-p50", "token-p99"}
Auth = Literal["on", "off"]


async def measure(parts: Parts, wanted: frozenset[str]) -> list[Figure]:
    figures = []
    if "credit-check-p99" in wanted:
        figures.append(await _checks(parts))
    if OVER_HTTP in wanted:
        figures.append(await _checks_over_http(parts))
    if wanted & TOKENS:
        figures += [each for each in await _tokens(parts) if each.name in wanted]
    if "due-run" in wanted:
        figures.append(await _due_run(parts))
    return figures


async def _checks(parts: Parts) -> Figure:
    """The answer times of checks that come at a steady pace, in ms; the floor is their median. First 500 come at once."""
    async with _executor(parts, "bench_credit_checks") as executor:
        limits = [_set_limit(f"C-{n}") for n in range(ACCOUNTS)]
        await executor.execute(UnitOfWork(tuple(WorkItem((_request(command),)) for command in limits)))
        await asyncio.gather(*(executor.submit(_request(_check(n))) for n in range(500)))
        taken: list[float] = []

        async def one(number: int) -> None:
            begin = time.perf_counter()
            await executor.submit(_request(_check(number)))
            taken.append((time.perf_counter() - begin) * 1000)

        begin, running = time.perf_counter(), []
        for number in range(int(CHECKS_PER_S * parts.sizes.latency_s)):
            await asyncio.sleep(max(0.0, begin + number / CHECKS_PER_S - time.perf_counter()))
            running.append(asyncio.create_task(one(500 + number)))
        await asyncio.gather(*running)
        await _nothing_over_the_limit(executor)
        cuts = quantiles(taken, n=100)
        return Figure("credit-check-p99", round(cuts[98], 2), round(cuts[49], 2), round(cuts[98] / cuts[49], 3), "ms")


async def _checks_over_http(parts: Parts) -> Figure:
    """The same over HTTP: each check is posted, decided, committed and answered. The floor is their median."""
    p50, p99 = list[float](), list[float]()
    async with _credit_over_http(parts, "on") as runtime:
        for number in range(parts.sizes.rounds):
            cuts = await _answered(runtime, number, CHECKS_PER_S, int(CHECKS_PER_S * parts.sizes.latency_s))
            p50.append(quantiles(cuts, n=100)[49])
            p99.append(quantiles(cuts, n=100)[98])
        await _nothing_over_the_limit(runtime.executor)
    return figure("credit-check-http-p99", p99, p50, "ms")


async def _tokens(parts: Parts) -> list[Figure]:
    """What a token costs a check: two services take turns of a second, one of which asks nobody who they are, which is the floor.

    Short turns and many, because one pause of the machine is in the p99 of whoever has the turn; at a third of the pace, because
    near the most that a core can do it is the queue which is measured.
    """
    taken: dict[Auth, list[list[float]]] = {"on": [], "off": []}
    async with _credit_over_http(parts, "on") as asked, _credit_over_http(parts, "off") as unasked:
        turns: list[tuple[Auth, Runtime]] = [("on", asked), ("off", unasked)]
        for number in range(max(2, int(parts.sizes.rounds * parts.sizes.latency_s))):
            for auth, runtime in turns:
                taken[auth].append(await _answered(runtime, number, TOKENS_PER_S, TOKENS_PER_S))
            turns.reverse()  # whoever comes second finds a warmer machine
    cuts = {auth: quantiles([each for turn in taken[auth] for each in turn], n=100) for auth in taken}
    return [
        figure(f"token-p{percent}", [cuts["on"][percent - 1]], [cuts["off"][percent - 1]], "ms") for percent in (50, 99)
    ]


async def _answered(runtime: Runtime, number: int, per_s: int, count: int) -> list[float]:
    """The answer times of as many checks, in ms; ``number`` tells them from those of other rounds."""
    questions = [Question("/v1/credit-checks", _body(number * count + n)) for n in range(count)]
    return await latencies_ms(SERVICE, runtime, questions, per_s)


@asynccontextmanager
async def _credit_over_http(parts: Parts, auth: Auth) -> AsyncIterator[Runtime]:
    """A running service with the limits that checks want, whose callers are asked who they are or not."""
    settings = parts.settings(
        topic_prefix=f"bench-http-{auth}-", roles=frozenset({"http", "project"}), auth=auth,
        auth_issuer=local_issuer().url if auth == "on" else None,
    )  # fmt: skip
    name = f"bench_http_{auth}_credit_svc"
    await parts.postgres.create_database(name)
    runtime = await Runtime.start(SERVICE, settings)
    try:
        limits = [_set_limit(f"C-{n}") for n in range(ACCOUNTS)]
        await runtime.executor.execute(UnitOfWork(tuple(WorkItem((_request(command),)) for command in limits)))
        yield runtime
    finally:
        await runtime.stop()
        await parts.postgres.drop_database(name)


async def _nothing_over_the_limit(executor: Executor) -> None:
    stored = await executor.log.read_streams(f"account-C-{n}" for n in range(ACCOUNTS))
    approved: dict[str, Decimal] = {}
    for row in stored:
        event = row.event(SERVICE.event_types)
        if isinstance(event, OrderCreditApproved):
            approved[event.customer_id] = approved.get(event.customer_id, Decimal(0)) + event.amount
    assert all(amount <= LIMIT for amount in approved.values()), "a limit was exceeded"
    assert len(approved) == ACCOUNTS


async def _due_run(parts: Parts) -> Figure:
    """Seconds from midnight until every item that falls due is told overdue and its case is opened; the floor is the time in
    which the same invoices were recorded."""
    settings = parts.settings(
        clock="simulated", topic_prefix="bench-due-", roles=frozenset({"http", "project", "schedule"})
    )
    name = "bench_due_credit_svc"
    await parts.postgres.create_database(name)
    runtime = await Runtime.start(SERVICE, settings)
    try:
        due = parts.sizes.open_items // DUE_SHARE
        begin = time.perf_counter()
        for start in range(0, due, CHUNK):
            invoices = [_request(_invoice(n)) for n in range(start, min(due, start + CHUNK))]
            await runtime.executor.execute(UnitOfWork(tuple(WorkItem((invoice,)) for invoice in invoices)))
        recorded_s = time.perf_counter() - begin
        while await _listed(runtime, NIGHT.date()) < due:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await _others(runtime, parts.sizes.open_items - due)
        assert isinstance(runtime.clock, SimulatedClock)
        begin = time.perf_counter()
        await runtime.clock.move_to(NIGHT)
        runtime.signals.notify()
        while await _listed(runtime, NIGHT.date()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        run_s = time.perf_counter() - begin
    finally:
        await runtime.stop()
        await parts.postgres.drop_database(name)
    return Figure("due-run", round(run_s, 2), round(recorded_s, 2), round(run_s / recorded_s, 3), "s")


async def _listed(runtime: Runtime, until: date) -> int:
    view = invoice_due.TODO.view
    count: int = await runtime.database.pool.fetchval(f"SELECT count(*) FROM {view} WHERE due_on <= $1", until)
    return count


async def _others(runtime: Runtime, number: int) -> None:
    """Open items of the nights to come, written straight into the list: only their number matters."""
    await runtime.database.pool.execute(
        f"INSERT INTO {invoice_due.TODO.view} (customer_id, invoice_id, due_on, correlation_id, causation_id, partition)"
        " SELECT 'X-' || n, 'X-' || n, $2::date + 1 + n % 29, 'bench', 'bench', n % $3"
        " FROM generate_series(1, $1::int) n",
        number, NIGHT.date(), runtime.database.partitions,
        timeout=300,
    )  # fmt: skip


@asynccontextmanager
async def _executor(parts: Parts, name: str) -> AsyncIterator[Executor]:
    await parts.postgres.create_database(name)
    settings = parts.settings()
    database = await Database.open(settings.dsn(name), settings.partitions, "bench")
    executor = Executor(SERVICE, Log(database, SERVICE.name), WallClock(), settings)
    try:
        await executor.start()
        yield executor
    finally:
        await executor.stop()
        await database.close()
        await parts.postgres.drop_database(name)


def _request(command: Any) -> Request:
    return Request(command, None, NIGHT - timedelta(days=1), "bench", actor="bench")


def _set_limit(customer_id: str) -> SetCreditLimit:
    return SetCreditLimit(customer_id, Decimal(LIMIT), "CNY", TODAY, "bench", "bench", TODAY)


def _check(number: int) -> CheckOrder:
    return CheckOrder(f"O-{number}", f"C-{number % ACCOUNTS}", TODAY, Decimal(15), "CNY")


def _body(number: int) -> dict[str, str]:
    check = _check(number)
    return {
        "customer_id": check.customer_id, "order_id": check.order_id, "amount": str(check.amount), "currency": "CNY",
        "ordered_on": str(TODAY),
    }  # fmt: skip


def _invoice(number: int) -> RecordInvoice:
    """Due on the day before the night, each of a customer of its own."""
    due_on = TODAY - timedelta(days=1)
    return RecordInvoice(
        erp.InvoiceIssued(
            invoice_id=f"I-{number}", customer_id=f"D-{number}", issued_on=due_on - timedelta(days=30), due_on=due_on,
            amount=Decimal(1000), currency="CNY",
        )
    )  # fmt: skip
