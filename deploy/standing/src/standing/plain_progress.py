"""How far a long work has come, in lines: for where no bar can be drawn, such as a log or a pipe."""

import time
from collections.abc import Callable

EVERY_S = 10.0


class PlainProgress:
    """Says at most every ``every_s`` seconds how many of ``total`` are done; the first time after as long."""

    def __init__(
        self,
        say: Callable[[str], None],
        total: int,
        every_s: float = EVERY_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._total, self._every_s, self._now = say, total, every_s, now
        self._began = self._said_at = now()

    def done(self, count: int, what: str) -> None:
        """``what`` follows the number: ``facts, 2024-05-31``."""
        now = self._now()
        if now - self._said_at >= self._every_s:
            self._said_at = now
            self._say(f"{count:,} of {self._total:,} {what}, after {now - self._began:.0f} s")
