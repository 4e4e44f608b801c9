"""Runs a data set through an installation in simulated time, and prints what came of it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from standing import proofs, tally
from standing.chain import Check
from standing.console import PORT, address_at
from standing.driver import Driver
from standing.facts import DataSet
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.plain_progress import PlainProgress
from standing.publisher import Publisher
from standing.report import Report
from standing.services import Client
from standing.verify import checks, verdict


async def run_data_set(data: DataSet, home: Path, console: Console, fresh: bool, notices: bool = True) -> bool:
    """Start the home, send the data set, report, verify, stop. True when every fact is accounted for and every check passes.

    Without ``notices`` nobody gets a notice of what happened before today.
    """
    installation = await Installation.start(home, "simulated", console.print, fresh=fresh)
    try:
        if not notices:
            await mark_as_history(installation.client("notify-svc"))
        accounted = await feed(installation, data, console)
        await Report({client.name: client for client in installation.clients}, data.names, console).show()
        verified = await verify(installation, console)
        console.print(f"The data stays in {home}; to look at it: standing up --simulated --home {home}")
        console.print(f"Then open the console, {address_at(PORT)}, and sign in as one of the people that it offers.")
        return accounted and verified
    finally:
        await installation.stop()


async def mark_as_history(client: Client) -> None:
    """Publish a policy by which everything before today is history, unless one names a day already."""
    if (await client.get("/v1/policies/history"))["document"]["told_from"] is None:
        version = {
            "document": {"told_from": datetime.now(UTC).date().isoformat()},
            "effective_from": "1970-01-01",
            "reason": "records of past years are imported",
        }
        await client.act("PUT", "/v1/policies/history", version, "import", "history", if_match='"1"')


async def feed(installation: Installation, data: DataSet, console: Console) -> bool:
    """Send all facts in simulated time, with a progress bar; then print what became of them. True when the numbers add up."""
    before = await tally.counts(installation.clients)
    publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await publisher.start()
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("facts"),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(data.name, total=len(data.facts))
            lines = PlainProgress(lambda line: console.print(line, highlight=False), len(data.facts))

            def on_progress(done: int, now: datetime) -> None:
                bar.update(task, completed=done, description=f"{data.name} {now:%Y-%m-%d}")
                if not console.is_terminal:
                    lines.done(done, f"facts, {now:%Y-%m-%d}")

            driver = Driver(installation.clients, publisher, on_progress)
            started = time.monotonic()
            await driver.run(data.facts, until=_month_after(data.facts[-1].time), actions=data.actions)
            took_s = time.monotonic() - started
    finally:
        await publisher.stop()
    after = await tally.counts(installation.clients)
    return await _print_tally(installation, data, console, {key: after[key] - before[key] for key in after}, took_s)


async def _print_tally(
    installation: Installation,
    data: DataSet,
    console: Console,
    counts: dict[tuple[str, str], tally.Count],
    took_s: float,
) -> bool:
    readings = await asyncio.gather(*(client.progress() for client in installation.clients))
    events = sum(sum(reading["heads"].values()) for reading in readings)
    recorded, repeated, parked = (
        sum(getattr(c, name) for c in counts.values()) for name in ("recorded", "repeated", "parked")
    )
    total = sum(count.total for count in counts.values())
    console.print(
        f"\n{len(data.facts):,} facts in {took_s:.1f} s ({len(data.facts) / took_s:,.0f} facts/s); the logs hold {events:,} events."
    )
    for name, file in data.files.items():
        without = "".join(f", {n:,} {reason}" for reason, n in file.without_fact.items())
        console.print(f"  {name}: {file.rows:,} records → {file.facts:,} facts{without}")
    console.print(
        f"  recorded {recorded:,} + repeated {repeated:,} + parked {parked:,} = {total:,} of {len(data.facts):,} facts sent\n"
    )
    return total == len(data.facts)


async def verify(installation: Installation, console: Console) -> bool:
    """Print one line for each check. True when all of them hold."""
    found = list[Check]()
    heads = await proofs.heads_of(installation.clients)
    with console.status("verifying"):
        async for check in checks(
            installation.clients,
            installation.dsn,
            installation.kafka.bootstrap,
            installation.kafka.security,
            evicting=not installation.kafka.real,
        ):
            found.append(check)
            mark = "[green]ok  [/green]" if check.ok else "[red]FAIL[/red]"
            console.print(f"{mark} {check.subject}: {check.detail}", highlight=False)
    console.print(f"{verdict(found)}\n", soft_wrap=True)
    await proofs.record_verified(installation.clients, heads, found)
    return all(check.ok for check in found)


def _month_after(instant: datetime) -> datetime:
    """The first instant of the next month, at which the month of the last facts is graded and tiered."""
    return (datetime(instant.year, instant.month, 1, tzinfo=UTC) + timedelta(days=32)).replace(day=1)
