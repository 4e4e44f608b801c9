"""``standing seal-personal``: from logs with texts of persons in clear to an installation that has them sealed."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standing.fault import Fault
from standing.services import ALL
from standing.terminal import DEFAULT_HOME, Home, console, fail, run

if TYPE_CHECKING:
    from standing_parts import Postgres


def seal_personal(
    into: Annotated[Path, typer.Option(help="a new home")],
    home: Home = DEFAULT_HOME,
    seals: Annotated[Path | None, typer.Option(help="folder of the seals of the old logs")] = None,
    new_seals: Annotated[Path | None, typer.Option(help="a new folder, for those of the new logs")] = None,
    key: Annotated[Path | None, typer.Option(envvar="STANDING_SEAL_KEY", help="secret key that signs them")] = None,
) -> None:
    """Copy an installation whose logs have texts of persons in clear into a new home that has them sealed. Stop its services first.

    The old one stays as it is. What must be destroyed is printed at the end.
    """
    if seals is not None and (new_seals is None or key is None):
        fail("With --seals name a folder for the new ones with --new-seals, and the key that signs them with --key.")
    from standing.installation import refuse_running
    from standing_parts import start_postgres

    async def work() -> None:
        refuse_running(home)
        if into.exists() and any(into.iterdir()):
            raise Fault(f"{into} is not empty; the copy goes into a home of its own.")
        if not (home / "postgres").exists():
            raise Fault(f"{home} is no home with a PostgreSQL of its own; only such an installation is copied.")
        into.mkdir(parents=True, exist_ok=True)
        old = await asyncio.to_thread(start_postgres, home, _say)
        try:
            new = await asyncio.to_thread(start_postgres, into, _say)
            try:
                if old.url == new.url:
                    raise Fault("STANDING_POSTGRES names one server for both homes; unset it.")
                await _copy(home, into, old, new, seals, new_seals, key)
            finally:
                await asyncio.to_thread(new.stop)
        finally:
            await asyncio.to_thread(old.stop)

    run(work())


async def _copy(
    home: Path, into: Path, old: "Postgres", new: "Postgres", seals: Path | None, new_seals: Path | None, key: Path | None
) -> None:  # fmt: skip
    from standing import seal as of_seals
    from standing.seal_personal import copy_service, leftovers, wrapping_for
    from standing.sealed import seal_all, sealed_checks

    last = None
    if seals is not None:
        where = {service.name: old.dsn(service.database) for service in ALL}
        async for check in sealed_checks(where, seals, None):
            if not check.ok:
                raise Fault(f"Nothing was copied. {check.subject}: {check.detail}")
        last = of_seals.read(seals)[-1].digest
    topics = [service.topic for service in ALL]
    for service in ALL:
        await new.create_database(service.database)
        wrapping = wrapping_for(home, into, service.name)
        made = await copy_service(service, old.dsn(service.database), new.dsn(service.database), topics, wrapping)
        _say(
            f"{service.name}: {made.events:,} events copied, {made.sealed:,} of them sealed for {len(made.persons):,} persons; all else is"
            " equal, every hash recomputed"
        )
        if made.parked:
            _say(f"{service.name}: {made.parked:,} parked messages stood in clear, and are sealed")
        for left in await leftovers(new.dsn(service.database), made.texts):
            _say(f"{service.name}: {left.rows:,} rows of the table {left.table} still have such texts in clear")
    if new_seals is not None and key is not None:
        where = {service.name: new.dsn(service.database) for service in ALL}
        made_seal, path = await seal_all(where, new_seals, key, continues=last)
        _say(f"{made_seal}, written to {path}" + (f"; it names {last}, the last of the old logs" if last else ""))
    _say(f"Read models are built when it starts: standing up --home {into}; then: standing verify --home {into}")
    _say(
        f"Then destroy what has the texts in clear: the home {home} with its databases, the topics {', '.join(topics)} wherever else they"
        " are, and every backup, export and copy that was made of them."
    )


def _say(sentence: str) -> None:
    console.print(sentence, soft_wrap=True, highlight=False)
