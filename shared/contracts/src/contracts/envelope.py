"""What surrounds an event: the base of every contract, and its place and provenance."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from pydantic import ConfigDict

from contracts.fields import STORED
from contracts.figures import PlainModel


class Event(PlainModel):
    """A fact that was published and can never be changed.

    ``TYPE`` is the name on the wire (``supplier.SupplierGraded``), ``VERSION`` the version of its shape. A field may be
    added with a default inside a version; anything else is a new version, and the old class stays to read the past.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    FORMER_TYPES: ClassVar[tuple[str, ...]] = ()
    """Names under which it was published earlier; logs and topics still hold them, so they are read for ever."""

    @classmethod
    def types(cls) -> tuple[str, ...]:
        """Every name on the wire that means this event, its own first."""
        return (cls.TYPE, *cls.FORMER_TYPES)

    @classmethod
    def from_log(cls, data: str | bytes) -> Self:
        """The event of a log, or of the topic that mirrors one; bounds that are younger than the log do not apply."""
        return cls.model_validate_json(data, context=STORED)


class Part(PlainModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The place of an event in a log, and its provenance.

    ``position`` is dense inside ``(source, partition)`` for the services of Standing; for the topics of other systems it is
    the Kafka offset + 1. ``occurred_at`` is when it was true in the business, ``recorded_at`` when its owner learned of it.
    ``client`` is the program by which an HTTP request came, and for whom it had its token where that is not the actor.
    """

    id: str
    source: str
    type: str
    schema_version: int
    stream: str
    partition: int
    position: int
    version: int
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None = None
    actor: str = "system"
    tenant: str = "default"
    traceparent: str | None = None
    tracestate: str | None = None
    client: str | None = None
