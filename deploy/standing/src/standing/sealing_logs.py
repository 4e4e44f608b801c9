"""A log copied with its personal texts sealed: same events, same places, other hashes. What was written in clear never enters the copy."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson

from chassis.personal.cipher import PersonKey, new_secret
from chassis.personal.keys import PersonalKeys
from chassis.policies import Policy
from chassis.service import Service
from chassis.storage.database import Connection
from chassis.storage.log import chained, genesis
from contracts import Event
from contracts.data_subjects import UnknownSubject, places_of, with_each
from contracts.fields import STORED
from contracts.personal import IN_CLEAR, Clear, Sealed
from contracts.policy import PolicyEntryChanged
from standing.chain import places_of as heads_in
from standing.erasures import erasures_of
from standing.fault import Fault
from standing.sealing_parked import seal_parked

AT_ONCE = 500
COLUMNS = (
    "partition", "position", "stream", "version", "type", "schema_version", "data", "meta", "event_id", "correlation_id",
    "occurred_at", "recorded_at", "hash",
)  # fmt: skip
_READ = f"SELECT {', '.join(COLUMNS)} FROM event ORDER BY partition, position"


@dataclass
class Copied:
    """What came of a copy."""

    events: int = 0
    sealed: int = 0
    """Events in which texts were sealed."""
    parked: int = 0
    """Parked messages in which something was sealed."""
    persons: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    """The texts that stood in clear."""


async def copy_log(service: Service, old: asyncpg.Connection, new: asyncpg.Pool, keys: PersonalKeys) -> Copied:
    """Write the events of a log into an empty one, sealed, and compare both. Raises Fault for what cannot be sealed, or differs."""
    copied, heads = Copied(), {p: genesis(p) for p in await heads_in(old)}
    sealer = Sealer(
        service, keys, {each.subject: each.recorded_at for each in await erasures_of(old) if each.is_erasure}
    )
    async for rows in _pages(old):
        events = [sealer.typed(row) for row in rows]
        await sealer.fetch(events, rows)
        records = []
        for row, event in zip(rows, events, strict=True):
            data = row["data"] if event is None else sealer.sealed(row, event)
            written = {**row, "data": data}
            heads[row["partition"]] = written["hash"] = chained(heads[row["partition"]], written)
            records.append(tuple(written[name] for name in COLUMNS))
            copied.sealed += data != row["data"]
        await new.copy_records_to_table("event", records=records, columns=COLUMNS)
        copied.events += len(rows)
    for partition, digest in heads.items():
        await new.execute("UPDATE log_partition SET head_hash = $2 WHERE partition = $1", partition, digest)
    copied.parked = await seal_parked(service, new, sealer)
    await sealer.note_destroyed(new)
    copied.persons, copied.texts = sealer.persons, sealer.texts
    await _same(service, old, new, sealer)
    return copied


async def _pages(connection: Connection) -> AsyncIterator[list[dict[str, Any]]]:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        cursor = await connection.cursor(_READ)
        while rows := await cursor.fetch(AT_ONCE):
            yield [dict(row) for row in rows]


class Sealer:
    """Seals with the keys of a service; what tells of somebody who was erased afterwards, with a key that nobody ever has."""

    def __init__(self, service: Service, keys: PersonalKeys, erased: Mapping[str, datetime]) -> None:
        self._service, self._keys, self._erased = service, keys, erased
        self._policies = {kind.NAME: kind for kind in service.policies}
        self.live: dict[str, PersonKey] = {}
        self.forgotten: dict[str, PersonKey] = {}
        self.persons: set[str] = set()
        self.texts: set[str] = set()

    def typed(self, row: Mapping[str, Any]) -> Event | Policy | dict[str, Any] | None:
        """What of an event has personal texts: the event, or the policy in it, or an entry of one by its key; None where nothing can."""
        kind = self._service.event_types.get((row["type"], row["schema_version"]))
        if kind is None:
            raise Fault(f"{self._service.name} does not know {row['type']} version {row['schema_version']}.")
        if row["stream"].startswith("policy-") and '"document"' in row["data"]:
            document = orjson.loads(row["data"])
            policy = self._policies.get(document.get("name", ""))
            if policy is None or not places_of(policy):
                return None
            return policy.model_validate(document["document"], context=STORED)
        if issubclass(kind, PolicyEntryChanged):
            changed = kind.from_log(row["data"])
            policy = self._policies.get(changed.name)
            entry = changed.entry if policy is None else policy.entry_of(changed.entry)
            return {changed.key: entry} if places_of(type(entry)) else None
        return kind.from_log(row["data"]) if places_of(kind) else None

    async def fetch(self, events: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """The keys that these events need; who has none gets one."""
        wanted: set[str] = set()
        for row, event in zip(rows, events, strict=True):

            def note(personal: Sealed | Clear, subject: str, row: Mapping[str, Any] = row) -> Sealed | Clear:
                if isinstance(personal, Clear) and not self._is_forgotten(subject, row):
                    wanted.add(subject)
                return personal

            self._each(event, note, row)
        if missing := wanted - self.live.keys():
            self.live |= (await self._keys.made_for(missing, datetime.now(UTC))).live
        for subject in self._erased.keys() - self.forgotten.keys():
            numbers = [row.number for row in await self._keys.shown(subject)]
            self.forgotten[subject] = PersonKey(subject, max(numbers, default=0) + 1, new_secret())

    def sealed(self, row: Mapping[str, Any], event: Event | Policy | dict[str, Any]) -> str:
        """The data of an event with its texts sealed, all else as it stands."""

        def seal(personal: Sealed | Clear, subject: str) -> Sealed | Clear:
            if isinstance(personal, Sealed):
                return personal
            self.persons.add(subject)
            self.texts.add(personal.text)
            key = self.forgotten[subject] if self._is_forgotten(subject, row) else self.live[subject]
            return key.seal(personal.text)

        after = self._each(event, seal, row)
        if after is event or after is None:
            return str(row["data"])
        was, becomes = (_document_of(each) for each in (event, after))
        document = orjson.loads(row["data"])
        if isinstance(event, Policy):
            document["document"] = _merged(document["document"], was, becomes, row)
        elif isinstance(event, dict):
            document["entry"] = _merged(document["entry"], was, becomes, row)
        else:
            document = _merged(document, was, becomes, row)
        return orjson.dumps(document).decode()

    async def keys_for(self, subjects: set[str], at: datetime) -> dict[str, PersonKey]:
        """The keys that seal what came at an instant; who has none gets one."""
        gone = {subject for subject in subjects if subject in self.forgotten and at <= self._erased[subject]}
        if missing := subjects - gone - self.live.keys():
            self.live |= (await self._keys.made_for(missing, datetime.now(UTC))).live
        self.persons |= gone
        return {subject: (self.forgotten if subject in gone else self.live)[subject] for subject in subjects}

    def opened(self, value: Any, place: str) -> Any:
        """A value of the copy as it was before. Raises Fault for what does not open."""
        if isinstance(value, list):
            return [self.opened(each, place) for each in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"sealed", "subject", "key"}:
            sealed = Sealed.model_validate(value)
            mine = [
                key for key in (self.live.get(sealed.subject), self.forgotten.get(sealed.subject)) if key is not None
            ]
            fits = [key for key in mine if key.number == sealed.key]
            return fits[0].open(sealed) if fits else value
        return {name: self.opened(each, place) for name, each in value.items()}

    async def note_destroyed(self, new: asyncpg.Pool) -> None:
        """The keys that nobody has are on record as destroyed, so that no other one gets their numbers."""
        now = datetime.now(UTC)
        await new.executemany(
            "INSERT INTO personal_key (subject, number, made_at, destroyed_at) VALUES ($1, $2, $3, $3)",
            [(key.subject, key.number, now) for key in self.forgotten.values() if key.subject in self.persons],
        )

    def _is_forgotten(self, subject: str, row: Mapping[str, Any]) -> bool:
        return subject in self._erased and row["recorded_at"] <= self._erased[subject]

    @staticmethod
    def _each(event: Any, change: Any, row: Mapping[str, Any]) -> Any:
        try:
            return None if event is None else with_each(event, change)
        except UnknownSubject as error:
            raise Fault(f"The event {row['event_id']} ({row['type']}) cannot be sealed: {error}") from error


def _document_of(event: Event | Policy | Mapping[str, Any]) -> Any:
    """As JSON, with its texts in clear; of an entry by its key the entry."""
    value = next(iter(event.values())) if isinstance(event, Mapping) else event
    return value.model_dump(mode="json", context=IN_CLEAR)


def _merged(original: Any, before: Any, after: Any, row: Mapping[str, Any]) -> Any:
    """The original with what ``after`` has otherwise than ``before`` in its place."""
    if before == after:
        return original
    if isinstance(before, dict) and isinstance(after, dict) and isinstance(original, dict):
        return {name: _merged(each, before.get(name), after.get(name), row) for name, each in original.items()}
    if isinstance(before, list) and isinstance(after, list) and isinstance(original, list):
        return [_merged(*each, row) for each in zip(original, before, after, strict=True)]
    if original != before:
        raise Fault(
            f"The event {row['event_id']} ({row['type']}) has another shape than it is read with; it was not sealed."
        )
    return after


async def _same(service: Service, old: asyncpg.Connection, new: asyncpg.Pool, sealer: Sealer) -> None:
    """Compare each event of both logs: equal but for the hash, and for sealed texts, which open to what stood there."""
    async with new.acquire() as connection:
        copies = _pages(connection)
        async for rows in _pages(old):
            for one, other in zip(rows, await anext(copies), strict=True):
                place = f"{service.name}, partition {one['partition']}, position {one['position']}"
                if any(one[name] != other[name] for name in COLUMNS if name not in ("data", "hash")):
                    raise Fault(f"The copy differs from the log: {place}.")
                same = one["data"] == other["data"]
                if not same and sealer.opened(orjson.loads(other["data"]), place) != orjson.loads(one["data"]):
                    raise Fault(f"The copy differs from the log in more than what is sealed: {place}.")
