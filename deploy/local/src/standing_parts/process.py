"""A server process that lives at most as long as the process that started it, however that one ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from standing_parts import keeper

KEEPER_MARGIN_S = 2.0


@dataclass(frozen=True)
class Command:
    """A server's command line and how it is ended.

    `log` takes its output, appended. `env` is its environment, that of this process by default. `uid` and
    `gid` are the account to run as when this process is root, else None. `grace_s` is the time in seconds
    that `stop_signal` is given before `kill_signal`.
    """

    argv: tuple[str, ...]
    cwd: Path
    log: Path
    env: Mapping[str, str] | None = None
    uid: int | None = None
    gid: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    grace_s: float = 15.0


class ServerProcess:
    """A running server under its keeper; `held`, the descriptor of a lock, lives as long as the keeper."""

    # A server must not end because its caller dropped the handle and kept only the address.
    _alive: ClassVar[set[ServerProcess]] = set()

    def __init__(self, command: Command, held: int | None = None) -> None:
        order = {
            "argv": command.argv,
            "cwd": str(command.cwd),
            "uid": command.uid,
            "gid": command.gid,
            "stop_signal": int(command.stop_signal),
            "kill_signal": int(command.kill_signal),
            "grace_s": command.grace_s,
        }
        self._bound_s = command.grace_s + 2 * keeper.KILL_WAIT_S + KEEPER_MARGIN_S
        try:
            with command.log.open("ab") as log:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    env=command.env,
                    start_new_session=True,  # Ctrl-C in the terminal is for the starting process alone
                    pass_fds=() if held is None else (held,),
                )
        finally:
            if held is not None:
                os.close(held)
        ServerProcess._alive.add(self)

    @property
    def alive(self) -> bool:
        return self._keeper.poll() is None

    def stop(self) -> None:
        """End it in good order, killing what does not end within its grace."""
        self._end(b"stop\n")

    def kill(self) -> None:
        """End it with its kill signal, at once."""
        self._end(b"kill\n")

    def _end(self, wish: bytes) -> None:
        assert self._keeper.stdin is not None
        # Neither is an error: it has ended by itself, or was ended before.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._keeper.stdin.write(wish)
            self._keeper.stdin.flush()
        try:
            self._keeper.wait(self._bound_s)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        with contextlib.suppress(BrokenPipeError):
            self._keeper.stdin.close()
        ServerProcess._alive.discard(self)
