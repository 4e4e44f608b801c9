"""What every subcommand needs of the terminal: where the installation is, a way to run coroutines, errors as one sentence."""

import asyncio
import getpass
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from standing.fault import Fault
from standing.installation import NotRunning, Running
from standing.services import DoesNotAnswer
from standing_parts import PartError

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
    except (Fault, PartError, DoesNotAnswer) as error:
        fail(str(error))


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
