"""The ``standing`` command."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import typer

from standing import backup_commands, parked
from standing import journey as journeys
from standing import seal as seals
from standing import status as progress
from standing.chain import Check, log_checks
from standing.facts import IMPORTERS, datasets_folder
from standing.facts.demo import demo as demo_facts
from standing.installation import Installation
from standing.run import run_data_set
from standing.sealed import sealed_checks
from standing.services import ALL, connect
from standing.terminal import DEFAULT_HOME, Home, console, fail, find, run
from standing.verify import checks

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps the standing of business partners.")
app.add_typer(parked.app, name="parked")
app.command()(backup_commands.seal)
app.command()(backup_commands.backup)
app.command()(backup_commands.restore)
app.command()(backup_commands.forget_topics)


@app.command()
def up(
    home: Home = DEFAULT_HOME,
    simulated: Annotated[bool, typer.Option(help="simulated time, which moves only when it is moved")] = False,
) -> None:
    """Start PostgreSQL, Kafka and all services, and run until Ctrl-C or `standing down`."""

    async def stay() -> None:
        ports = {service.name: service.port for service in ALL}
        installation = await Installation.start(home, "simulated" if simulated else "wall", console.print, ports=ports)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        console.print("Running; stop it with Ctrl-C or `standing down`.")
        watching = asyncio.create_task(installation.keep_alive(console.print))
        await stop.wait()
        watching.cancel()
        console.print("Stopping …")
        await installation.stop()

    run(stay())


@app.command()
def down(home: Home = DEFAULT_HOME) -> None:
    """Stop what `standing up` started in this home."""
    running = find(home)
    os.kill(running.pid, signal.SIGTERM)
    console.print(f"Sent process {running.pid} the signal to stop.")


@app.command()
def status(home: Home = DEFAULT_HOME) -> None:
    """Head, relay, read models and consumers of every service: position and lag per partition."""
    running = find(home)

    async def show() -> bool:
        async with connect() as http:
            return await progress.show(running.clients(http), running.kafka)

    if not run(show()):
        raise typer.Exit(1)


@app.command()
def verify(
    home: Home = DEFAULT_HOME,
    seal: Annotated[
        Path | None, typer.Option(help="a seal, or the folder of all seals, to compare the logs with")
    ] = None,
    public_key: Annotated[Path | None, typer.Option(help="the key that must have signed the seals")] = None,
    postgres: backup_commands.Server = None,
) -> None:
    """Prove that logs, topics, inboxes and read models agree; exit 1 on any difference.

    With --postgres only the logs are checked, on a server whose services need not run.
    """

    async def prove() -> bool:
        failed = 0
        async with connect() as http:
            async for check in _checks(home, seal, public_key, postgres, http):
                failed += not check.ok
                console.print(
                    f"{'ok  ' if check.ok else 'FAIL'} {check.subject}: {check.detail}", highlight=False, soft_wrap=True
                )
        return failed == 0

    if not run(prove()):
        raise typer.Exit(1)


async def _checks(
    home: Path, seal: Path | None, public_key: Path | None, postgres: str | None, http: httpx.AsyncClient
) -> AsyncIterator[Check]:
    addresses = backup_commands.addresses(home, postgres)
    if seal is not None:
        async for check in sealed_checks(addresses, seal, seals.public_key(public_key) if public_key else None):
            yield check
    if postgres is not None:
        async for check in log_checks(addresses):
            yield check
    else:
        running = find(home)
        async for check in checks(running.clients(http), running.dsn, running.kafka, running.kafka_kind == "mock"):
            yield check


@app.command()
def journey(correlation_id: str, home: Home = DEFAULT_HOME) -> None:
    """The tree of events across services that one fact caused."""
    running = find(home)

    async def show() -> None:
        async with connect() as http:
            events = await journeys.events_of(running.clients(http), correlation_id)
        console.print(journeys.tree_of(correlation_id, events))

    run(show())


@app.command()
def demo(
    home: Home = Path(".standing/demo"),
    days: Annotated[int, typer.Option(min=1, max=366)] = 366,
    scale: Annotated[float, typer.Option(help="number of partners, as a multiple of the usual one")] = 1.0,
) -> None:
    """A made-up year of a manufacturer: send it, report, verify. Each run starts from an empty home."""
    if not run(run_data_set(demo_facts(days, scale), home, console, fresh=True)):
        raise typer.Exit(1)


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help=" | ".join(IMPORTERS))],
    folder: Annotated[Path | None, typer.Option(help="folder of the data set's files")] = None,
    home: Annotated[Path | None, typer.Option(help="home to import into; .standing/NAME by default")] = None,
    notices: Annotated[bool, typer.Option("--notices", help="send notices of past events too")] = False,
) -> None:
    """Send a real data set, with the clock at the time of its records. Importing the same files again changes nothing."""
    if name not in IMPORTERS:
        fail(f"There is no data set {name!r}; choose one of {', '.join(IMPORTERS)}.")
    found = datasets_folder()
    source = folder or (found / name if found else None)
    if source is None or not source.is_dir():
        fail(
            f"No folder with the files of {name}; name it with --folder, or set STANDING_DATASETS to the folder above it."
        )
    into = home or Path(f".standing/{name}")
    if not run(run_data_set(IMPORTERS[name](source), into, console, fresh=False, notices=notices)):
        raise typer.Exit(1)


def main() -> None:
    app()
