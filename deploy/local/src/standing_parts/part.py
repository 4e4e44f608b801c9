"""What every part has in common: how it is ended and begun again, its port, the lock on its folder."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]

# Below every default range of outgoing ports (Linux from 32768, macOS from 49152): a client that retries a
# broker that is down could otherwise be given the broker's own port for its outgoing side, and keep the
# broker from it.
PORTS = range(20_000, 30_000)
PORT_TRIES = 200
LOCK_WAIT_S = 20.0
TAIL_LINES = 20


class PartError(RuntimeError):
    """A part cannot be started or used; the message is a sentence with what to do."""


class Running(Protocol):
    """A part that this process started."""

    def stop(self) -> None:
        """End it in good order, within half a minute; nothing happens when it has ended."""

    def kill(self) -> None:
        """End it at once, as a crash would."""

    def start_again(self, wipe: bool) -> None:
        """Start it on the same port, ending it first; `wipe` empties its data. Raises PartError."""


def address_answers(host: str, port: int, timeout_s: float = 1.0) -> bool:
    try:
        socket.create_connection((host, port), timeout_s).close()
    except OSError:
        return False
    return True


def free_port(remembered: Path | None = None, besides: int | None = None) -> int:
    """A free TCP port of 127.0.0.1; the one noted in the file `remembered` when it is free, and noted there.

    Never `besides`, which was chosen just before and is not bound yet.

    Raises PartError when no port of PORTS is free.
    """
    wanted: list[int] = []
    if remembered is not None and remembered.is_file() and remembered.read_text().strip().isdecimal():
        wanted.append(int(remembered.read_text()))
    for port in [*wanted, *random.sample(PORTS, PORT_TRIES)]:
        if port == besides:
            continue
        with socket.socket() as probe:
            # The servers bind with it too; without it a port that just served looks taken for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if remembered is not None:
            remembered.write_text(f"{port}\n")
        return port
    raise PartError(f"No free TCP port found on 127.0.0.1 between {PORTS.start} and {PORTS.stop}; end what holds them.")


def lock_folder(folder: Path, wait_s: float = LOCK_WAIT_S) -> int:
    """Lock `folder` for one run and return the descriptor that holds the lock; closing it (or dying) unlocks.

    Waits `wait_s` seconds, because the run before may still be ending. Raises PartError when it stays locked.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise PartError(f"{folder} is in use by another run; end that run or name another home.") from None
            time.sleep(0.05)
        else:
            return descriptor


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock `folder` as `lock_folder` does, for a block."""
    held = lock_folder(folder)
    try:
        yield
    finally:
        os.close(held)


def tail(log: Path) -> str:
    """The last lines of a log, indented, to stand under an error sentence."""
    if not log.is_file():
        return "  (no log was written)"
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join(f"  {line}" for line in lines) or "  (the log is empty)"
