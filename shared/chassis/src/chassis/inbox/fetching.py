"""Fetches the records of a consumer's partitions, and holds single partitions back without holding up the others.

A batch that cannot be decoded makes aiokafka raise for whichever partition is looked at, without naming it, and what it had at hand of
other partitions is dropped although their positions have moved on. So after an error every partition is sought back to where its last
record was handed over, and for a while they are looked at one by one, which shows the partition that fails.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)

_log = structlog.get_logger()

POLL_MS = 500
ONE_BY_ONE_S = 10.0
"""How long partitions are looked at one by one after an error."""
LOOK_AGAIN_S = 0.05
TRIED_AGAIN_AFTER_S = 20.0
"""When a batch that could not be decoded is fetched again: another replica of the broker may have it whole."""
UNDECODABLE = "undecodable"
OF_THE_CONSUMER = (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
"""Errors that no batch causes."""


class Fetching:
    """The records of one consumer. ``undecodable`` says, by partition, what is wrong with the batch that it stopped at."""

    def __init__(self, consumer: AIOKafkaConsumer, records_max: int) -> None:
        self.consumer = consumer
        self._records_max = records_max
        self._next: dict[TopicPartition, int] = {}
        self._held: dict[TopicPartition, set[str]] = {}
        self._single: set[TopicPartition] = set()
        self._one_by_one_until = 0.0
        self._turn = 0
        self.undecodable: dict[TopicPartition, str] = {}

    def start_at(self, tp: TopicPartition, offset: int) -> None:
        """Go on with the record at this offset, or the first one after it."""
        self._next[tp] = offset
        self.consumer.seek(tp, offset)

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions are assigned to another consumer now."""
        for tp in partitions:
            self._next.pop(tp, None)
            self._held.pop(tp, None)
            self._single.discard(tp)
            self.undecodable.pop(tp, None)

    def hold(self, tp: TopicPartition, reason: str) -> None:
        """Fetch nothing of a partition until it is released for the same reason, and for every other one."""
        if tp in self._next:
            self._held.setdefault(tp, set()).add(reason)
            self.consumer.pause(tp)

    def release(self, tp: TopicPartition, reason: str) -> None:
        reasons = self._held.get(tp, set())
        reasons.discard(reason)
        if tp in self._next and not reasons and self._held.pop(tp, None) is not None:
            self.consumer.resume(tp)

    def handed_over(self, tp: TopicPartition) -> int:
        """The offset after the last record that was handed over; where it began to fetch while there was none."""
        return self._next.get(tp, 0)

    async def passed(self, tp: TopicPartition) -> int:
        """The offset before which everything was handed over; what ends a transaction, or was compacted away, counts as handed over."""
        return int(await self.consumer.position(tp))

    async def records(self) -> tuple[Any, ...]:
        """The next records, in order within each partition; none when there are none for a while."""
        if time.monotonic() < self._one_by_one_until:
            return await self._one_by_one()
        try:
            polled = await self.consumer.getmany(timeout_ms=POLL_MS, max_records=self._records_max)
        except OF_THE_CONSUMER:
            raise
        except Exception as error:
            _log.warning("fetching failed, partitions are looked at one by one", error=_sentence(error))
            await self._go_back()
            return ()
        return self._handed_over(polled)

    def _handed_over(self, polled: dict[TopicPartition, Sequence[Any]]) -> tuple[Any, ...]:
        found: list[Any] = []
        for tp, records in polled.items():
            if records:
                self._next[tp] = records[-1].offset + 1
                self.undecodable.pop(tp, None)
                found += records
        return tuple(found)

    async def _go_back(self) -> None:
        """Let every partition go on after its last record that was handed over."""
        self._one_by_one_until = time.monotonic() + ONE_BY_ONE_S
        for tp in list(self._next):
            try:
                if await self.passed(tp) != self._next[tp]:
                    self.start_at(tp, self._next[tp])
            except (IllegalStateError, KeyError):  # revoked meanwhile
                continue

    async def _one_by_one(self) -> tuple[Any, ...]:
        found: list[Any] = []
        partitions = sorted(self._next)
        self._turn += 1  # so that the first one does not leave the others without their share
        for number in range(len(partitions)):
            tp = partitions[(number + self._turn) % len(partitions)]
            if tp in self._held or len(found) >= self._records_max:
                continue
            most = 1 if tp in self._single else self._records_max - len(found)
            try:
                found += self._handed_over(await self.consumer.getmany(tp, timeout_ms=0, max_records=most))
            except IllegalStateError:  # revoked meanwhile
                continue
            except OF_THE_CONSUMER:
                raise
            except Exception as error:
                self._failed(tp, error)
        if not found:
            await asyncio.sleep(LOOK_AGAIN_S)
        return tuple(found)

    def _failed(self, tp: TopicPartition, error: Exception) -> None:
        """Hand over the records before the bad batch one at a time; stop at the batch itself."""
        self._one_by_one_until = time.monotonic() + ONE_BY_ONE_S
        if tp not in self._next:
            return
        if tp not in self._single:
            self._single.add(tp)
            self.start_at(tp, self._next[tp])
            return
        offset = self._next[tp]
        self.undecodable[tp] = (
            f"The batch at offset {offset} of {tp.topic}[{tp.partition}] cannot be decoded ({_sentence(error)}). The partition stops"
            f" before it and is tried again every {TRIED_AGAIN_AFTER_S:.0f} s; what follows is not lost."
        )
        _log.error(
            "a batch cannot be decoded", topic=tp.topic, partition=tp.partition, offset=offset, error=_sentence(error)
        )
        self.hold(tp, UNDECODABLE)
        asyncio.get_running_loop().call_later(TRIED_AGAIN_AFTER_S, self._try_again, tp, offset)

    def _try_again(self, tp: TopicPartition, offset: int) -> None:
        if self._next.get(tp) != offset or UNDECODABLE not in self._held.get(tp, ()):
            return
        self._single.discard(tp)
        self._one_by_one_until = time.monotonic() + ONE_BY_ONE_S
        self.start_at(tp, offset)
        self.release(tp, UNDECODABLE)


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
