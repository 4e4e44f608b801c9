"""The golden samples as messages on the wire, and what an SDK must make of them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis.inbox.cloudevents import read
from chassis.inbox.published import headers_of
from contracts import EVENTS, OWNERS, Envelope, Event, erp

GOLDEN = Path(__file__).parents[2] / "shared" / "contracts" / "golden"
NOON = datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"


@dataclass(frozen=True)
class Sample:
    """A golden sample: an event's class, and its data as it is published."""

    kind: type[Event]
    data: bytes

    @property
    def name(self) -> str:
        return f"{self.kind.TYPE}.v{self.kind.VERSION}"

    @property
    def envelope(self) -> Envelope:
        owner = next((name for name, module in OWNERS.items() if self.kind in module.EVENTS), "erp")
        return Envelope(
            "018f3b1e-7a00-7000-8000-000000000001", f"/{owner}", self.kind.TYPE, self.kind.VERSION, "stream-Ä/1", 3, 41, 7, NOON, NOON,
            "journey-1", "cause-1", "ann", "default", TRACE, STATE, "erp-bridge for erp",
        )  # fmt: skip

    @property
    def headers(self) -> dict[str, bytes]:
        """The headers of the published message."""
        return dict(headers_of(self.envelope))

    @property
    def attributes(self) -> dict[str, str]:
        """What an SDK must find in the published message, besides the time and the content type."""
        return {
            "specversion": "1.0", "id": self.envelope.id, "source": self.envelope.source, "type": self.kind.TYPE,
            "subject": "stream-Ä/1", "dataschema": f"urn:standing:schema:{self.kind.TYPE}:{self.kind.VERSION}",
            "partitionkey": "stream-Ä/1", "position": "41", "version": "7", "correlationid": "journey-1", "causationid": "cause-1",
            "actor": "ann", "tenant": "default", "traceparent": TRACE, "tracestate": STATE, "client": "erp-bridge for erp",
        }  # fmt: skip

    @property
    def fact(self) -> dict[str, Any]:
        """The attributes with which another system sends the sample as a fact."""
        return {
            "specversion": "1.0", "id": "4711/1", "source": "/erp", "type": self.kind.TYPE, "subject": "C-1",
            "dataschema": "https://schemas.example.com/fact.json", "datacontenttype": "application/json", "partitionkey": "C-1",
            "traceparent": TRACE, "tracestate": STATE,
        }  # fmt: skip

    def check_taken(self, headers: dict[str, str], value: bytes) -> None:
        """A message that an SDK wrote is read here as the fact that it is."""
        incoming = read({name.lower(): text for name, text in headers.items()}, value, own=False)
        assert (incoming.id, incoming.source, incoming.type) == ("4711/1", "/erp", self.kind.TYPE)
        assert (incoming.subject, incoming.schema_version) == ("C-1", 1)
        assert (incoming.traceparent, incoming.tracestate) == (TRACE, STATE)
        assert abs((incoming.time - NOON).total_seconds()) < 0.001
        assert self.kind.model_validate_json(incoming.data) == self.kind.model_validate_json(self.data)


def _sample(kind: type[Event]) -> Sample:
    return Sample(kind, (GOLDEN / f"{kind.TYPE}.v{kind.VERSION}.json").read_bytes())


PUBLISHED = [_sample(kind) for kind in EVENTS if kind not in erp.EVENTS]
FACTS = [_sample(kind) for kind in erp.EVENTS]


def same_json(one: Any, other: bytes) -> bool:
    """Whether an SDK's data is what the sample says."""
    found = json.loads(one) if isinstance(one, str | bytes) else one
    return bool(found == json.loads(other))
