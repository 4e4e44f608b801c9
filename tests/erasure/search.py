"""Looks for texts in everything that an installation writes: databases, topics, logs, traces and exports, piece by piece."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition

from standing.installation import Installation
from standing.mirror import pages, reader
from standing.topics import ends
from standing_parts import run_program
from standing_parts.kafka import OPERATOR

from ..journeys.test_backup import addresses
from .canaries import ORDERS, forms

PIECE_BYTES = 1 << 20
EXPECTED = {
    "database of customer-svc", "topic customer.events", "file customer-svc.log", "file traces.otlp", "file all.export",
}  # fmt: skip
"""Places that must be among those searched; a search that misses them shows nothing."""


@dataclass
class Search:
    """What was looked through, in bytes by place, and where a text stood."""

    texts: tuple[str, ...]
    places: dict[str, int] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    of_erp: "Search | None" = None

    def look(self, place: str, pieces: Iterable[bytes]) -> None:
        """Pieces of one whole; a text that lies across two of them is found too."""
        wanted = {form: text for text in self.texts for form in forms(text)}
        longest, before = max(map(len, wanted)), b""
        self.places.setdefault(place, 0)
        for piece in pieces:
            self.places[place] += len(piece)
            content = before + piece
            self.hits += [f"{text} stands in the {place}" for form, text in wanted.items() if form in content]
            before = content[-longest:]

    def __str__(self) -> str:
        searched = sum(self.places.values())
        return f"{len(self.hits)} found in {len(self.places)} places, {searched / 1e6:,.0f} MB"


async def search(installation: Installation, folder: Path, texts: tuple[str, ...]) -> Search:
    """Look everywhere. What stands in the topic of the ERP, which answers itself for what it writes there, is noted apart.

    A backup is looked at as the databases that are restored from it: its dumps are compressed.
    """
    found = Search(texts, of_erp=Search(texts))
    for service, url in addresses(installation).items():
        script = folder / f"{service}.sql"
        await asyncio.to_thread(run_program, "pg_dump", url, "--format=plain", f"--file={script}")
        found.look(f"database of {service}", _pieces(script))
        script.unlink()
    await _search_topics(installation, found)
    for file in [*installation.home.glob("*.log"), *folder.glob("*.otlp"), *folder.glob("*.export")]:
        found.look(f"file {file.name}", _pieces(file))
    assert found.places.keys() >= EXPECTED, f"not looked at: {', '.join(EXPECTED - found.places.keys())}"
    return found


async def _search_topics(installation: Installation, found: Search) -> None:
    """Keys, values and headers of all records."""
    bootstrap, security = installation.kafka.bootstrap, installation.kafka.security_of(OPERATOR)
    async with reader(bootstrap, security) as consumer:
        topics = sorted(await consumer.topics())
        for topic, until in (await ends(bootstrap, security, topics)).items():
            for partition, end in until.items():
                tp = TopicPartition(topic, partition)
                start = (await consumer.beginning_offsets([tp]))[tp]
                async for page in pages(consumer, tp, start, end):
                    looked = found.of_erp if topic == ORDERS and found.of_erp is not None else found
                    looked.look(f"topic {topic}", map(_content, page))


def _content(record: Any) -> bytes:
    return (record.key or b"") + (record.value or b"") + repr(record.headers).encode()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
