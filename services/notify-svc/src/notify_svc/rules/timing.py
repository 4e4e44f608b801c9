"""Times of delivery: hours of the recipient's day, the end of such hours, and jitter of the pauses between attempts."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from chassis.calendar import FIRST_DAY, LAST_DAY
from chassis.zones import zone

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""``08:00``: hours and minutes of a day, on the recipient's clock."""


_FIRST = datetime.combine(FIRST_DAY, time(), UTC)
_LAST = datetime.combine(LAST_DAY, time(23, 59, 59), UTC)
"""The ends of the calendar; logs of before hold instants outside of it, up to those that no other time zone can show."""


def later(at: datetime, **duration: float) -> datetime:
    """``at`` and a duration (``minutes=15``), at most the end of the calendar; never earlier than ``at``."""
    try:
        moved = at + timedelta(**duration)
    except OverflowError:
        moved = _LAST
    return max(at, min(moved, _LAST))


def on_clock(at: datetime, zone_name: str) -> datetime:
    """An instant as the clock of a time zone shows it; the end of the calendar for one outside of it."""
    return min(max(at, _FIRST), _LAST).astimezone(zone(zone_name))


def next_time(after: datetime, hour: str, zone_name: str) -> datetime:
    """The first instant later than ``after`` at which the recipient's clock shows ``hour``; in UTC. ``after`` at the calendar's end."""
    if after >= _LAST:
        return after
    local = on_clock(after, zone_name)
    for days in (0, 1, 2):
        shown = datetime.combine(local.date() + timedelta(days), time.fromisoformat(hour), local.tzinfo)
        if (instant := shown.astimezone(UTC)) > after:
            return instant
    raise AssertionError("a clock shows every hour within two days")


def is_within(at: datetime, starts: str, ends: str, zone_name: str) -> bool:
    """Whether the recipient's clock shows a time from ``starts`` until before ``ends``; equal ones are never."""
    shown = on_clock(at, zone_name).strftime("%H:%M")
    return starts <= shown < ends if starts < ends else starts > ends and (shown >= starts or shown < ends)


def instant_of(text: str) -> datetime | None:
    """The instant, or the beginning of the day in UTC, that a field of an event holds; None for anything else."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):  # no instant, or one that UTC cannot show
        return None


def jitter(key: str, attempt: int) -> float:
    """From 0 to below 1, always the same for the same notice and attempt, evenly spread over notices.

    Many that failed together come back apart, and a decision repeated is the same decision.
    """
    digest = hashlib.blake2b(f"{key}/{attempt}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
