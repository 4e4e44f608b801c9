"""Two installations on one machine: neither takes the other's ports for its own, nor its data."""

import json
import os
import socket
from pathlib import Path

import pytest

from standing.fault import Fault
from standing.installation import Installation, port_of
from standing.running import STATE_FILE


def running_home(home: Path, pid: int) -> Path:
    state = {"pid": pid, "ports": {}, "postgres": "", "kafka": "", "kafka_kind": "apache"}
    home.mkdir()
    (home / STATE_FILE).write_text(json.dumps(state))
    return home


def test_a_port_that_another_program_holds_is_not_taken_for_ones_own() -> None:
    printed: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        held = other.getsockname()[1]
        chosen = port_of("credit-svc", held, printed.append)
    assert chosen != held
    assert printed == [f"credit-svc: another program holds port {held}, so it answers at port {chosen}"]
    assert port_of("credit-svc", held, printed.append) == held, "it is free again"
    assert len(printed) == 1


@pytest.mark.parametrize("fresh", [True, False])
async def test_a_home_that_runs_is_neither_emptied_nor_started_again(tmp_path: Path, fresh: bool) -> None:
    home = running_home(tmp_path / "home", os.getpid())
    (home / "data").write_text("what was recorded")
    with pytest.raises(Fault, match=f"Process {os.getpid()} runs an installation in .* standing down --home"):
        await Installation.start(home, "simulated", print, fresh=fresh)
    assert (home / "data").read_text() == "what was recorded"
