"""``standing import`` with a mapping file: a table of one's own, into a running installation or a home of its own."""

import asyncio
import csv
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from chassis.kafka_security import KafkaSecurity
from standing import tally
from standing.facts import IMPORTERS, DataSet, datasets_folder
from standing.facts.mapping import facts_of, read_mapping
from standing.fault import Fault
from standing.kafka_rules import ERP
from standing.plain_progress import PlainProgress
from standing.publisher import Publisher
from standing.run import mark_as_history, run_data_set
from standing.running import NotRunning, Running
from standing.services import Client
from standing.terminal import console

SENT_AT_ONCE = 1_000
TAKEN_WITHIN_S = 600.0


async def known_data_set(name: str, folder: Path | None, home: Path | None, notices: bool) -> bool:
    """Import one of the known data sets into a home of its own. True when every fact is accounted for and every check passes."""
    if name not in IMPORTERS:
        raise Fault(
            f"There is no data set {name!r}; choose one of {', '.join(IMPORTERS)}, or name a mapping file that ends in .yaml."
        )
    found = datasets_folder()
    source = folder or (found / name if found else None)
    if source is None or not source.is_dir():
        raise Fault(
            f"No folder with the files of {name}; name it with --folder, or set STANDING_DATASETS to the folder above it."
        )
    return await run_data_set(
        IMPORTERS[name](source), home or Path(f".standing/{name}"), console, fresh=False, notices=notices
    )


async def import_table(mapping: Path, file: Path | None, folder: Path | None, home: Path | None, notices: bool) -> bool:
    """Import a table by a mapping: into a running installation, else into a home that is started for it in simulated time.

    True when every row and every fact is accounted for.
    """
    data = mapped(mapping, file, folder)
    into = home or Path(f".standing/{data.name}")
    report_of_rows(data, into)
    try:
        running = Running.find(into)
    except NotRunning:
        return await run_data_set(data, into, console, fresh=False, notices=notices)
    async with running.connect() as http:
        clients = running.clients(http)
        if not notices:
            await mark_as_history(next(client for client in clients if client.name == "notify-svc"))
        return await send_to(clients, running.kafka, running.security_of(ERP), data)


def mapped(mapping: Path, file: Path | None, folder: Path | None) -> DataSet:
    """The facts of a table by a mapping: of ``file``, or of the mapping's own file name in ``folder`` or beside the mapping.

    Raises Fault for files that cannot be read or followed, and for a table without any fact.
    """
    document = read_mapping(mapping)
    data = facts_of(document, file or (folder or mapping.parent) / document.file)
    if not data.facts:
        reasons = "; ".join(f"{number:,} rows: {reason}" for reason, number in _reasons(data).items())
        raise Fault(f"No row of the table is a fact. {reasons or 'It has no rows'}.")
    return data


def report_of_rows(data: DataSet, home: Path) -> None:
    """Print what became of the rows, and write those that no fact was made of to a file beside the home's data."""
    [(name, file)] = data.files.items()
    console.print(
        f"{name}: {file.rows:,} rows → {len(data.facts):,} facts of {file.rows_in_facts:,} rows", highlight=False
    )
    for reason, number in _reasons(data).items():
        console.print(f"  {number:,} without a fact: {reason}", highlight=False, markup=False, soft_wrap=True)
    if data.left_out:
        home.mkdir(parents=True, exist_ok=True)
        listed = home / f"{data.name}-without-a-fact.csv"
        with listed.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("row", "reason"), *data.left_out.items()])
        console.print(f"  each of them, with its row: {listed}", highlight=False, soft_wrap=True)


async def send_to(clients: Sequence[Client], bootstrap: str, security: KafkaSecurity, data: DataSet) -> bool:
    """Send the facts to a running installation, wait until it has taken them, and print what became of them.

    True when recorded, repeated and parked add up to what was sent.
    """
    before = await tally.counts(clients)
    publisher = Publisher(bootstrap, security)
    await publisher.start()
    started = time.monotonic()
    lines = PlainProgress(lambda line: console.print(line, highlight=False), len(data.facts))
    try:
        for at in range(0, len(data.facts), SENT_AT_ONCE):
            await publisher.send(data.facts[at : at + SENT_AT_ONCE])
            lines.done(min(at + SENT_AT_ONCE, len(data.facts)), "facts sent")
        await _taken(clients, publisher.ends, lambda: lines.done(len(data.facts), "facts sent; they are being taken"))
    finally:
        await publisher.stop()
    after = await tally.counts(clients)
    counts = [after[key] - before[key] for key in after]
    recorded, repeated, parked = (
        sum(getattr(each, name) for each in counts) for name in ("recorded", "repeated", "parked")
    )
    total = recorded + repeated + parked
    took = f"{len(data.facts):,} facts in {time.monotonic() - started:.1f} s"
    summed = f"recorded {recorded:,} + repeated {repeated:,} + parked {parked:,} = {total:,} of {len(data.facts):,} facts sent"
    console.print(f"{took}: {summed}", highlight=False, soft_wrap=True)
    if parked:
        console.print("Why they are parked: standing parked summary", highlight=False)
    return bool(total == len(data.facts))


async def _taken(clients: Sequence[Client], ends: dict[str, dict[int, int]], on_look: Callable[[], None]) -> None:
    """Wait until every service has taken what was sent. Raises Fault after ``TAKEN_WITHIN_S``."""
    deadline = time.monotonic() + TAKEN_WITHIN_S
    awaited = {
        client.name: {source.topic: ends[source.topic] for source in client.service.sources if source.topic in ends}
        for client in clients
    }
    waiting = [client for client in clients if awaited[client.name]]
    while waiting:
        readings = await asyncio.gather(*(client.settled(awaited[client.name]) for client in waiting))
        waiting = [client for client, reading in zip(waiting, readings, strict=True) if not reading["reached"]]
        on_look()
        if waiting and time.monotonic() > deadline:
            names = ", ".join(client.name for client in waiting)
            raise Fault(
                f"{names} did not take everything within {TAKEN_WITHIN_S:.0f} s. See: standing status; importing again is safe."
            )


def _reasons(data: DataSet) -> dict[str, int]:
    """Why rows are no fact, the most frequent first."""
    found = {reason: number for file in data.files.values() for reason, number in file.without_fact.items()}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
