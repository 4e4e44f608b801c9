"""What the index of look-ups has of an event: marks, hashes of the ids that it names and of the id of what caused it."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any, Literal, get_args

import orjson

from contracts import Event
from contracts.ids import ids_in

Use = Literal["cause", "name"]
"""What an id is for an event: that of the message or the event which caused it, or of something that it tells of."""
_BEGUN = {use: blake2b(digest_size=8, person=use.encode()) for use in get_args(Use)}


def mark_of(use: Use, id: str) -> int:
    """Eight bytes of a hash, as PostgreSQL's bigint holds them. Written down once; another one takes a new index."""
    begun = _BEGUN[use].copy()
    begun.update(id.encode("utf-8", "surrogatepass"))
    return int.from_bytes(begun.digest(), signed=True)


class Marks:
    """Of the events of one service. The entity of a stream has none: all its events are found by the name of the stream."""

    def __init__(self, types: Mapping[tuple[str, int], type[Event]], categories: Collection[str]) -> None:
        self._types = types
        self._categories = frozenset(categories)

    def of(self, row: Any) -> list[int]:
        """Those of an event of the log, each once; ``row`` has by name its stream, type, schema_version, data and meta.

        What is named in an event of a type that nobody knows any more cannot be told; its stream and its cause can.
        """
        kind = self._types.get((row["type"], row["schema_version"]))
        names = ids_in(kind, orjson.loads(row["data"])) if kind is not None else set()
        category, _, entity = row["stream"].partition("-")
        if category in self._categories:
            names.discard(entity)
        else:
            names.add(entity)
        marks = [mark_of("name", each) for each in names]
        cause = orjson.loads(row["meta"]).get("causation_id")
        return [*marks, mark_of("cause", cause)] if cause is not None else marks

    def streams(self, id: str) -> list[str]:
        """The names that a stream of this id, or by this name, can have."""
        return [id, *(f"{category}-{id}" for category in sorted(self._categories))]
