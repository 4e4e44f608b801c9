"""``standing seal``: signed heads, so that even a log that was rewritten as a whole is found."""

from pathlib import Path
from typing import Annotated

import typer

from standing import seal as seals
from standing.sealed import Addresses, seal_all
from standing.services import ALL
from standing.terminal import DEFAULT_HOME, Home, console, fail, find, run

Server = Annotated[
    str | None, typer.Option("--postgres", help="PostgreSQL server, postgresql://user@host:port, instead of a home's")
]


def addresses(home: Path, postgres: str | None) -> Addresses:
    """The services' databases, on a server that was named or on the one of a running home."""
    server = (postgres or find(home).postgres).rstrip("/")
    return {service.name: f"{server}/{service.database}" for service in ALL}


def seal(
    folder: Annotated[
        Path | None, typer.Option(help="folder of the seals; keep a copy where nobody here can write")
    ] = None,
    key: Annotated[Path | None, typer.Option(envvar="STANDING_SEAL_KEY", help="file of the secret key")] = None,
    new_key: Annotated[Path | None, typer.Option(help="only make a key, in this file and its .pub")] = None,
    home: Home = DEFAULT_HOME,
    postgres: Server = None,
) -> None:
    """Sign the heads of all logs, with the time and the seal before: a log that is rewritten later is found."""
    if new_key is not None:
        console.print(f"Key {_made(new_key)} in {new_key}; give {new_key}.pub to whoever verifies.", soft_wrap=True)
        return
    if folder is None or key is None:
        fail("Name the folder of the seals with --folder and the key with --key; make one with --new-key FILE.")
    made, path = run(seal_all(addresses(home, postgres), folder, key))
    events = sum(place.position for partitions in made.heads.values() for place in partitions.values())
    console.print(f"{made}: {events:,} events in {len(made.heads)} logs, written to {path}", soft_wrap=True)


def _made(path: Path) -> str:
    async def make() -> str:
        return seals.new_key(path)

    told: str = run(make())
    return told
