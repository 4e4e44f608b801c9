"""Two installations on one machine: neither takes the other's ports for its own, nor its data."""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from standing.fault import Fault
from standing.installation import Installation
from standing.ports import Ports
from standing.running import STATE_FILE
from standing.services import ALL, Client
from standing.starting import NotStarted, until_ours_answers
from standing_parts.process import Command, ServerProcess


def running_home(home: Path, pid: int) -> Path:
    state = {"pid": pid, "ports": {}, "postgres": "", "kafka": "", "kafka_kind": "apache"}
    home.mkdir()
    (home / STATE_FILE).write_text(json.dumps(state))
    return home


@pytest.fixture
def ports() -> Iterator[tuple[Ports, Ports]]:
    """Those of two homes."""
    both = Ports(), Ports()
    yield both
    for each in both:
        each.release()


def test_a_port_that_another_program_holds_is_not_taken_for_ones_own(ports: tuple[Ports, Ports]) -> None:
    printed: list[str] = []
    first, _ = ports
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        held = other.getsockname()[1]
        chosen = first.choose("credit-svc", held, printed.append)
    assert chosen != held
    assert printed == [f"credit-svc: another program holds port {held}, so it answers at port {chosen}"]
    assert first.choose("credit-svc", held, printed.append) == held, "it is free again"
    assert len(printed) == 1


@pytest.mark.parametrize("fresh", [True, False])
async def test_a_home_that_runs_is_neither_emptied_nor_started_again(tmp_path: Path, fresh: bool) -> None:
    home = running_home(tmp_path / "home", os.getpid())
    (home / "data").write_text("what was recorded")
    with pytest.raises(Fault, match=f"Process {os.getpid()} runs an installation in .* standing down --home"):
        await Installation.start(home, "simulated", print, fresh=fresh)
    assert (home / "data").read_text() == "what was recorded"


def test_two_homes_that_start_at_once_choose_different_ports_before_either_listens(ports: tuple[Ports, Ports]) -> None:
    first, second = ports
    printed: list[str] = []
    wanted = first.choose("credit-svc", None, printed.append)
    other = second.choose("credit-svc", wanted, printed.append)
    assert other != wanted
    assert printed == [f"credit-svc: another program holds port {wanted}, so it answers at port {other}"]
    first.release()
    assert second.choose("notify-svc", wanted, printed.append) == wanted, "the first home has stopped"


class OfAnotherHome(BaseHTTPRequestHandler):
    """A service that does not know the tokens of this home."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


async def test_what_another_home_answers_is_not_taken_for_the_service_that_was_started(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), OfAnotherHome)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    started = ServerProcess(Command((sys.executable, "-c", "import time; time.sleep(600)"), tmp_path, tmp_path / "log"))
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            client = Client(ALL[0], f"http://127.0.0.1:{server.server_port}", http)
            with pytest.raises(
                NotStarted, match=r"another installation answers at .* start again with: standing up --home"
            ):
                await until_ours_answers(client, started, tmp_path, has_own_issuer=True, within_s=0.5)
    finally:
        started.stop()
        server.shutdown()


@pytest.mark.parametrize(
    ("program", "said"),
    [("import time; time.sleep(600)", "did not answer at .* within 0 s; its log is .*wait until it has less"),
     ("raise SystemExit(1)", "ended while it started; its log is .* Mend what it says there")],
)  # fmt: skip
async def test_a_start_that_gives_up_says_where_to_look_and_what_to_do(tmp_path: Path, program: str, said: str) -> None:
    started = ServerProcess(Command((sys.executable, "-c", program), tmp_path, tmp_path / "log"))
    within_s = 60.0 if "Exit" in program else 0.2
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            with pytest.raises(NotStarted, match=said):
                await until_ours_answers(Client(ALL[0], "http://127.0.0.1:1", http), started, tmp_path, True, within_s)
    finally:
        started.stop()
