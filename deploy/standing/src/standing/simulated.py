"""``standing clock``: time of a simulated installation, moved by a person."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from standing.driver import Driver
from standing.fault import Fault
from standing.publisher import NothingSent
from standing.services import Client

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


async def move_to(clients: Sequence[Client], text: str) -> str:
    """Let time go on to a day or an instant, each due thing at its own moment. Returns what came of it in a sentence.

    Raises Fault for a text that is no moment, for one that has passed, and for an installation whose time is the real one.
    """
    readings = [await client.progress() for client in clients]
    now = max(datetime.fromisoformat(reading["now"]) for reading in readings)
    wanted = instant_of(text, now)
    if wanted < now:
        raise Fault(f"It is {_written(now)} already, and time does not go back to {_written(wanted)}.")
    before = _events(readings)
    for client in clients:
        await client.move_clock(now)  # refused where the time is the real one
    await Driver(clients, NothingSent()).run([], until=wanted)
    after = _events([await client.progress() for client in clients])
    return f"It is {_written(wanted)} now; {after - before:,} events happened since {_written(now)}."


def instant_of(text: str, now: datetime) -> datetime:
    """``2025-02-01`` (its beginning), ``2025-02-01T08:00`` (UTC unless a zone is named) or ``+7d``, ``+12h``, ``+30m``."""
    if step := re.fullmatch(r"\+([0-9]{1,6})([mhd])", text):
        try:
            return now + int(step[1]) * UNITS[step[2]]
        except OverflowError as error:
            raise Fault(f"{text} leads beyond the calendar.") from error
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Fault(f"{text!r} is no moment; write 2025-02-01, 2025-02-01T08:00 or +7d.") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _events(readings: Sequence[dict[str, Any]]) -> int:
    return sum(head for reading in readings for head in reading["heads"].values())


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
