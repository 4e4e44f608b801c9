"""The ports of an installation on this machine, kept for it from when they are chosen until it stops."""

import os
from collections.abc import Callable

from standing_parts.ports import bind, keep_port

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
            if self._keep(free := bind(0)):
                if wanted is not None:
                    say(f"{service}: another program holds port {wanted}, so it answers at port {free}")
                return free
        raise OSError(f"No port is free for {service}.")

    def release(self) -> None:
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()

    def _keep(self, port: int) -> bool:
        descriptor = keep_port(port)
        if descriptor is not None:
            self._held[port] = descriptor
        return descriptor is not None
