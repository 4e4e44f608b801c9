"""An event as operators are shown it: as its message has it, with the sentences in it that the service composed."""

from collections.abc import Sequence
from typing import Any

import orjson
from typing_extensions import TypedDict

from chassis.inbox.feed import as_feed
from chassis.sentences import Sentence, Statement, statements_in
from chassis.storage.log import StoredEvent


class Logged(TypedDict):
    """An event with the headers and the data of its message."""

    key: str
    headers: dict[str, str]
    data: dict[str, Any]


class Step(Logged):
    """``sentences``: those of the texts in ``data`` that the service composed, by their path, with code and parameters."""

    sentences: dict[str, list[Statement]]


def as_step(stored: StoredEvent, catalogue: Sequence[Sentence]) -> dict[str, Any]:
    """An event as ``Step``."""
    found = statements_in(orjson.loads(stored.data), catalogue)
    spoken = {path: [each.model_dump() for each in sentences] for path, sentences in found.items()}
    return {**as_feed(stored), "sentences": spoken}
