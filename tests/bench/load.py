"""More than a service can do, from both sides, for as long as one likes: ``python -m tests.bench.load [--seconds 120]``

Facts are kept waiting on the topic and callers ask as fast as they get answers. What is watched: memory and queues do not grow,
whoever is not served is told so at once, and in the end every fact and every accepted request is in the log.
"""

import asyncio
import logging
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from typing import Annotated

import aiohttp
import structlog
import typer
import uvloop
from rich.console import Console
from rich.table import Table

from chassis.inbox.broker import ensure_topics
from chassis.testing.client import bearer
from chassis.testing.facts import Fact, publish
from standing_parts import start_kafka, start_postgres
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess
from standing_parts.testing import local_issuer

from .domain import fact
from .metered import FACTS, SERVICE
from .parts import METER_COUNT, Parts, Sizes

ROOT = Path(__file__).parents[2]
CALLERS = 400
BACKLOG = 10_000
BATCH = 1_000
READY_WITHIN_S = 180.0
DRAINED_WITHIN_S = 600.0
ANSWER_WITHIN_S = 120.0
"""How long a caller would wait: as long as the slowest machine may take, for being cut off is what is looked for, not being slow."""
GAUGES = ("standing_commands_waiting", "standing_http_in_work")


@dataclass
class Load:
    """What was seen: memory in MB and queues once a second, answers by status with their times in seconds."""

    seconds: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    queues: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in GAUGES})
    answers: Counter[int] = field(default_factory=Counter)
    times: dict[int, list[float]] = field(default_factory=dict)
    no_answer: Counter[str] = field(default_factory=Counter)
    retry_after: Counter[str] = field(default_factory=Counter)
    facts_sent: int = 0
    facts_taken: int = 0
    events: int = 0

    def third(self, number: int) -> float:
        """Mean memory of the first, second or last third of the time."""
        size = max(len(self.memory_mb) // 3, 1)
        return mean(self.memory_mb[number * size : (number + 1) * size])

    def goes_on(self, until: float, answers_min: int) -> bool:
        """Whether time is left, or a slow machine has not yet done what makes the figures comparable."""
        return time.monotonic() < until or self.answers.total() < answers_min

    @property
    def growth(self) -> float:
        """How much more memory the last third had than the second; the first one fills caches and pools."""
        return self.third(2) / self.third(1) - 1

    def p99(self, status: int) -> float:
        times = self.times.get(status, [])
        return quantiles(times, n=100)[98] if len(times) > 1 else 0.0


async def put_load(parts: Parts, home: Path, seconds: float, requests_max: int = 100, answers_min: int = 0) -> Load:
    """Load a service process from its topic and over HTTP; returns when all that was taken is in the log.

    It lasts ``seconds``, and longer where it takes longer to get ``answers_min`` answers.
    """
    load = Load()
    await ensure_topics(parts.kafka.bootstrap, parts.kafka.security, [FACTS], parts.kafka.partitions, 1)
    await parts.postgres.create_database(SERVICE.database)
    try:
        async with _process(parts, home, requests_max) as base_url, _http() as http:
            until = time.monotonic() + seconds
            begin = time.monotonic()

            def goes_on() -> bool:
                return load.goes_on(until, answers_min)

            await asyncio.gather(
                _feed(parts, http, base_url, goes_on, load), _watch(http, base_url, goes_on, load),
                *(_call(http, base_url, number, goes_on, load) for number in range(CALLERS)),
            )  # fmt: skip
            load.seconds = time.monotonic() - begin
            await _drained(http, base_url, load)
    finally:
        await parts.postgres.drop_database(SERVICE.database)
    return load


@asynccontextmanager
async def _process(parts: Parts, home: Path, requests_max: int) -> AsyncIterator[str]:
    port = free_port()
    environment = {
        **os.environ, "STANDING_POSTGRES": parts.postgres.dsn("").rstrip("/"), "STANDING_KAFKA": parts.kafka.bootstrap,
        **parts.kafka.security.environment(),
        "STANDING_PARTITIONS": str(parts.kafka.partitions), "STANDING_PORT": str(port), "STANDING_LOG_LEVEL": "ERROR",
        "STANDING_HTTP_REQUESTS_MAX": str(requests_max), "STANDING_HTTP_RATE_PER_S": "100000",
        "STANDING_AUTH_ISSUER": local_issuer().url,
    }  # fmt: skip
    argv = (sys.executable, "-m", f"{__package__}.metered")
    process = ServerProcess(Command(argv, ROOT, home / "metered.log", env=environment, grace_s=25))
    try:
        base_url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + READY_WITHIN_S
        async with _http() as http:
            while True:
                with suppress(aiohttp.ClientError):
                    async with http.get(f"{base_url}/livez"):
                        break
                if time.monotonic() > deadline or not process.alive:
                    raise TimeoutError(f"The service did not start; its log is {home / 'metered.log'}.")
                await asyncio.sleep(0.1)
        yield base_url
    finally:
        await asyncio.to_thread(process.stop)


def _http() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=CALLERS + 10)
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    return aiohttp.ClientSession(connector=connector, headers=bearer(), timeout=timeout)


async def _feed(
    parts: Parts, http: aiohttp.ClientSession, base_url: str, goes_on: Callable[[], bool], load: Load
) -> None:
    """Keep BACKLOG facts waiting on the topic."""
    while goes_on():
        load.facts_taken = await _taken(http, base_url)
        if load.facts_sent - load.facts_taken > BACKLOG:
            await asyncio.sleep(0.2)
            continue
        numbers = range(load.facts_sent, load.facts_sent + BATCH)
        facts = [Fact.of(FACTS, each.meter, f"L-{n}", each) for n in numbers for each in (fact(n, METER_COUNT),)]
        await publish(parts.kafka.bootstrap, facts, security=parts.kafka.security)
        load.facts_sent += BATCH


async def _taken(http: aiohttp.ClientSession, base_url: str) -> int:
    async with http.get(f"{base_url}/v1/admin/progress") as answer:
        inbox = (await answer.json())["inbox"].get(FACTS, {})
    return sum(partition["handled"] + partition["repeated"] for partition in inbox.values())


async def _call(
    http: aiohttp.ClientSession, base_url: str, number: int, goes_on: Callable[[], bool], load: Load
) -> None:
    """One caller: writes, and reads every fourth time; at once again, whatever the answer."""
    count = 0
    while goes_on():
        meter, count = f"M-{(number * 7 + count) % METER_COUNT:05d}", count + 1
        write = count % 4 != 0
        begin = time.monotonic()
        try:
            ask = (
                http.post(f"{base_url}/v1/meters/{meter}/readings")
                if write
                else http.get(f"{base_url}/v1/meters/{meter}")
            )
            async with ask as answer:
                await answer.read()
                status = answer.status
                if status == 429:
                    load.retry_after[answer.headers.get("Retry-After", "none")] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            load.no_answer[type(error).__name__] += 1
            continue
        load.answers[status] += 1
        load.times.setdefault(status, []).append(time.monotonic() - begin)
        if status == 429:
            await asyncio.sleep(0.05)  # far sooner than it was asked to


async def _watch(http: aiohttp.ClientSession, base_url: str, goes_on: Callable[[], bool], load: Load) -> None:
    while goes_on():
        async with http.get(f"{base_url}/metrics") as answer:
            text = await answer.text()
        for name, seen in load.queues.items():
            seen.append(sum(float(value) for value in re.findall(rf"^{name}{{[^}}]*}} (\S+)$", text, re.M)))
        (resident,) = re.findall(r"^process_resident_memory_bytes (\S+)$", text, re.M)
        load.memory_mb.append(float(resident) / 1e6)
        await asyncio.sleep(1)


async def _drained(http: aiohttp.ClientSession, base_url: str, load: Load) -> None:
    """Wait until every fact is taken and everything follows; then count what is in the log."""
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while time.monotonic() < deadline:
        load.facts_taken = await _taken(http, base_url)
        async with http.get(f"{base_url}/v1/admin/progress") as answer:
            reading = await answer.json()
        load.events = sum(reading["heads"].values())
        if load.facts_taken >= load.facts_sent and reading["quiet"]:
            return
        await asyncio.sleep(0.5)


def show(load: Load, console: Console) -> None:
    table = Table("what", "figure", title=f"{load.seconds:.0f} s of more than can be done")
    accepted = load.answers[201]
    rows = {
        "facts taken a second": f"{load.facts_taken / load.seconds:,.0f}",
        "requests answered a second": f"{(accepted + load.answers[200] + load.answers[404]) / load.seconds:,.0f}",
        "turned away (429) a second": f"{load.answers[429] / load.seconds:,.0f}",
        "answers by status": ", ".join(f"{status}: {n:,}" for status, n in sorted(load.answers.items())),
        "no answer": str(dict(load.no_answer)) if load.no_answer else "none",
        "time of a write, p99": f"{load.p99(201) * 1000:,.0f} ms",
        "time of a 429, p99": f"{load.p99(429) * 1000:,.0f} ms",
        "memory by thirds of the time": " → ".join(f"{load.third(n):,.0f}" for n in range(3)) + " MB",
        "memory, last third to second": f"{load.growth:+.1%}",
        **{f"{name}, most": f"{max(seen):,.0f}" for name, seen in load.queues.items()},
        "events in the log": f"{load.events:,} = {load.facts_sent:,} facts + {accepted:,} requests accepted",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console.print(table)


def main(seconds: Annotated[float, typer.Option(help="how long")] = 20.0) -> None:
    """Put more on a service than it can do, and watch that nothing grows."""
    console = Console(width=None if os.isatty(1) else 120)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="standing-load-") as home:
        postgres = start_postgres(Path(home))
        try:
            kafka = start_kafka(Path(home))
            try:
                show(uvloop.run(put_load(Parts(postgres, kafka, Sizes()), Path(home), seconds)), console)
            finally:
                kafka.stop()
        finally:
            postgres.discard()


if __name__ == "__main__":
    typer.run(main)
