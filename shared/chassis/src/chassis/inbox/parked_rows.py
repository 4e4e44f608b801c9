"""Rows of parked messages: opened for the service itself, and shown to people, opened or as they are stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from chassis.handling.parking_lot import Waiting
from chassis.handling.units import Message, Rejection
from chassis.personal.keys import PersonalKeys
from chassis.personal.payloads import Opened, Payload, as_stored, opened_payloads, readable
from contracts.personal import Sealed

COLUMNS = (
    "id AS parked_id, source, partition, position, key, type, headers, value, layout, code, reason, attempts AS attempt_count,"
    " repeats AS repeat_count, state AS status, parked_at, resolved_at, resolved_by, resolution, edited_headers, edited_value,"
    " edited_layout, edited_by"
)
_WHOLE = ("headers", "value", "layout", "edited_headers", "edited_value", "edited_layout")
_OBJECT = re.compile(r'\{[^{}]*"sealed"[^{}]*\}')


@dataclass(frozen=True)
class ParkedRow:
    """A row: as received and, where an operator edited it, as edited; each as it is stored, and opened."""

    row: asyncpg.Record
    stored: tuple[Payload, ...]
    opened: tuple[Opened, ...]

    @property
    def original(self) -> Message:
        """As received, as far as it opens."""
        return self._message(self.opened[0])

    @property
    def waiting(self) -> Waiting:
        """As a retry handles it."""
        current = self.opened[-1]
        return Waiting(self.row["parked_id"], self._message(current), self.row["edited_by"], lost_of(current))

    def shown(self, shown_max: int | None, opens: bool) -> dict[str, Any]:
        """In readable form: the value as text, cut at ``shown_max`` characters; what is sealed as its text where ``opens``."""
        contents: list[dict[str, Any]] = [
            {"headers": dict(opened.headers), "value": readable(opened.value)} if opens else as_stored(stored)
            for stored, opened in zip(self.stored, self.opened, strict=True)
        ]
        for each in contents:
            each["value"] = each["value"][:shown_max]
        return {
            **{name: value for name, value in self.row.items() if name not in _WHOLE},
            **contents[0],
            "byte_count": self.opened[0].byte_count,
            "sealed_subjects": sorted({subject for each in self.opened for subject in each.subjects}),
            "lost_subjects": sorted({subject for each in self.opened for subject in each.lost}),
            **({"edited": contents[1]} if len(contents) > 1 else {}),
        }

    def _message(self, opened: Opened) -> Message:
        row = self.row
        headers = {name: text for name, text in opened.headers.items() if text is not None}
        return Message(row["source"], row["partition"], row["position"], row["key"], headers, opened.value)


async def read_rows(keys: PersonalKeys | None, rows: Sequence[asyncpg.Record]) -> list[ParkedRow]:
    """The rows, with one query for the keys of all persons in them."""
    stored = [payloads_of(row) for row in rows]
    opened = iter(await opened_payloads(keys, [payload for payloads in stored for payload in payloads]))
    return [
        ParkedRow(row, payloads, tuple(next(opened) for _ in payloads))
        for row, payloads in zip(rows, stored, strict=True)
    ]


def payloads_of(row: asyncpg.Record) -> tuple[Payload, ...]:
    """A row's message as received and, where it was edited, as edited; as they are stored."""
    received = Payload(row["headers"], bytes(row["value"]), row["layout"])
    if row["edited_by"] is None:
        return (received,)
    return received, Payload(row["edited_headers"], bytes(row["edited_value"]), row["edited_layout"])


def lost_of(opened: Opened) -> Rejection | None:
    """Why a message cannot be handled as it came: something in it opens no more. None where all of it opens."""
    if not opened.lost:
        return None
    erased = all(lost.cause == "erased" for lost in opened.lost.values())
    reasons = " ".join(lost.reason for _, lost in sorted(opened.lost.items()))
    return Rejection(
        "erased" if erased else "cannot-be-opened",
        f"{reasons} What the message says there is gone, so it cannot be handled as it came: edit it, with a whole value of its own, or"
        " discard it.",
    )


def put_back(value: str, found: Mapping[Sealed, bytes]) -> bytes:
    """A value that an operator gives, with what it leaves sealed as it was shown in the form in which it came."""
    written = {(sealed.sealed, sealed.subject, sealed.key): content for sealed, content in found.items()}

    def content_of(shown: re.Match[str]) -> str:
        try:
            document = orjson.loads(shown[0])
            return readable(written[document["sealed"], document["subject"], document["key"]])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return shown[0]

    return _OBJECT.sub(content_of, value).encode()
