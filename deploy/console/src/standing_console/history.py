"""The last hour of each service as the console saw it: events a second and how many were waiting, minute by minute."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
MINUTES = 60
NEAR_S = 120.0
"""A rate is taken over what was seen of two minutes that follow each other; over more it would hide what happened between."""


@dataclass
class Minute:
    """What was seen within one minute: seconds of the monotonic clock and events, at first and at last; the largest lag."""

    start: datetime
    first: tuple[float, int]
    last: tuple[float, int]
    lag: int


@dataclass(frozen=True)
class Figures:
    """Of one minute: events a second, None where nobody can say; and the most events that a follower had before it."""

    rate: float | None
    lag: int


@dataclass
class History:
    """Nothing is read for it: it has what was read while somebody looked."""

    _by_service: dict[str, deque[Minute]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=MINUTES + 1))
    )

    def note(self, service: str, read_at: datetime, at: float, events: int, lag: int) -> None:
        """``at`` is in seconds of the monotonic clock, ``lag`` in events."""
        minutes, start = self._by_service[service], read_at.replace(second=0, microsecond=0)
        if minutes and minutes[-1].start >= start:
            minutes[-1].last, minutes[-1].lag = (at, events), max(minutes[-1].lag, lag)
        else:
            minutes.append(Minute(start, (at, events), (at, events), lag))

    def of(self, service: str, now: datetime) -> dict[datetime, Figures]:
        """By minute, those of the last hour that were seen."""
        figures: dict[datetime, Figures] = {}
        before: Minute | None = None
        for minute in self._by_service[service]:
            if now - minute.start <= MINUTES * MINUTE:
                figures[minute.start] = Figures(_rate(before, minute), minute.lag)
            before = minute
        return figures


def _rate(before: Minute | None, minute: Minute) -> float | None:
    near = before is not None and minute.last[0] - before.last[0] <= NEAR_S
    at, events = before.last if before is not None and near else minute.first
    seconds = minute.last[0] - at
    return max(0, minute.last[1] - events) / seconds if seconds >= 1 else None


def every_minute(seen: Iterable[datetime]) -> list[datetime]:
    """From the first that was seen to the last, with those between in which nobody looked."""
    ordered = sorted(seen)
    if not ordered:
        return []
    return [ordered[0] + n * MINUTE for n in range((ordered[-1] - ordered[0]) // MINUTE + 1)]
