"""Proof that nothing is lost, repeated or changed: chains, topics, inboxes and read models, each compared with its source."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

import asyncpg
from aiokafka import TopicPartition

from chassis.kafka_security import KafkaSecurity
from chassis.personal.sealing import holds_personal_data
from standing.actions import actions_hold
from standing.chain import Check, Since, chain_holds, heads_of, log_of, streams_hold
from standing.claimed import claims_hold
from standing.fault import Fault
from standing.indexed import index_holds
from standing.mirror import deliverable, mirrors
from standing.parked_sealed import parked_hold
from standing.quiet import BETWEEN_S, QUIET_WITHIN_S, Reading, Say, reached, wait_until_quiet
from standing.services import Client, DoesNotAnswer
from standing.terminal import console
from standing.topics import ends

COMPARISONS_AT_ONCE = 2
"""For each service, which takes no more at once either."""
COMPARED_AGAIN = 5
"""Times that a read model is compared while events come."""
REACHED_WITHIN_S = 30.0
"""What moves is given so long to reach the heads that were read first."""
MOVED = "not compared: events came while it was, each time"
Inbox = Mapping[int, Mapping[str, int]]
"""Partition → figures of the inbox."""


def _print(sentence: str) -> None:
    console.print(sentence, highlight=False, soft_wrap=True)


async def checks(
    clients: Sequence[Client],
    dsn_of: Any,
    bootstrap: str,
    security: KafkaSecurity,
    evicting: bool,
    since: Mapping[str, Since] | None = None,
    say: Say = _print,
    quiet_within_s: float = QUIET_WITHIN_S,
) -> AsyncIterator[Check]:
    """All checks of all services, once nothing moves; a home that goes on moving is checked up to its heads as they were first.

    ``evicting``: the broker holds only the newest records (the mock). ``since``: service → where its log was known to be good; whole logs
    are checked without it.
    """
    within_s = 0.0 if await wait_until_quiet(clients, bootstrap, security, say, quiet_within_s) else REACHED_WITHIN_S
    heads: dict[str, dict[int, int]] = {}
    topics = await ends(bootstrap, security, [client.service.topic for client in clients])
    for client in clients:
        known = (since or {}).get(client.name)
        try:
            async with log_of(client.name, dsn_of(client.name)) as connection:
                heads[client.name] = await heads_of(connection)
                yield await chain_holds(client.name, connection, known, topics[client.service.topic])
                yield await streams_hold(client.name, connection, known)
                yield await actions_hold(client.name, connection)
                if holds_personal_data(client.service):
                    yield await parked_hold(client.name, connection)
                yield await index_holds(client.service, connection)
                if client.service.claims:
                    yield await claims_hold(client.service, connection)
                topic = client.service.topic
                await reached(client, _has_published(heads[client.name]), within_s)
                yield await mirrors(
                    f"{client.name} topic {topic}", f"/{client.name}", topic, connection, bootstrap, security,
                    heads[client.name], evicting, topics[topic],
                )  # fmt: skip
        except Fault as fault:
            heads.setdefault(client.name, {})
            yield Check(f"{client.name} log", False, str(fault))
    for client in clients:
        for source in client.service.sources:
            if source.owner is not None:
                first = heads.get(source.owner, {})
                inbox = _inbox(await reached(client, _has_taken(source.topic, first), within_s), source.topic)
                # The inbox was read after the heads, so it may be past them, though never past where they are by now.
                now = await _heads_now(source.owner, dsn_of) if within_s else first
                yield _dense_inbox(client.name, source.topic, inbox, first, now)
            else:
                until = (await ends(bootstrap, security, [source.topic]))[source.topic]
                inbox = _inbox(await reached(client, _has_read(source.topic, until), within_s), source.topic)
                async with log_of(client.name, dsn_of(client.name)) as connection:
                    yield await _facts_inbox(client.name, source.topic, inbox, until, bootstrap, security, connection)
        yield _set_aside(client.name, await client.pages("/v1/admin/set-aside"))
    async for check in _read_models(clients):
        yield check
    for client in clients:
        stuck = {name: n for name, n in (await client.progress())["stuck"].items() if n}
        yield Check(f"{client.name} timers", not stuck, f"stuck: {stuck}" if stuck else "nothing is stuck")


async def log_checks(
    addresses: Mapping[str, str], since: Mapping[str, Since] | None = None, partitions: Mapping[str, int] | None = None
) -> AsyncIterator[Check]:
    """The checks that need nothing but the logs. ``addresses``: service → URL of its database; ``partitions``: how many it must have."""
    for service, url in addresses.items():
        known, count = (since or {}).get(service), (partitions or {}).get(service, 0)
        try:
            async with log_of(service, url) as connection:
                yield await chain_holds(service, connection, known, range(count))
                yield await streams_hold(service, connection, known)
                yield await actions_hold(service, connection)
        except Fault as fault:
            yield Check(f"{service} log", False, str(fault))


def mark_of(check: Check) -> str:
    """How a line begins."""
    return "ok  " if check.ok else "----" if check.detail == MOVED else "FAIL"


def verdict(all_checks: Collection[Check]) -> str:
    """The closing line."""
    failed = [check.subject for check in all_checks if not check.ok and check.detail != MOVED]
    moved = [check.subject for check in all_checks if check.detail == MOVED]
    hold = f"verify: {sum(check.ok for check in all_checks)} of {len(all_checks)} checks hold"
    if moved:
        hold += (
            f"; not compared, because events came all the while: {', '.join(moved)}; verify again when nothing moves"
        )
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
        for _ in range(COMPARED_AGAIN):
            try:
                comparison = await client.post(f"/v1/admin/projections/{name}/comparisons", timeout_s=None)
            except DoesNotAnswer as error:
                return Check(subject, False, f"it was not compared: {error}")
            if comparison["same_position"]:
                break
            await asyncio.sleep(BETWEEN_S)
        else:
            return Check(subject, False, MOVED)
    same = not comparison["only_rebuilt"] and not comparison["only_live"]
    detail = "a fresh rebuild gives the same rows" if same else (
        f"{comparison['only_rebuilt']} rows only in the rebuilt one, {comparison['only_live']} only in the live one"
    )  # fmt: skip
    return Check(subject, same, detail)


def _inbox(reading: Reading, topic: str) -> Inbox:
    return {int(p): counts for p, counts in reading["inbox"].get(topic, {}).items()}


def _has_published(heads: Mapping[int, int]) -> Callable[[Reading], bool]:
    return lambda reading: all(reading["relay"].get(str(p), 0) >= head for p, head in heads.items())


def _has_taken(topic: str, heads: Mapping[int, int]) -> Callable[[Reading], bool]:
    return lambda reading: all(_inbox(reading, topic).get(p, {}).get("position", 0) >= h for p, h in heads.items())


def _has_read(topic: str, until: Mapping[int, int]) -> Callable[[Reading], bool]:
    return lambda reading: all(
        _inbox(reading, topic).get(p, {}).get("kafka_offset", -1) + 1 >= end for p, end in until.items()
    )


async def _heads_now(service: str, dsn_of: Any) -> Mapping[int, int]:
    try:
        async with log_of(service, dsn_of(service)) as connection:
            return await heads_of(connection)
    except Fault:
        return {}


def _set_aside(service: str, rows: Sequence[Mapping[str, Any]]) -> Check:
    """What does without which event: shown always, and a fault while nobody has decided that it may."""
    named = "; ".join(
        f"{row['kind']} {row['name']} does without {row['type']} at position {row['position']} of partition {row['partition']}"
        + (" (nobody has decided)" if row["status"] == "waiting" else f" ({row['decision'] or row['cause']})")
        for row in rows
    )
    undecided = any(row["status"] == "waiting" for row in rows)
    return Check(f"{service} set aside", not undecided, named or "no event is set aside")


def _dense_inbox(service: str, topic: str, inbox: Inbox, heads: Mapping[int, int], now: Mapping[int, int]) -> Check:
    """``heads`` of the owner's log before the inbox was read, and ``now`` after it."""
    wrong = [
        f"[{p}] at {inbox.get(p, {}).get('position', 0)} of {head}"
        for p, head in heads.items()
        if not head <= inbox.get(p, {}).get("position", 0) <= now.get(p, head)
    ]
    detail = "; ".join(wrong) if wrong else f"every position of {sum(heads.values()):,} taken once"
    return Check(f"{service} inbox {topic}", not wrong, detail)


async def _facts_inbox(
    service: str, topic: str, inbox: Inbox, until: Mapping[int, int], bootstrap: str, security: KafkaSecurity,
    connection: asyncpg.Connection,
) -> Check:  # fmt: skip
    """``until``: where the topic ended before the inbox was read."""
    after = {
        TopicPartition(topic, p): at for p, end in until.items() if (at := inbox.get(p, {}).get("kafka_offset", -1) + 1) < end
    }  # fmt: skip
    counted = await deliverable(bootstrap, security, after, {tp: until[tp.partition] for tp in after}) if after else {}
    left = {tp: count for tp, count in counted.items() if count}
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
