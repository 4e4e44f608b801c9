"""Waiting for a condition, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], happened: Callable[[T], bool], within_s: float = 30.0) -> T:
    """Look until it has happened; returns what was seen. Raises AssertionError with the last sight when it takes too long."""
    deadline = time.monotonic() + within_s
    while True:
        seen = await look()
        if happened(seen):
            return seen
        assert time.monotonic() < deadline, f"It did not happen within {within_s} s; last seen: {seen}"
        await asyncio.sleep(0.02)
