"""Proof that nothing is lost, repeated or changed: chains, topics, inboxes and read models, each compared with its source."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

import asyncpg
from aiokafka import TopicPartition

from standing.chain import Check, Since, chain_holds, heads_of, log_of, streams_hold
from standing.fault import Fault
from standing.mirror import deliverable, mirrors
from standing.services import Client, DoesNotAnswer
from standing.topics import ends

COMPARISONS_AT_ONCE = 2
"""For each service, which takes no more at once either."""
Inbox = Mapping[int, Mapping[str, int]]
"""Partition → figures of the inbox."""


async def checks(
    clients: Sequence[Client],
    dsn_of: Any,
    bootstrap: str,
    evicting: bool,
    since: Mapping[str, Since] | None = None,
) -> AsyncIterator[Check]:
    """All checks of all services; run them while nothing is written. ``evicting``: the broker holds only the newest records (the mock).

    ``since``: service → where its log was known to be good; whole logs are checked without it.
    """
    heads: dict[str, dict[int, int]] = {}
    topics = await ends(bootstrap, [client.service.topic for client in clients])
    for client in clients:
        known = (since or {}).get(client.name)
        try:
            async with log_of(client.name, dsn_of(client.name)) as connection:
                heads[client.name] = await heads_of(connection)
                yield await chain_holds(client.name, connection, known, topics[client.service.topic])
                yield await streams_hold(client.name, connection, known)
                topic = client.service.topic
                yield await mirrors(
                    f"{client.name} topic {topic}", f"/{client.name}", topic, connection, bootstrap, heads[client.name], evicting,
                    topics[topic],
                )  # fmt: skip
        except Fault as fault:
            heads.setdefault(client.name, {})
            yield Check(f"{client.name} log", False, str(fault))
    for client in clients:
        reading = await client.progress()
        for source in client.service.sources:
            inbox = {int(p): counts for p, counts in reading["inbox"].get(source.topic, {}).items()}
            if source.owner is not None:
                yield _dense_inbox(client.name, source.topic, inbox, heads.get(source.owner, {}))
            else:
                async with log_of(client.name, dsn_of(client.name)) as connection:
                    yield await _facts_inbox(client.name, source.topic, inbox, bootstrap, connection)
        yield _set_aside(client.name, await client.pages("/v1/admin/set-aside"))
    async for check in _read_models(clients):
        yield check
    for client in clients:
        stuck = {name: n for name, n in (await client.progress())["stuck"].items() if n}
        yield Check(f"{client.name} timers", not stuck, f"stuck: {stuck}" if stuck else "nothing is stuck")


def verdict(all_checks: Collection[Check]) -> str:
    """The closing line."""
    failed = [check.subject for check in all_checks if not check.ok]
    hold = f"verify: {len(all_checks) - len(failed)} of {len(all_checks)} checks hold"
    return f"{hold}; NOT verified: {', '.join(failed)}" if failed else hold


async def _read_models(clients: Sequence[Client]) -> AsyncIterator[Check]:
    """Each read model compared with a rebuild, some of each service at once; however long that takes."""
    compared: list[asyncio.Task[Check]] = []
    for client in clients:
        room = asyncio.Semaphore(COMPARISONS_AT_ONCE)
        compared += [asyncio.create_task(_compared(client, model.name, room)) for model in client.service.read_models]
    try:
        for task in compared:
            yield await task
    finally:
        for task in compared:
            task.cancel()


async def _compared(client: Client, name: str, room: asyncio.Semaphore) -> Check:
    subject = f"{client.name} read model {name}"
    async with room:
        try:
            comparison = await client.post(f"/v1/admin/projections/{name}/comparisons", timeout_s=None)
        except DoesNotAnswer as error:
            return Check(subject, False, f"it was not compared: {error}")
    same = comparison["same_position"] and not comparison["only_rebuilt"] and not comparison["only_live"]
    detail = "a fresh rebuild gives the same rows" if same else (
        f"{comparison['only_rebuilt']} rows only in the rebuilt one, {comparison['only_live']} only in the live one"
        + ("" if comparison["same_position"] else "; events came while comparing")
    )  # fmt: skip
    return Check(subject, same, detail)


def _set_aside(service: str, rows: Sequence[Mapping[str, Any]]) -> Check:
    """What does without which event: shown always, and a fault while nobody has decided that it may."""
    named = "; ".join(
        f"{row['kind']} {row['name']} does without {row['type']} at position {row['position']} of partition {row['partition']}"
        + (" (nobody has decided)" if row["status"] == "waiting" else f" ({row['decision'] or row['cause']})")
        for row in rows
    )
    undecided = any(row["status"] == "waiting" for row in rows)
    return Check(f"{service} set aside", not undecided, named or "no event is set aside")


def _dense_inbox(service: str, topic: str, inbox: Inbox, heads: Mapping[int, int]) -> Check:
    wrong = [
        f"[{p}] at {inbox.get(p, {}).get('position', 0)} of {head}"
        for p, head in heads.items()
        if inbox.get(p, {}).get("position", 0) != head
    ]
    detail = "; ".join(wrong) if wrong else f"every position of {sum(heads.values()):,} taken once"
    return Check(f"{service} inbox {topic}", not wrong, detail)


async def _facts_inbox(service: str, topic: str, inbox: Inbox, bootstrap: str, connection: asyncpg.Connection) -> Check:
    until = (await ends(bootstrap, [topic]))[topic]
    after = {
        TopicPartition(topic, p): at for p, end in until.items() if (at := inbox.get(p, {}).get("kafka_offset", -1) + 1) != end
    }  # fmt: skip
    left = {tp: count for tp, count in (await deliverable(bootstrap, after)).items() if count} if after else {}
    wrong = [] if until else [f"the broker knows no partitions of {topic}"]
    wrong += [
        f"[{tp.partition}] at {after[tp]} of {until[tp.partition]}: {count} not taken" for tp, count in left.items()
    ]
    if wrong:
        return Check(f"{service} inbox {topic}", False, "; ".join(wrong))
    rows = await connection.fetch(
        "SELECT state, count(*) AS messages FROM parked WHERE source = $1 GROUP BY state", topic
    )
    parked = {row["state"]: row["messages"] for row in rows}
    figures = {
        "handled": sum(each["handled"] for each in inbox.values()),
        "repeats": sum(each["repeated"] for each in inbox.values()),
        "mended and handled": parked.get("retried", 0),
        "discarded": parked.get("discarded", 0),
        "parked": parked.get("parked", 0),
    }
    taken = sum(figures.values())
    named = ", ".join(f"{count:,} {what}" for what, count in figures.items() if count or what in ("handled", "repeats"))
    beside = sum(until.values()) - taken
    rest = f"; {beside:,} offsets hold no fact (markers, what was aborted, empty messages)" if beside > 0 else ""
    return Check(f"{service} inbox {topic}", True, f"all {taken:,} facts taken: {named}{rest}")
