"""A server ends with the process that started it, however that one ends; ports and locks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from standing_parts.part import PartError, lock_folder
from standing_parts.ports import KEPT, PORTS, free_port, keep_port
from standing_parts.process import Command, ServerProcess

STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True); "
    "time.sleep(120)"
)

STARTER = """
import sys, time
from pathlib import Path
from standing_parts.process import Command, ServerProcess
folder = Path(sys.argv[1])
ServerProcess(Command((sys.executable, "-c", sys.argv[2]), cwd=folder, log=folder / "log", grace_s=0.3))
print("started", flush=True)
time.sleep(120)
"""


def until(holds: Callable[[], bool], limit_s: float = 15.0) -> bool:
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def server_pid(log: Path) -> int:
    assert until(lambda: log.is_file() and log.read_text().endswith("\n"))
    return int(log.read_text())


def lives(process: int) -> bool:
    try:
        # A process that ended but was not waited for by its adopter is gone for our purpose.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def stubborn(folder: Path, grace_s: float = 0.3) -> ServerProcess:
    command = Command((sys.executable, "-c", STUBBORN), cwd=folder, log=folder / "log", grace_s=grace_s)
    return ServerProcess(command)


def test_stop_is_bounded_for_a_server_that_ignores_it(tmp_path: Path) -> None:
    server = stubborn(tmp_path)
    process = server_pid(tmp_path / "log")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    assert not lives(process)
    assert not server.alive
    server.stop()


def test_kill_does_not_wait_for_the_grace(tmp_path: Path) -> None:
    server = stubborn(tmp_path, grace_s=60)
    process = server_pid(tmp_path / "log")
    began = time.monotonic()
    server.kill()
    assert time.monotonic() - began < 10
    assert not lives(process)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes by Linux's /proc")
def test_the_server_ends_when_the_starting_process_is_killed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", STARTER, str(tmp_path), STUBBORN]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"started\n"
        process = server_pid(tmp_path / "log")
        assert lives(process)
        starter.kill()
    assert until(lambda: not lives(process))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel can end a child for its parent")
def test_the_server_ends_when_even_the_keeper_is_killed(tmp_path: Path) -> None:
    server = stubborn(tmp_path)
    process = server_pid(tmp_path / "log")
    server._keeper.kill()
    assert until(lambda: not lives(process))
    assert not server.alive
    server.stop()


def test_the_lock_is_held_until_the_server_has_ended(tmp_path: Path) -> None:
    command = Command((sys.executable, "-c", STUBBORN), cwd=tmp_path, log=tmp_path / "log", grace_s=0.1)
    server = ServerProcess(command, lock_folder(tmp_path))
    with pytest.raises(PartError, match="in use by another run"):
        lock_folder(tmp_path, wait_s=0.1)
    server.stop()
    os.close(lock_folder(tmp_path, wait_s=0.1))


def test_a_port_is_remembered_and_given_up_when_taken(tmp_path: Path) -> None:
    note = tmp_path / "port"
    port = free_port(note)
    assert port in PORTS
    assert free_port(note) == port
    with socket.create_server(("127.0.0.1", port)):
        assert free_port(note) != port


def test_a_port_that_was_chosen_is_nobody_elses_before_its_server_listens() -> None:
    port = free_port()
    assert keep_port(port) is None
    assert port not in {free_port() for _ in range(KEPT - 1)}
