"""Proof that nothing is lost, repeated or changed: chains, topics, inboxes and read models, each compared with its source."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from standing.chain import Check, chain_holds, heads_of, streams_hold
from standing.services import Client
from standing.topics import ends

COMPARISON_WITHIN_S = 600.0


async def checks(clients: Sequence[Client], dsn_of: Any, bootstrap: str, evicting: bool) -> AsyncIterator[Check]:
    """All checks of all services; run them while nothing is written. ``evicting``: the broker holds only the newest records (the mock)."""
    heads: dict[str, dict[int, int]] = {}
    for client in clients:
        connection = await asyncpg.connect(dsn_of(client.name))
        try:
            heads[client.name] = await heads_of(connection)
            yield await chain_holds(client.name, connection)
            yield await streams_hold(client.name, connection)
            yield await _mirror(client, connection, bootstrap, heads[client.name], evicting)
        finally:
            await connection.close()
    for client in clients:
        reading = await client.progress()
        for source in client.service.sources:
            inbox = {int(p): counts for p, counts in reading["inbox"].get(source.topic, {}).items()}
            if source.owner is not None:
                yield _dense_inbox(client.name, source.topic, inbox, heads[source.owner])
            else:
                yield await _facts_inbox(client.name, source.topic, inbox, bootstrap)
    async for check in _read_models(clients):
        yield check
    for client in clients:
        stuck = {name: n for name, n in (await client.progress())["stuck"].items() if n}
        yield Check(f"{client.name} timers", not stuck, f"stuck: {stuck}" if stuck else "nothing is stuck")


async def _read_models(clients: Sequence[Client]) -> AsyncIterator[Check]:
    """Each service compares its read models one after the other; the services do so at the same time."""
    compared: list[asyncio.Task[Check]] = []
    for client in clients:
        before: asyncio.Task[Check] | None = None
        for model in client.service.read_models:
            before = asyncio.create_task(_compared(client, model.name, before))
            compared.append(before)
    try:
        for task in compared:
            yield await task
    finally:
        for task in compared:
            task.cancel()


async def _compared(client: Client, name: str, before: "asyncio.Task[Check] | None") -> Check:
    if before is not None:
        await before
    comparison = await client.post(f"/v1/admin/projections/{name}/comparisons", timeout_s=COMPARISON_WITHIN_S)
    same = comparison["same_position"] and not comparison["only_rebuilt"] and not comparison["only_live"]
    detail = "a fresh rebuild gives the same rows" if same else (
        f"{comparison['only_rebuilt']} rows only in the rebuilt one, {comparison['only_live']} only in the live one"
        + ("" if comparison["same_position"] else "; events came while comparing")
    )  # fmt: skip
    return Check(f"{client.name} read model {name}", same, detail)


async def _mirror(
    client: Client, connection: asyncpg.Connection, bootstrap: str, heads: dict[int, int], evicting: bool
) -> Check:
    """Read the whole topic and compare it with the log, event for event."""
    topic, subject = client.service.topic, f"{client.name} topic {client.service.topic}"
    # It goes from one partition to the next; a longer fetch would only wait for news of one that is read to its end.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=10
    )
    await consumer.start()
    try:
        compared = repeated = 0
        aged = False
        for partition, head in sorted(heads.items()):
            tp = TopicPartition(topic, partition)
            start, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
            consumer.assign([tp])
            consumer.seek(tp, start)
            rows = await connection.fetch("SELECT position, event_id, data FROM event WHERE partition = $1", partition)
            log = {row["position"]: (str(row["event_id"]), _digest(row["data"].encode())) for row in rows}
            last = early = 0
            async for position, event_id, value in _records(consumer, tp, end):
                if log.get(position) != (event_id, _digest(value)):
                    return Check(
                        subject,
                        False,
                        f"partition {partition}: the topic has another event at position {position} than the log",
                    )
                if position <= last:
                    repeated += 1
                    continue
                if position != last + 1 and not (last == 0 and (evicting or start > 0)):
                    # A topic that was created again may begin with records in flight at that time, each published again in its place.
                    early = position
                    continue
                last, compared = position, compared + 1
            if early > last:
                return Check(subject, False, f"partition {partition}: position {last + 1} is missing in the topic")
            aged = aged or start > 0
            if last != head and not (start == end and (evicting or start > 0)):
                return Check(subject, False, f"partition {partition}: the topic ends at {last}, the log at {head}")
        note = f", {repeated} published twice" if repeated else ""
        retention = (
            " (the newest; the broker has dropped older ones)"
            if (evicting or aged) and compared < sum(heads.values())
            else ""
        )
        return Check(subject, True, f"{compared:,} events equal the log, in order{note}{retention}")
    finally:
        await consumer.stop()


async def _records(consumer: AIOKafkaConsumer, tp: TopicPartition, end: int) -> AsyncIterator[tuple[int, str, bytes]]:
    while await consumer.position(tp) < end:
        for records in (await consumer.getmany(tp, timeout_ms=1000)).values():
            for record in records:
                headers = dict(record.headers)
                yield int(headers["ce_position"]), headers["ce_id"].decode(), record.value


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _dense_inbox(service: str, topic: str, inbox: dict[int, dict[str, int]], heads: dict[int, int]) -> Check:
    wrong = [
        f"[{p}] at {inbox.get(p, {}).get('position', 0)} of {head}"
        for p, head in heads.items()
        if inbox.get(p, {}).get("position", 0) != head
    ]
    detail = "; ".join(wrong) if wrong else f"every position of {sum(heads.values()):,} taken once"
    return Check(f"{service} inbox {topic}", not wrong, detail)


async def _facts_inbox(service: str, topic: str, inbox: dict[int, dict[str, int]], bootstrap: str) -> Check:
    until = (await ends(bootstrap, [topic]))[topic]
    wrong = [] if until else [f"the broker knows no partitions of {topic}"]
    wrong += [
        f"[{p}] at {inbox.get(p, {}).get('kafka_offset', -1) + 1} of {end}"
        for p, end in until.items()
        if inbox.get(p, {}).get("kafka_offset", -1) + 1 != end
    ]
    handled, repeated = _sum(inbox.values(), "handled"), _sum(inbox.values(), "repeated")
    detail = (
        "; ".join(wrong)
        if wrong
        else f"all {sum(until.values()):,} facts taken: {handled:,} handled, {repeated:,} repeats"
    )
    return Check(f"{service} inbox {topic}", not wrong, detail)


def _sum(inboxes: Iterable[dict[str, int]], name: str) -> int:
    return sum(inbox[name] for inbox in inboxes)
