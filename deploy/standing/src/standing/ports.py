"""The ports of an installation on this machine, kept for it from when they are chosen until it stops."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]
TRIES = 100


class Ports:
    """Chosen ports. A service listens seconds after its port was chosen: until then a lock tells a second home that it is taken."""

    def __init__(self) -> None:
        self._held: dict[int, int] = {}

    def choose(self, service: str, wanted: int | None, say: Say) -> int:
        """The wanted port, or a free one where another program holds that or another home has chosen it.

        Without it the commands would speak with the other program, such as the services of a second home, and take them for ours.
        """
        if wanted is not None and self._keep(wanted):
            return wanted
        for _ in range(TRIES):
            if self._keep(free := _bind(0)):
                if wanted is not None:
                    say(f"{service}: another program holds port {wanted}, so it answers at port {free}")
                return free
        raise OSError(f"No port is free for {service}.")

    def release(self) -> None:
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()

    def _keep(self, port: int) -> bool:
        folder = Path(tempfile.gettempdir()) / f"standing-ports-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _bind(port)
        except OSError:
            os.close(descriptor)
            return False
        self._held[port] = descriptor
        return True


def _bind(port: int) -> int:
    with socket.socket() as probe:
        # As the server does: a port that served a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        bound: int = probe.getsockname()[1]
        return bound
