"""``standing parked``: messages that wait for a person's decision."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from standing.fault import Fault
from standing.services import NAMES, Client
from standing.terminal import DEFAULT_HOME, ME, Home, console, with_clients

app = typer.Typer(no_args_is_help=True, help="Messages that wait for a person's decision.")

Why = Annotated[str, typer.Option("--reason", help="why; it stays on record")]
Actor = Annotated[str, typer.Option(envvar="STANDING_ACTOR", help="who does it; it stays on record")]
Service = Annotated[str, typer.Argument(help=" | ".join(NAMES))]
Source = Annotated[str | None, typer.Option(help="topic that they came from")]
Key = Annotated[str | None, typer.Option(help="key of the messages")]
Code = Annotated[str | None, typer.Option(help="error, as the list shows it: invalid, overflow, …")]
Kind = Annotated[str | None, typer.Option("--type", help="CloudEvents type")]
OlderThan = Annotated[str | None, typer.Option(help="parked for longer than this: 30m, 12h, 7d")]
WITHIN_S = 600.0
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@app.command("list")
def list_(
    service: Annotated[str | None, typer.Argument(help="one service; all by default")] = None,
    source: Source = None,
    key: Key = None,
    code: Code = None,
    kind: Kind = None,
    older_than: OlderThan = None,
    status: Annotated[str, typer.Option(help="parked | retried | discarded")] = "parked",
    home: Home = DEFAULT_HOME,
) -> None:
    """Parked messages with their reasons."""
    chosen = {"status": status, **_chosen(source, key, code, kind, older_than)}

    async def show(clients: tuple[Client, ...]) -> None:
        for client in clients:
            for message in await client.pages("/v1/admin/parked", **chosen):
                repeats = f", repeated {message['repeat_count']}×" if message["repeat_count"] else ""
                console.print(
                    f"{client.name} #{message['parked_id']} {message['source']} key {message['key']}"
                    f" [{message['code']}{repeats}]: {message['reason']}",
                    markup=False,
                    soft_wrap=True,
                )

    with_clients(home, service, show)


@app.command()
def summary(home: Home = DEFAULT_HOME) -> None:
    """How many messages are parked in each service, by topic, type and error."""

    async def show(clients: tuple[Client, ...]) -> None:
        table = Table("service", "topic", "type", "error", "messages", "keys", "since")
        for client in clients:
            for row in (await client.get("/v1/admin/parked/summary"))["items"]:
                cells = (
                    row["source"],
                    row["type"],
                    row["code"],
                    f"{row['message_count']:,}",
                    f"{row['key_count']:,}",
                    row["first_parked_at"],
                )
                table.add_row(client.name, *cells)
        console.print(table)

    with_clients(home, None, show)


@app.command("show")
def show_one(service: Service, number: int, home: Home = DEFAULT_HOME) -> None:
    """One message in full: as it came, as it was edited, and who did what to it."""

    async def show(clients: tuple[Client, ...]) -> None:
        console.print_json(data=await clients[0].get(f"/v1/admin/parked/{number}"))

    with_clients(home, service, show)


@app.command()
def retry(service: Service, number: int, reason: Why, actor: Actor = ME, home: Home = DEFAULT_HOME) -> None:
    """Handle a message again, and after it all that wait behind it with the same key, in order."""
    _post(home, service, f"{number}/retry", {"reason": reason, "actor": actor})


@app.command()
def edit(
    service: Service,
    number: int,
    reason: Why,
    file: Annotated[
        Path | None, typer.Option(help="the new value; else an editor is opened on the present one")
    ] = None,
    header: Annotated[list[str] | None, typer.Option(help="NAME=TEXT sets a header, NAME= removes it")] = None,
    retry: Annotated[bool, typer.Option(help="handle it at once")] = True,
    actor: Actor = ME,
    home: Home = DEFAULT_HOME,
) -> None:
    """Handle an edited message instead of the one that came. The original stays on record."""
    headers = dict(map(_header, header or []))

    async def post(clients: tuple[Client, ...]) -> None:
        value = file.read_text() if file else None
        if value is None and not headers:
            message = await clients[0].get(f"/v1/admin/parked/{number}")
            value = _edited(message.get("edited", message)["value"])
        body = {"reason": reason, "actor": actor, "headers": headers, "value": value, "retry": retry}
        console.print_json(data=await clients[0].post(f"/v1/admin/parked/{number}/edit", body))

    with_clients(home, service, post)


@app.command()
def discard(service: Service, number: int, reason: Why, actor: Actor = ME, home: Home = DEFAULT_HOME) -> None:
    """Give up a message for good, with a reason."""
    _post(home, service, f"{number}/discard", {"reason": reason, "actor": actor})


@app.command("retry-all")
def retry_all(
    service: Service, reason: Why, source: Source = None, key: Key = None, code: Code = None, kind: Kind = None,
    older_than: OlderThan = None, limit: Annotated[int, typer.Option(help="keys at most")] = 1000, actor: Actor = ME,
    home: Home = DEFAULT_HOME,
) -> None:  # fmt: skip
    """Retry every key that has a message that the filter selects, each in its order."""
    chosen = _chosen(source, key, code, kind, older_than)
    _post(home, service, "retries", {"reason": reason, "actor": actor, "chosen": chosen, "limit_count": limit})


@app.command("discard-all")
def discard_all(
    service: Service, reason: Why, source: Source = None, key: Key = None, code: Code = None, kind: Kind = None,
    older_than: OlderThan = None, limit: Annotated[int, typer.Option(help="messages at most")] = 1000, actor: Actor = ME,
    home: Home = DEFAULT_HOME,
) -> None:  # fmt: skip
    """Give up all messages that the filter selects, oldest first, with one reason."""
    chosen = _chosen(source, key, code, kind, older_than)
    _post(home, service, "discards", {"reason": reason, "actor": actor, "chosen": chosen, "limit_count": limit})


def _chosen(
    source: str | None, key: str | None, code: str | None, kind: str | None, older_than: str | None
) -> dict[str, Any]:
    seconds = None if older_than is None else seconds_of(older_than)
    filters = {"source": source, "key": key, "code": code, "type": kind, "older_than_s": seconds}
    return {name: value for name, value in filters.items() if value is not None}


def seconds_of(duration: str) -> int:
    """``12h`` in seconds. Raises typer.BadParameter for what is no duration."""
    found = re.fullmatch(r"([0-9]+)([smhd])", duration)
    if found is None:
        raise typer.BadParameter(f"{duration!r} is not a duration; write 45s, 30m, 12h or 7d.")
    return int(found[1]) * UNITS_S[found[2]]


def _header(text: str) -> tuple[str, str | None]:
    """``ce_time=2024-05-01T00:00:00Z`` sets, ``ce_time=`` removes. Raises typer.BadParameter for anything else."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise typer.BadParameter(f"{text!r} is not a header; write NAME=TEXT to set one, or NAME= to remove it.")
    return name.lower(), value or None


def _edited(value: str) -> str:
    """The text as a person leaves it in their editor. Raises Fault where the editor fails: nothing is edited then."""
    with tempfile.TemporaryDirectory(prefix="standing-parked-") as folder:
        draft = Path(folder) / "message.json"
        draft.write_text(value)
        editor = os.environ.get("EDITOR", "vi")
        try:
            subprocess.run([*editor.split(), str(draft)], check=True)
        except subprocess.CalledProcessError as error:
            raise Fault(f"The editor {editor} ended with {error.returncode}, so nothing was edited.") from error
        return draft.read_text()


def _post(home: Path, service: str, path: str, body: dict[str, Any]) -> None:
    async def post(clients: tuple[Client, ...]) -> None:
        console.print_json(data=await clients[0].post(f"/v1/admin/parked/{path}", body, timeout_s=WITHIN_S))

    with_clients(home, service, post)
