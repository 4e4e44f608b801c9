"""The ``standing`` command."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from standing import journey as journeys
from standing.facts import IMPORTERS, datasets_folder
from standing.facts.demo import demo as demo_facts
from standing.installation import Installation, NotRunning, Running
from standing.run import run_data_set
from standing.services import ALL, DoesNotAnswer
from standing.verify import checks
from standing_parts import PartError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps the standing of business partners.")
parked_app = typer.Typer(no_args_is_help=True, help="Messages that wait for a person.")
app.add_typer(parked_app, name="parked")
console = Console(width=None if sys.stdout.isatty() else 120)

DEFAULT_HOME = Path(".standing/live")
Home = Annotated[Path, typer.Option(help="folder that holds the data of an installation")]


@app.command()
def up(
    home: Home = DEFAULT_HOME,
    simulated: Annotated[bool, typer.Option(help="time stands still until it is moved")] = False,
) -> None:
    """Start PostgreSQL, Kafka and the four services, and stay until Ctrl-C or `standing down`."""

    async def stay() -> None:
        ports = {service.name: service.port for service in ALL}
        installation = await Installation.start(home, "simulated" if simulated else "wall", console.print, ports=ports)
        stop = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        console.print("Running. Ctrl-C, or `standing down`, ends it.")
        watching = asyncio.create_task(installation.keep_alive(console.print))
        await stop.wait()
        watching.cancel()
        console.print("Stopping …")
        await installation.stop()

    _run(stay())


@app.command()
def down(home: Home = DEFAULT_HOME) -> None:
    """Stop what `standing up` started in this home."""
    running = _find(home)
    os.kill(running.pid, signal.SIGTERM)
    console.print(f"Process {running.pid} was told to stop.")


@app.command()
def status(home: Home = DEFAULT_HOME) -> None:
    """Head, relay, read models and consumers of every service: position and lag per partition."""
    running = _find(home)

    async def show() -> None:
        async with aiohttp.ClientSession() as http:
            for client in running.clients(http):
                reading = await client.progress()
                heads = reading["heads"]
                table = Table(
                    title=f"{client.name}: {sum(heads.values()):,} events, {reading['parked']} parked",
                    title_justify="left",
                )
                for column in ("follower", *(f"[{p}]" for p in heads), "lag"):
                    table.add_column(column, justify="left" if column == "follower" else "right")
                table.add_row("log head", *map(str, heads.values()), "")
                followers = {"relay": reading["relay"], **reading["read_models"], **reading["building"]}
                for name, at in followers.items():
                    table.add_row(
                        name, *(str(at.get(p, 0)) for p in heads), str(sum(heads[p] - at.get(p, 0) for p in heads))
                    )
                for source, inbox in reading["inbox"].items():
                    table.add_row(f"← {source}", *(str(inbox.get(p, {}).get("position", 0)) for p in heads), "")
                console.print(table)

    _run(show())


@app.command()
def verify(home: Home = DEFAULT_HOME) -> None:
    """Prove that logs, topics, inboxes and read models agree; exit 1 on any difference."""
    running = _find(home)

    async def prove() -> bool:
        failed = 0
        async with aiohttp.ClientSession() as http:
            forgetful = running.kafka_kind == "mock"
            async for check in checks(running.clients(http), running.dsn, running.kafka, forgetful):
                failed += not check.ok
                console.print(f"{'ok  ' if check.ok else 'FAIL'} {check.subject}: {check.detail}", highlight=False)
        return failed == 0

    if not _run(prove()):
        raise typer.Exit(1)


@app.command()
def journey(correlation_id: str, home: Home = DEFAULT_HOME) -> None:
    """The tree of events across services that one fact caused."""
    running = _find(home)

    async def show() -> None:
        async with aiohttp.ClientSession() as http:
            events = await journeys.events_of(running.clients(http), correlation_id)
        console.print(journeys.tree_of(correlation_id, events))

    _run(show())


@app.command()
def demo(
    home: Home = Path(".standing/demo"),
    days: Annotated[int, typer.Option(min=1, max=366)] = 366,
    scale: Annotated[float, typer.Option(help="times the usual number of partners")] = 1.0,
) -> None:
    """A made-up year of a manufacturer: send it, report, verify. Starts from nothing each time."""
    if not _run(run_data_set(demo_facts(days, scale), home, console, fresh=True)):
        raise typer.Exit(1)


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help=" | ".join(IMPORTERS))],
    folder: Annotated[Path | None, typer.Option(help="folder of the data set's files")] = None,
    home: Annotated[Path | None, typer.Option(help="home to import into; .standing/NAME by default")] = None,
) -> None:
    """Send a real data set in the time of its own records. A second import of the same files changes nothing."""
    if name not in IMPORTERS:
        _fail(f"There is no data set {name!r}; there are {', '.join(IMPORTERS)}.")
    found = datasets_folder()
    source = folder or (found / name if found else None)
    if source is None or not source.is_dir():
        _fail(
            f"No folder with the files of {name}; name it with --folder, or set STANDING_DATASETS to the folder above it."
        )
    assert source is not None
    if not _run(run_data_set(IMPORTERS[name](source), home or Path(f".standing/{name}"), console, fresh=False)):
        raise typer.Exit(1)


@parked_app.command("list")
def parked_list(home: Home = DEFAULT_HOME) -> None:
    """All parked messages with the reasons."""
    running = _find(home)

    async def show() -> None:
        async with aiohttp.ClientSession() as http:
            for client in running.clients(http):
                for message in (await client.get("/v1/admin/parked", limit=500))["items"]:
                    console.print(
                        f"{client.name} #{message['id']} {message['source']} key {message['key']}: {message['reason']}",
                        markup=False,
                    )

    _run(show())


@parked_app.command("retry")
def parked_retry(service: str, number: int, home: Home = DEFAULT_HOME) -> None:
    """Handle a message and all that wait behind its key again, in order."""
    _parked_post(home, service, f"/v1/admin/parked/{number}/retry", None)


@parked_app.command("discard")
def parked_discard(
    service: str,
    number: int,
    reason: str,
    actor: Annotated[str, typer.Option()] = "operator",
    home: Home = DEFAULT_HOME,
) -> None:
    """Give a message up for good, with a reason."""
    _parked_post(home, service, f"/v1/admin/parked/{number}/discard", {"reason": reason, "actor": actor})


def _parked_post(home: Path, service: str, path: str, body: dict[str, str] | None) -> None:
    running = _find(home)

    async def post() -> None:
        async with aiohttp.ClientSession() as http:
            client = next((c for c in running.clients(http) if c.name == service), None)
            if client is None:
                _fail(f"There is no service {service!r}; there are {', '.join(s.name for s in ALL)}.")
            assert client is not None
            console.print_json(data=await client.post(path, body))

    _run(post())


def _find(home: Path) -> Running:
    try:
        return Running.find(home)
    except NotRunning as error:
        _fail(str(error))
        raise


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except (PartError, DoesNotAnswer) as error:
        _fail(str(error))


def _fail(sentence: str) -> None:
    console.print(f"[red]{sentence}[/red]")
    raise typer.Exit(2)


def main() -> None:
    app()
