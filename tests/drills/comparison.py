"""What a site ended with, in a form that two runs of the same facts share: no generated ids, no order between streams."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from chassis.service import Service
from standing.chain import Check
from standing.services import ALL
from standing.verify import checks

from .replicas import Site

GENERATED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DELIVER_AT = re.compile(r'("deliver_at": ?")[^"]*')
POSITION = re.compile(r'("position": ?)\d+')
SHOWN, SHORT = 5, 160
OF_MANY = ("item-",)
"""Streams to which the facts of many partners lead at once. Who comes first is open, and so are the states that they pass through;
how many events they have and where they end is not."""
OF_MANY_ITEMS = ("digest-",)
"""Streams that collect what happened to many partners: which of them comes first is open, and each event names its round."""
ALLOWED_PARKED = {"facts-lost", "foreign"}
"""Tells of records that the broker lost, whose facts the sender sent again, and of those that somebody forged."""


@dataclass(frozen=True)
class Ending:
    """``logs``: service → stream → its events in order; ``tables``: service.read model → row → how often; ``parked``: service → key →
    codes in order; ``handled``: service.source → messages that were handled, repeats apart."""

    logs: Mapping[str, Mapping[str, list[str]]]
    tables: Mapping[str, Mapping[str, int]]
    parked: Mapping[str, Mapping[str, list[str]]]
    handled: Mapping[str, int]

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", compresslevel=3) as file:
            json.dump(self.__dict__, file)

    @staticmethod
    def read(path: Path) -> "Ending":
        with gzip.open(path, "rt") as file:
            return Ending(**json.load(file))

    @property
    def events(self) -> int:
        return sum(len(events) for streams in self.logs.values() for events in streams.values())


async def ending(site: Site) -> Ending:
    """Read a quiet site."""
    logs, tables, parked, handled = {}, {}, {}, {}
    for service in ALL:
        connection = await asyncpg.connect(site.dsn(service.name))
        try:
            logs[service.name] = await _log(connection, service)
            parked[service.name] = await _parked(connection)
            for model in service.read_models:
                tables[f"{service.name} {model.name}"] = await _table(connection, service, model)
            for row in await connection.fetch("SELECT source, sum(handled) AS handled FROM inbox GROUP BY source"):
                handled[f"{service.name} {row['source']}"] = int(row["handled"]) - site.tombstones[row["source"]]
        finally:
            await connection.close()
    return Ending(logs, tables, parked, handled)


SEALED = re.compile(r'("sealed":\s*")[^"]*')


def stable(text: str) -> str:
    """Without what differs from run to run: generated ids, the place among the events of other streams, and the instant from which
    a notice may leave, which follows the clock of whoever recorded its cause. When it left is compared. What is sealed is sealed
    with the keys of the run."""
    text = SEALED.sub(r"\1·", text)
    return POSITION.sub(r"\1·", DELIVER_AT.sub(r"\1·", GENERATED.sub("·", text)))


async def _log(connection: asyncpg.Connection, service: Service) -> dict[str, list[str]]:
    """Of each stream first what facts made of it, then what timers did, each in its order: where a timer comes to its turn among the
    facts of a wave is open, for it looks when it finds time. A timer that keeps no order with the others stands by itself."""
    alone = {f"timer/{todo.name}" for todo in service.todo_lists if not todo.in_time_order}
    streams: dict[str, list[str]] = {}
    timed: dict[str, dict[str, list[str]]] = {}
    last: dict[str, str] = {}
    unnamed: dict[str, list[str]] = {}
    async with connection.transaction():
        async for row in connection.cursor(
            "SELECT stream, type, schema_version, data::text AS data, meta::json->>'actor' AS actor FROM event"
            " ORDER BY partition, stream, version",
            prefetch=5_000,
        ):
            stream, told = row["stream"], stable(f"{row['type']}/{row['schema_version']} {row['data']}")
            events = streams.setdefault(stream, [])
            if (row["actor"] or "").startswith("timer/"):
                by = row["actor"] if row["actor"] in alone else ""
                events = timed.setdefault(stream, {}).setdefault(by, [])
            events.append(told)
            last[stream] = told
    for stream in streams:
        streams[stream] += [event for _, events in sorted(timed.get(stream, {}).items()) for event in events]
        if stream.startswith(OF_MANY):
            streams[stream] = [*("some state" for _ in streams[stream][1:]), last[stream]]
        elif stream.startswith(OF_MANY_ITEMS):
            streams[stream].sort()
    for stream in [stream for stream in streams if stable(stream) != stream]:
        unnamed.setdefault(stable(stream), []).append("\n".join(streams.pop(stream)))
    return streams | {name: sorted(source_guard) for name, source_guard in unnamed.items()}


async def _parked(connection: asyncpg.Connection) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for row in await connection.fetch("SELECT source, key, code, headers FROM parked ORDER BY id"):
        if row["code"] not in ALLOWED_PARKED:
            fact = orjson.loads(row["headers"]).get("ce_id", "")
            keys.setdefault(f"{row['source']} {row['key']}", []).append(f"{row['code']} {fact}")
    return keys


async def _table(connection: asyncpg.Connection, service: Service, model: Any) -> dict[str, int]:
    rows: Counter[str] = Counter()
    # Without the partition: a stream that is named by a generated id lies in another one each time.
    columns = ", ".join(model.column_names())
    for row in await connection.fetch(
        f"SELECT row_to_json(r)::text AS row FROM (SELECT {columns} FROM {model.view}) r"
    ):
        rows[stable(row["row"])] += 1
    return dict(rows)


def differences(oracle: Ending, found: Ending) -> tuple[int, int, list[str]]:
    """(events and rows lost, events and rows too many, the first of them as sentences)."""
    lost = repeated = 0
    told: list[str] = []
    for name, expected in oracle.logs.items():
        less, more, texts = _streams(name, expected, found.logs[name])
        lost, repeated, told = lost + less, repeated + more, told + texts
    for name, expected_rows in oracle.tables.items():
        missing, extra = Counter(expected_rows), Counter(found.tables[name])
        missing, extra = missing - extra, extra - missing
        lost, repeated = lost + missing.total(), repeated + extra.total()
        told += [f"read model {name} lacks {row}" for row in list(missing)[:SHOWN]]
        told += [f"read model {name} has besides {row}" for row in list(extra)[:SHOWN]]
    for name, expected_keys in oracle.parked.items():
        if expected_keys != found.parked[name]:
            less, more, texts = _streams(f"{name} parked", expected_keys, found.parked[name])
            lost, repeated, told = lost + less, repeated + more, told + texts
    for name, count in oracle.handled.items():
        if found.handled.get(name) != count:
            told.append(f"inbox {name}: {found.handled.get(name)} messages handled, undisturbed {count}")
            lost, repeated = (
                lost + (found.handled.get(name, 0) < count),
                repeated + (found.handled.get(name, 0) > count),
            )
    return lost, repeated, told


def _first_other(found: Sequence[str], expected: Sequence[str]) -> tuple[str, str]:
    return next((one[:SHORT], other[:SHORT]) for one, other in zip(found, expected, strict=True) if one != other)


def _streams(
    name: str, expected: Mapping[str, list[str]], found: Mapping[str, list[str]]
) -> tuple[int, int, list[str]]:
    lost = repeated = 0
    told: list[str] = []
    for stream in sorted(expected.keys() | found.keys()):
        one, other = expected.get(stream, []), found.get(stream, [])
        if one == other:
            continue
        missing, extra = Counter(one) - Counter(other), Counter(other) - Counter(one)
        lost, repeated = lost + missing.total(), repeated + extra.total()
        if len(told) < SHOWN:
            what = (
                "another order: {} where {} stood".format(*_first_other(other, one))
                if not missing and not extra
                else f"lacks {list(missing)[:2]}, has besides {list(extra)[:2]}"
            )
            told.append(f"{name} {stream}: {len(one)} undisturbed, {len(other)} here; {what}")
    return lost, repeated, told


def _of_forgery(site: Site, check: Check) -> bool:
    """Whether a check found what a fault forged, and found all else equal to the log."""
    topics = [f"{name} topic {name.removesuffix('-svc')}.events" for name in site.forged]
    found = ("events equal the log, in order", "; 1 records claim positions")
    return check.subject in topics and all(text in check.detail for text in found)


async def proof(site: Site, rebuilt: bool) -> list[str]:
    """What ``standing verify`` finds wrong: chains, topics against logs, inboxes; with ``rebuilt`` also read models against a rebuild,
    which a comparison with such a run proves as well."""
    wrong: list[str] = []
    async for check in checks(
        site.clients, site.dsn, site.kafka.bootstrap, site.kafka.security, evicting=not site.kafka.real
    ):
        if not check.ok and not _of_forgery(site, check):
            wrong.append(f"{check.subject}: {check.detail}")
        if " read model " in check.subject and not rebuilt:
            break
    return wrong
