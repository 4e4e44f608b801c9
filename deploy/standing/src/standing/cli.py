"""The ``standing`` command."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standing import (
    backup_commands,
    kafka_commands,
    parked,
    personal_commands,
    secrets_commands,
    set_aside,
    token_command,
)
from standing.fault import Fault
from standing.services import ALL
from standing.terminal import DEFAULT_HOME, Home, console, find, run

# What a command needs beyond this is imported by the command: a person who asks for help does not wait for four services.
if TYPE_CHECKING:
    from standing.chain import Check, Since

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps the standing of business partners.")
app.add_typer(parked.app, name="parked")
app.add_typer(set_aside.app, name="set-aside")
app.command()(backup_commands.seal)
app.command()(backup_commands.backup)
app.command()(backup_commands.restore)
app.command()(backup_commands.forget_topics)
app.command()(personal_commands.seal_personal)
app.command()(kafka_commands.kafka_acls)
app.command()(secrets_commands.kafka_secrets)
app.command()(kafka_commands.kafka_users)
app.command()(secrets_commands.postgres_secrets)
app.command()(token_command.token)


@app.command()
def up(
    home: Home = DEFAULT_HOME,
    simulated: Annotated[bool, typer.Option(help="simulated time, which moves only when it is moved")] = False,
    begins: Annotated[
        str | None, typer.Option("--from", help="where simulated time begins in a new home: 2025-01-01; now without it")
    ] = None,
) -> None:
    """Start PostgreSQL, Kafka, all services and the console, and run until Ctrl-C or `standing down`."""
    from standing.console import NAME, PORT
    from standing.installation import Installation
    from standing.simulated import begin, instant_of

    if begins is not None and not simulated:
        raise typer.BadParameter("--from is of simulated time; add --simulated.")

    async def stay() -> None:
        if begins is not None:
            instant_of(begins, datetime.now(UTC))  # refused before anything is started
        ports = {service.name: service.port for service in ALL} | {NAME: PORT}
        clock = "simulated" if simulated else "wall"
        installation = await Installation.start(home, clock, console.print, ports=ports, traces=True)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        console.print("Running; stop it with Ctrl-C or `standing down`.")
        if simulated:
            try:
                time_is = await begin(installation.clients, begins, datetime.now(UTC))
            except Fault:
                await installation.stop()
                raise
            console.print(time_is, highlight=False, soft_wrap=True)
            console.print(f"Time stands still until it is moved: standing clock DATE --home {home}", soft_wrap=True)
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
    from standing import status as progress
    from standing_parts.kafka import OPERATOR

    running = find(home)

    async def show() -> bool:
        async with running.connect() as http:
            return await progress.show(running.clients(http), running.kafka, running.security_of(OPERATOR))

    if not run(show()):
        raise typer.Exit(1)


@app.command()
def verify(
    home: Home = DEFAULT_HOME,
    seal: Annotated[
        Path | None, typer.Option(help="a seal, or the folder of all seals, to compare the logs with")
    ] = None,
    public_key: Annotated[Path | None, typer.Option(help="the key that must have signed the seals")] = None,
    at_least: Annotated[int, typer.Option(min=0, help="number of the newest seal, as noted elsewhere")] = 0,
    full: Annotated[
        bool, typer.Option("--full", help="recompute every hash of a large log, not only those since the last seal")
    ] = False,
    postgres: backup_commands.Server = None,
) -> None:
    """Prove that logs, topics, inboxes and read models agree; exit 1 on any difference.

    With --postgres only the logs are checked, on a server whose services need not run.
    """
    from standing import proofs
    from standing.verify import mark_of, verdict

    async def prove() -> bool:
        found: list[Check] = []
        running = None if postgres is not None else find(home)
        async with AsyncExitStack() as stack:
            clients = running.clients(await stack.enter_async_context(running.connect())) if running else ()
            heads = await proofs.heads_of(clients)
            async for check in _checks(home, seal, public_key, at_least, full, postgres):
                found.append(check)
                console.print(f"{mark_of(check)} {check.subject}: {check.detail}", highlight=False, soft_wrap=True)
            console.print(verdict(found), highlight=False, soft_wrap=True)
            await proofs.record_verified(clients, heads, found)
        return all(check.ok for check in found)

    if not run(prove()):
        raise typer.Exit(1)


async def _checks(
    home: Path, seal: Path | None, public_key: Path | None, at_least: int, full: bool, postgres: str | None
) -> "AsyncIterator[Check]":
    from standing import seal as seals
    from standing.chain import Check
    from standing.sealed import attested, sealed_checks
    from standing.verify import checks, log_checks
    from standing_parts.kafka import OPERATOR

    addresses = backup_commands.addresses(home, postgres)
    since: Mapping[str, Since] = {}
    if seal is not None:
        public = seals.public_key(public_key) if public_key else None
        async for check in sealed_checks(addresses, seal, public, at_least):
            yield check
        if not full:
            since = await attested(addresses, seal, public)
    elif at_least:
        yield Check("seals", False, "name their folder with --seal")
    if postgres is not None:
        async for check in log_checks(addresses, since):
            yield check
    else:
        running = find(home)
        security, is_mock = running.security_of(OPERATOR), running.kafka_kind == "mock"
        async with running.connect() as http:
            async for check in checks(running.clients(http), running.dsn, running.kafka, security, is_mock, since):
                yield check


@app.command()
def journey(
    id: Annotated[str, typer.Argument(help="of a message (SOURCE#ID), an event, an order, an invoice, a partner, …")],
    source: Annotated[str | None, typer.Option(help="ce_source of the message with that id")] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """The trees of events across services that an id belongs to; exit 1 where nothing is found."""
    from standing import journey as journeys

    running = find(home)

    async def show() -> bool:
        async with running.connect() as http:
            clients = running.clients(http)
            found = await journeys.find_journeys(clients, id, source)
            for number, (correlation_id, found_by) in enumerate(found.journeys.items()):
                if number >= journeys.DRAWN_MAX:
                    console.print(f"also journey {correlation_id}: {found_by}", highlight=False, soft_wrap=True)
                    continue
                console.print(journeys.tree_of(correlation_id, await journeys.events_of(clients, correlation_id)))
            for sentence in found.parked:
                console.print(sentence, highlight=False, markup=False, soft_wrap=True)
            if found.more:
                console.print("There are more; name the message as SOURCE#ID, or a correlation id.")
            for service, count in found.unread.items():
                console.print(
                    f"{service} has not indexed its last {count:,} events yet: what only they name is not found."
                )
            if not found:
                console.print(journeys.nothing_found(clients, id), highlight=False, markup=False, soft_wrap=True)
            return bool(found)

    if not run(show()):
        raise typer.Exit(1)


@app.command()
def clock(
    to: Annotated[str, typer.Argument(metavar="DATE", help="2025-02-01, 2025-02-01T08:00, or +7d from where it is")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Move the time of an installation that was started with --simulated; everything that is due meanwhile happens."""
    from standing.simulated import move_to

    running = find(home)

    async def move() -> None:
        async with running.connect() as http:
            console.print(await move_to(running.clients(http), to), highlight=False, soft_wrap=True)

    run(move())


@app.command()
def demo(
    home: Home = Path(".standing/demo"),
    days: Annotated[int, typer.Option(min=1, max=366)] = 366,
    scale: Annotated[float, typer.Option(help="number of partners, as a multiple of the usual one")] = 1.0,
) -> None:
    """A made-up year of a manufacturer: send it, report, verify. Each run starts from an empty home."""
    from standing.facts.demo import demo as demo_facts
    from standing.run import run_data_set

    if not run(run_data_set(demo_facts(days, scale), home, console, fresh=True)):
        raise typer.Exit(1)


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="a data set: olist, …; or a mapping file: table.yaml")],
    file: Annotated[Path | None, typer.Option(help="the table of a mapping; by default the one that it names")] = None,
    folder: Annotated[Path | None, typer.Option(help="folder of the files")] = None,
    home: Annotated[
        Path | None, typer.Option(help="home to import into, running or not; .standing/NAME by default")
    ] = None,
    notices: Annotated[bool, typer.Option("--notices", help="send notices of past events too")] = False,
) -> None:
    """Send a table or a data set, with the clock at the time of its records. Importing the same files again changes nothing."""
    from standing.importing import import_table, known_data_set

    is_mapping = Path(name).suffix in (".yaml", ".yml")
    work = (
        import_table(Path(name), file, folder, home, notices)
        if is_mapping
        else known_data_set(name, folder, home, notices)
    )
    if not run(work):
        raise typer.Exit(1)


def main() -> None:
    app()
