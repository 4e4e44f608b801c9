"""``standing clock``: time of a simulated installation, moved by a person."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.clock import SimulatedClock
from standing.driver import Driver
from standing.fault import Fault
from standing.publisher import NothingSent
from standing.services import Client

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


async def begin(clients: Sequence[Client], text: str | None, real: datetime) -> str:
    """Set the first moment of an installation whose time has not begun: the given one, or the real one. Returns the time in a sentence.

    Raises Fault where a moment is named and time has begun already, which then goes on from where it stood.
    """
    now = max([datetime.fromisoformat((await client.progress())["now"]) for client in clients])
    if now > SimulatedClock.START:
        if text is not None:
            raise Fault(f"Time has begun here: it is {_written(now)}. Move it with: standing clock {text}")
        return f"It is {_written(now)}, where time stood when this home was stopped."
    first = instant_of(text, real) if text is not None else real.replace(second=0, microsecond=0)
    await asyncio.gather(*(client.move_clock(first) for client in clients))
    return f"It is {_written(first)}{'' if text else ', the real time; another begins with --from DATE'}."


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
