"""``standing set-aside``: events of a log that a read model or a listener does without."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from standing.parked import Actor, Service, Why
from standing.services import Client
from standing.terminal import DEFAULT_HOME, ME, Home, console, with_clients

app = typer.Typer(no_args_is_help=True, help="Events that a read model or a listener cannot take and does without.")

Number = Annotated[int, typer.Argument(help="as the list shows it")]
KINDS = {"read-model": "read model", "listener": "listener"}


@app.command("list")
def list_(
    service: Annotated[str | None, typer.Argument(help="one service; all by default")] = None,
    everything: Annotated[bool, typer.Option("--all", help="also what was undone, or was of former versions")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What does without which event, why, and whether anybody has decided about it."""

    async def show(clients: tuple[Client, ...]) -> None:
        for client in clients:
            for row in await client.pages("/v1/admin/set-aside", everything=str(everything).lower()):
                console.print(sentence_of(client.name, row), markup=False, soft_wrap=True)

    with_clients(home, service, show)


@app.command()
def add(
    service: Service,
    kind: Annotated[Literal["read-model", "listener"], typer.Argument(help="what is to do without the event")],
    name: Annotated[str, typer.Argument(help="the read model; for a listener the topic of the other service")],
    partition: Annotated[int, typer.Argument(min=0, help="of the log that holds the event")],
    position: Annotated[int, typer.Argument(min=1, help="of the event in its partition")],
    reason: Why,
    actor: Actor = ME,
    home: Home = DEFAULT_HOME,
) -> None:
    """Let a read model or a listener do without an event. The event stays in its log.

    A read model that has taken it already is built afresh without it; where it is parked, it is discarded.
    """
    event = {"kind": KINDS[kind], "name": name, "partition": partition, "position": position}
    _post(home, service, "", {**event, "reason": reason, "actor": actor})


@app.command()
def accept(service: Service, number: Number, reason: Why, actor: Actor = ME, home: Home = DEFAULT_HOME) -> None:
    """Decide that a read model goes on without an event that it failed on; timers that need it go on too."""
    _post(home, service, f"/{number}/acceptance", {"reason": reason, "actor": actor})


@app.command()
def undo(service: Service, number: Number, reason: Why, actor: Actor = ME, home: Home = DEFAULT_HOME) -> None:
    """Let it take the event after all, after a release that can: the read model is built afresh, the listener handles it now."""
    _post(home, service, f"/{number}/undoing", {"reason": reason, "actor": actor})


def sentence_of(service: str, row: dict[str, Any]) -> str:
    """One event that something of a service does without."""
    decided = {
        "waiting": "nobody has decided",
        "accepted": f"accepted by {row['decided_by'] or row['set_aside_by']}: {row['decision'] or row['cause']}",
        "undone": f"undone by {row['decided_by']}: {row['decision']}",
    }[row["status"]]
    return (
        f"{service} #{row['set_aside_id']} {row['kind']} {row['name']} does without {row['type']} at position {row['position']}"
        f" of partition {row['partition']} since {row['set_aside_at'][:16].replace('T', ' ')} UTC ({row['cause']}); {decided}"
    )


def _post(home: Path, service: str, path: str, body: dict[str, Any]) -> None:
    async def post(clients: tuple[Client, ...]) -> None:
        console.print_json(data=await clients[0].post(f"/v1/admin/set-aside{path}", body))

    with_clients(home, service, post)
