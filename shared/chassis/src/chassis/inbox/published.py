"""CloudEvents 1.0 on Kafka, as our services publish them: binary mode, the value is the event's data as JSON."""

from contracts import Envelope

Headers = list[tuple[str, bytes]]

SCHEMA_URN = "urn:standing:schema"
"""What the names of our schemas begin with, unless a deployment names an address of its own (``STANDING_SCHEMA_BASE``)."""


def schema_uri(kind: str, version: int, base: str = SCHEMA_URN) -> str:
    """The absolute URI of the shape of an event: ``urn:standing:schema:<type>:<version>`` or ``<address>/<type>/<version>``."""
    separator = ":" if base.startswith("urn:") else "/"
    return separator.join((base.rstrip(separator), kind, str(version)))


def headers_of(envelope: Envelope, schema_base: str = SCHEMA_URN) -> Headers:
    """The Kafka headers of a published event."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", envelope.id.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_time", envelope.occurred_at.isoformat().encode()),
        ("ce_subject", envelope.stream.encode()),
        ("ce_dataschema", schema_uri(envelope.type, envelope.schema_version, schema_base).encode()),
        ("ce_partitionkey", envelope.stream.encode()),
        ("ce_position", b"%d" % envelope.position),
        ("ce_version", b"%d" % envelope.version),
        ("ce_recordedtime", envelope.recorded_at.isoformat().encode()),
        ("ce_correlationid", envelope.correlation_id.encode()),
        ("ce_actor", envelope.actor.encode()),
        ("ce_tenant", envelope.tenant.encode()),
        ("content-type", b"application/json"),
    ]
    if envelope.causation_id:
        headers.append(("ce_causationid", envelope.causation_id.encode()))
    if envelope.traceparent:
        headers.append(("traceparent", envelope.traceparent.encode()))
        headers.append(("ce_traceparent", envelope.traceparent.encode()))
    if envelope.tracestate:
        headers.append(("tracestate", envelope.tracestate.encode()))
        headers.append(("ce_tracestate", envelope.tracestate.encode()))
    if envelope.client:
        headers.append(("ce_client", envelope.client.encode()))
    return headers
