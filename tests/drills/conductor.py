"""Runs one drill: sends the known stream in waves, lets the schedule strike, and takes the time until all is well again."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka.admin import AdminClient

from chassis.inbox.broker import consumer_of
from chassis.kafka_security import KafkaSecurity
from contracts import erp
from standing.facts import Fact
from standing.publisher import Publisher

from .broker_faults import EVERY_FAULT, OTHERS_SENT, SENT_AGAIN
from .callers import ROUTES, Callers
from .faults import NotHere
from .issuer_faults import ISSUER_FAULTS
from .replicas import Site
from .schedule import Strike
from .stream import Stream
from .watch import Watch

LOOK_BACK_FACTOR = 16
LASTING_S, LOOK_EVERY_S = 30.0, 1.0
METADATA_S = 30.0
FACTS_A_SECOND = 250.0
"""About how quickly a site works, to strike in the middle of a wave."""

AT_TIMERS = {"killed acting"}
"""These wait until some timer is due."""
BEFORE_WORK = set(ISSUER_FAULTS)
"""These prepare before the work begins, so that they are in the middle of it: there must be something that they keep from a service."""

Say = Callable[[str], None]
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Struck:
    """What came of a strike: seconds from its beginning to its end, and from its end until everything had come through; ``noticed``
    says whether a replica was not ready, warned or did not answer meanwhile."""

    kind: str
    wave: int
    injected: bool
    lasted_s: float
    recovery_s: float
    noticed: bool = True
    reason: str = ""
    """Why it could not be injected here."""

    @property
    def silent(self) -> bool:
        """It lasted so long that an operator should have been alarmed, and nothing alarmed one."""
        return self.injected and not self.noticed and self.lasted_s + self.recovery_s >= LASTING_S

    def __str__(self) -> str:
        missed = "" if self.injected else f"  (missed: {self.reason or 'nothing passed that point'})"
        times = f"lasted {self.lasted_s:5.1f} s, all well {self.recovery_s:5.1f} s later"
        silent = "  (SILENT: no replica reported it)" if self.silent else ""
        return f"wave {self.wave:3d}  {self.kind:20s} {times}{missed}{silent}"


@dataclass
class Sender:
    """The other systems: they send, wait for the broker, and send again what they are not sure of."""

    bootstrap: str
    security: KafkaSecurity
    reads: KafkaSecurity
    """As whom it looks where the topics end."""
    publisher: Publisher | None = None
    sent: int = 0
    ends: dict[str, dict[int, int]] = field(default_factory=dict)

    async def send(self, facts: Sequence[Fact]) -> None:
        while True:
            try:
                if self.publisher is None:
                    self.publisher = Publisher(self.bootstrap, self.security)
                    await self.publisher.start()
                await self.publisher.send(facts)
                break
            except (KafkaError, OSError, TimeoutError):
                await asyncio.sleep(0.5)
                with contextlib.suppress(KafkaError, OSError, TimeoutError):
                    await self.forget()
        self.sent += len(facts)
        for topic, partitions in self.publisher.ends.items():
            self.ends.setdefault(topic, {}).update(partitions)

    async def forget(self) -> None:
        """The broker may be another one than before; what it holds now is where consumers must come to."""
        if self.publisher is not None:
            await self.publisher.stop()
        self.publisher = None
        self.ends = await ends_of(self.bootstrap, self.reads, sorted(erp.TOPICS))


async def ends_of(bootstrap: str, security: KafkaSecurity, topics: Sequence[str]) -> dict[str, dict[int, int]]:
    """Topic → partition → offset of the last record that a consumer is given; partitions without one are left out.

    That is not always the one before the end: marks of transactions and what was aborted stand between.
    """
    consumer = consumer_of(bootstrap, security)
    await consumer.start()
    try:
        partitions = [
            TopicPartition(t, p) for t, of in (await partitions_of(bootstrap, security, topics)).items() for p in of
        ]
        ends, starts = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        found: dict[str, dict[int, int]] = {}
        for tp in partitions:
            back = 1
            while ends[tp] > starts[tp] and tp.partition not in found.get(tp.topic, {}):
                since = max(starts[tp], ends[tp] - back)
                if (last := await _last_given(consumer, tp, since, ends[tp])) is not None:
                    found.setdefault(tp.topic, {})[tp.partition] = last
                elif since == starts[tp]:
                    break
                back *= LOOK_BACK_FACTOR
        return found
    finally:
        await consumer.stop()


async def partitions_of(bootstrap: str, security: KafkaSecurity, topics: Sequence[str]) -> dict[str, list[int]]:
    """Topic → its partitions, of those that there are. A consumer without a subscription knows of none."""

    def read() -> dict[str, list[int]]:
        client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **security.librdkafka_options()})
        found = client.list_topics(timeout=METADATA_S).topics
        return {topic: sorted(found[topic].partitions) for topic in topics if topic in found}

    return await asyncio.to_thread(read)


async def _last_given(consumer: AIOKafkaConsumer, tp: TopicPartition, since: int, end: int) -> int | None:
    consumer.assign([tp])
    consumer.seek(tp, since)
    last = None
    while await consumer.position(tp) < end:
        for record in (await consumer.getmany(tp, timeout_ms=200)).get(tp, []):
            last = record.offset
    return last


@dataclass
class Conductor:
    site: Site
    watch: Watch
    sender: Sender
    callers: Callers
    say: Say = print
    struck: list[Struck] = field(default_factory=list)
    waves_s: list[float] = field(default_factory=list)
    _for_timers: list[Strike] = field(default_factory=list)

    async def run(self, stream: Stream, strikes: Sequence[Strike]) -> None:
        """Send everything; returns when the last wave and all that became due by then has come through."""
        await self.watch.quiet({})
        for number, wave in enumerate(stream.waves):
            now = [strike for strike in strikes if strike.wave == number]
            self._for_timers += [strike for strike in now if strike.kind in AT_TIMERS]
            await self._until(max(fact.time for fact in wave))
            await self._send(wave, [strike for strike in now if strike.kind not in AT_TIMERS])
        await self.site.whole()

    async def _until(self, instant: datetime) -> None:
        """Let everything happen that is due up to an instant, each at its own time, and stop the clock there."""
        while (due := await self.watch.next_due()) is not None and due <= instant:
            strikes, self._for_timers = self._for_timers, []
            await self._under(strikes, 0, partial(self.watch.move, due))
        await self.watch.move(instant)

    async def _send(self, wave: Sequence[Fact], strikes: Sequence[Strike]) -> None:
        begun = time.monotonic()
        if wave[0].topic in ROUTES:
            await self._under(strikes, len(wave), partial(self.callers.tell, wave), while_given=True)
        else:
            await self._under(strikes, len(wave), partial(self.sender.send, wave), partial(self._send_again, wave))
        if not strikes:
            self.waves_s.append(round(time.monotonic() - begun, 3))

    async def _send_again(self, wave: Sequence[Fact]) -> None:
        await self.sender.forget()
        await self.sender.send(wave)

    async def _under(
        self, strikes: Sequence[Strike], facts: int, work: Work, again: Work | None = None, while_given: bool = False
    ) -> None:
        """Give some work while strikes hit it, some of it again where the broker lost it, and wait until all has come through.

        ``while_given``: what the broker does need not wait until it has the work, for it does not go through it.
        """
        given = asyncio.Event()
        if while_given:
            given.set()
        self.site.prepared.set()
        if any(strike.kind in BEFORE_WORK for strike in strikes):
            self.site.prepared.clear()
        striking = [asyncio.create_task(self._strike(strike, facts, given)) for strike in strikes]
        alarms = asyncio.create_task(self._alarmed()) if strikes else None
        await asyncio.sleep(0)  # what is to be armed is armed
        await self.site.prepared.wait()
        await work()
        given.set()
        lifted = await asyncio.gather(*striking)
        if any(strike.kind in SENT_AGAIN for strike in strikes):
            await (again or self.sender.forget)()
        elif any(strike.kind in OTHERS_SENT for strike in strikes):
            await self.sender.forget()
        await self.watch.quiet(self.sender.ends)
        noticed = alarms is not None and alarms.done()
        if alarms is not None:
            alarms.cancel()
        now = time.monotonic()
        for strike, (reason, injected, begun, ended) in zip(strikes, lifted, strict=True):
            lasted_s, recovery_s = round(ended - begun, 3), round(now - ended, 3)
            told = Struck(strike.kind, strike.wave, injected, lasted_s, recovery_s, noticed, reason)
            self.struck.append(told)
            self.say(f"  {told}")

    async def _alarmed(self) -> None:
        """Return when a replica is not ready, warns, or does not answer."""
        while True:
            for replica in self.site.replicas:
                try:
                    answer = await self.site.http.get(replica.base_url + "/readyz", timeout=LOOK_EVERY_S * 5)
                except httpx.TransportError:
                    return
                if answer.status_code != 200 or answer.json().get("warnings"):
                    return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _strike(self, strike: Strike, facts: int, given: asyncio.Event) -> tuple[str, bool, float, float]:
        """(why it cannot be injected here, whether it was, its beginning, its end)"""
        # A point of the code is armed before the work begins that passes it; everything else strikes while it is under way.
        if not strike.kind.startswith("killed ") and strike.kind not in BEFORE_WORK:
            await given.wait()
            await asyncio.sleep(strike.delay * facts / FACTS_A_SECOND)
        begun = time.monotonic()
        try:
            injected, reason = await EVERY_FAULT[strike.kind](self.site, strike), ""
        except NotHere as error:
            injected, reason = False, str(error)
        finally:
            self.site.prepared.set()
        return reason, injected, begun, time.monotonic()
