"""Folded states of streams, cached in memory. A stale one does no harm: the log's unique constraint refuses decisions on it."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Folded:
    """A stream's state after its first ``version`` events."""

    version: int
    state: Any


class StateCache:
    """The most recently used folded states, at most ``size_max``."""

    def __init__(self, size_max: int = 50_000) -> None:
        self._size_max = size_max
        self._states: OrderedDict[str, Folded] = OrderedDict()

    def get(self, stream: str) -> Folded | None:
        folded = self._states.get(stream)
        if folded is not None:
            self._states.move_to_end(stream)
        return folded

    def __contains__(self, stream: str) -> bool:
        return stream in self._states

    def put(self, stream: str, folded: Folded) -> None:
        self._states[stream] = folded
        self._states.move_to_end(stream)
        while len(self._states) > self._size_max:
            self._states.popitem(last=False)

    def clear(self) -> None:
        """Forget every state: the log may be another one."""
        self._states.clear()

    def forget(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._states.pop(stream, None)
