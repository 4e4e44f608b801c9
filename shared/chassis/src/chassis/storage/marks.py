"""What the index of look-ups has of an event: marks, hashes of the ids that it names and of the id of what caused it."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Literal

import orjson

from contracts import Event
from contracts.ids import ids_in

Use = Literal["cause", "name"]
"""What an id is for an event: that of the message or the event which caused it, or of something that it tells of."""
Types = Mapping[tuple[str, int], type[Event]]


def mark_of(use: Use, id: str) -> int:
    """Eight bytes of a hash, as PostgreSQL's bigint holds them. Written down once; another one takes a new index."""
    digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8, person=use.encode()).digest()
    return int.from_bytes(digest, signed=True)


def marks_of(types: Types, row: Mapping[str, Any]) -> list[int]:
    """The marks of an event of the log, each once; ``row`` has its stream, type, schema_version, data and meta.

    What is named in an event of a type that nobody knows any more cannot be told; its stream and cause can.
    """
    category, _, entity = row["stream"].partition("-")
    names = {row["stream"], entity or category}
    if (kind := types.get((row["type"], row["schema_version"]))) is not None:
        names |= ids_in(kind, orjson.loads(row["data"]))
    marks = [mark_of("name", each) for each in names]
    cause = orjson.loads(row["meta"]).get("causation_id")
    return [*marks, mark_of("cause", cause)] if cause is not None else marks
