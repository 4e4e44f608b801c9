"""Free ports of this machine, kept for who chose them: a server listens seconds after its port was chosen."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections import OrderedDict
from pathlib import Path

from standing_parts.part import PartError

# Below every default range of outgoing ports (Linux from 32768, macOS from 49152): a client that retries a
# broker that is down could otherwise be given the broker's own port for its outgoing side, and keep the
# broker from it.
PORTS = range(20_000, 30_000)
PORT_TRIES = 200
# A server of a process listens before that process has chosen so many further ports.
KEPT = 16

_kept: OrderedDict[int, int] = OrderedDict()


def free_port(remembered: Path | None = None) -> int:
    """A free TCP port of 127.0.0.1; the one noted in the file `remembered` when it is free, and noted there.

    No other process of this account gets it while it is among the last KEPT that this one chose.

    Raises PartError when no port of PORTS is free.
    """
    noted = remembered.read_text().strip() if remembered is not None and remembered.is_file() else ""
    wanted = int(noted) if noted.isdecimal() else None
    if wanted is not None and wanted in _kept:
        os.close(_kept.pop(wanted))
    for port in [*([] if wanted is None else [wanted]), *random.sample(PORTS, PORT_TRIES)]:
        held = keep_port(port)
        if held is None:
            continue
        _kept[port] = held
        if len(_kept) > KEPT:
            os.close(_kept.popitem(last=False)[1])
        if remembered is not None:
            remembered.write_text(f"{port}\n")
        return port
    raise PartError(f"No free TCP port found on 127.0.0.1 between {PORTS.start} and {PORTS.stop}; end what holds them.")


def keep_port(port: int) -> int | None:
    """Keep a free port from others who choose one; closing the descriptor (or dying) gives it back.

    None where a program listens there, or somebody keeps it.
    """
    folder = Path(tempfile.gettempdir()) / f"standing-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        bind(port)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def bind(port: int) -> int:
    """Bind a port of 127.0.0.1 for a moment, any for 0, and return it. Raises OSError where it is not free."""
    with socket.socket() as probe:
        # The servers bind with it too; without it a port that just served looks taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        bound: int = probe.getsockname()[1]
        return bound
