"""Advancing simulated time in a service under test."""

from datetime import datetime

from chassis.processors.progress import Idle
from chassis.runtime import Runtime

SETTLED_WITHIN_S = 60


async def pass_until(runtime: Runtime, instant: datetime) -> Idle:
    """Advance time to an instant, firing every timer at its own; returns the last reading, when nothing is left to do."""
    while (rest := await at_rest(runtime)).next_due is not None and rest.next_due <= instant:
        await runtime.move_clock(rest.next_due)
    await runtime.move_clock(instant)
    return await at_rest(runtime)


async def at_rest(runtime: Runtime) -> Idle:
    """Wait until a service has nothing left to do now."""
    rest = await runtime.settled({}, SETTLED_WITHIN_S)
    assert rest.quiet, f"not quiet within {SETTLED_WITHIN_S} s: {rest}"
    return rest
