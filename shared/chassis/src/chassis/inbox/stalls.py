"""Notices when nothing comes of messages that wait: the session with the broker is then begun anew."""

import contextlib
import time
from collections.abc import Collection

from aiokafka import TopicPartition

from chassis import telemetry


class Stalls:
    """What stands still, and since when. Each method raises TimeoutError once that is longer than ``after_s``."""

    def __init__(self, service: str, after_s: float) -> None:
        self._service = service
        self._after_s = after_s
        self._waiting: dict[TopicPartition, tuple[int, float]] = {}
        self._differ_since: float | None = None

    def begin(self) -> None:
        """A session begins, in which nothing stands still yet."""
        self._waiting.clear()
        self._differ_since = None

    def forget(self, tp: TopicPartition) -> None:
        """The partition is another consumer's, which measures it; the value measured last here would stay for ever."""
        self._waiting.pop(tp, None)
        for gauge, follower in ((telemetry.LAG, f"inbox {tp.topic}"), (telemetry.UNDECODABLE, tp.topic)):
            with contextlib.suppress(KeyError):
                gauge.remove(self._service, follower, str(tp.partition))

    def measure(self, tp: TopicPartition, lag: int, end: int, undecodable: bool, at_fault: bool) -> None:
        """``lag``: how many offsets before ``end`` are not handled; ``at_fault``: it is known, and said, why they are not."""
        telemetry.LAG.labels(self._service, f"inbox {tp.topic}", tp.partition).set(max(lag, 0))
        telemetry.UNDECODABLE.labels(self._service, tp.topic, tp.partition).set(undecodable)
        now = time.monotonic()
        if at_fault or undecodable or lag <= 0:
            self._waiting.pop(tp, None)
            return
        # A message that has just arrived is no stall; the same position for too long is.
        stood_at, since = self._waiting.setdefault(tp, (end - lag, now))
        if stood_at != end - lag:
            self._waiting[tp] = (end - lag, now)
        elif now - since > self._after_s:
            raise TimeoutError(
                f"Messages wait in {tp.topic}[{tp.partition}], but none was handled for {now - since:.0f} s."
            )

    def compare(self, consumed: Collection[TopicPartition], assigned: Collection[TopicPartition]) -> None:
        """What is consumed here must be what the group assigned, but for moments of change."""
        if set(consumed) == set(assigned):
            self._differ_since = None
            return
        now = time.monotonic()
        self._differ_since = self._differ_since or now
        if now - self._differ_since > self._after_s:
            raise TimeoutError(f"{len(assigned)} partitions are assigned, but {len(consumed)} are consumed.")
