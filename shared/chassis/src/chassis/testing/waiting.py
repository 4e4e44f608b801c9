"""Waits for a condition instead of a fixed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], happened: Callable[[T], bool], within_s: float = 30.0) -> T:
    """Poll ``look`` until ``happened`` holds for its result; returns that. Raises AssertionError with the last result after a timeout."""
    deadline = time.monotonic() + within_s
    while True:
        seen = await look()
        if happened(seen):
            return seen
        assert time.monotonic() < deadline, f"It did not happen within {within_s} s; last seen: {seen}"
        await asyncio.sleep(0.02)
