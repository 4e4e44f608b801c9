"""What every part has in common: how it is ended and begun again, the lock on its folder."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]

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
