"""What every subcommand needs of the terminal: where the installation is, a way to run coroutines, errors as one sentence."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from standing.fault import Fault
from standing.running import NotRunning, Running
from standing.services import NAMES, Client

console = Console(width=None if sys.stdout.isatty() else 120)

DEFAULT_HOME = Path(".standing/live")
Home = Annotated[Path, typer.Option(help="folder that holds the data of an installation")]


def find(home: Path) -> Running:
    """The installation that runs in a home; ends the command with a sentence when there is none."""
    try:
        return Running.find(home)
    except NotRunning as error:
        fail(str(error))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end; an error that is known ends the command with one sentence."""
    try:
        return asyncio.run(work)
    except Fault as error:
        fail(str(error))
    except UnicodeDecodeError as error:
        fail(f"A file is not written in UTF-8: {error}.")
    except OSError as error:
        if error.filename:
            fail(f"{error.filename}: {error.strerror}.")
        from chassis.storage.connecting import PostgresRefused

        if not isinstance(error, PostgresRefused):
            raise
        fail(str(error))
    except Exception as error:
        from chassis.errors import UsageError
        from standing_parts import PartError  # takes a third of the time of --help

        if not isinstance(error, PartError | UsageError):
            raise
        fail(str(error))


def with_clients(home: Path, service: str | None, work: Callable[[tuple[Client, ...]], Awaitable[None]]) -> None:
    """Do something with the client of one service of a home, or with those of all."""
    running = find(home)

    async def connected() -> None:
        async with running.connect() as http:
            clients = tuple(c for c in running.clients(http) if service is None or c.name == service)
            if not clients:
                raise Fault(f"There is no service {service!r}; choose one of {', '.join(NAMES)}.")
            await work(clients)

    run(connected())


def fail(sentence: str) -> NoReturn:
    console.print(f"[red]{sentence}[/red]", soft_wrap=True)
    raise typer.Exit(2)


def me() -> str:
    """The user name of the person at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


ME = me()
