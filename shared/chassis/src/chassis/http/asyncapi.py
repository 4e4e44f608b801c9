"""What services publish and listen to, as an AsyncAPI 3 document made from the contracts: one service, or all together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from chassis.inbox.published import SCHEMA_URN, schema_uri
from chassis.kafka_security import KafkaSecurity
from chassis.reactions import Source
from chassis.service import Service
from contracts import Event

Document = dict[str, Any]

BINARY = """\
CloudEvents 1.0 in binary mode: attributes are headers, the value is the event's data as JSON. Facts of other systems may come in structured
mode (application/cloudevents+json) as well. A repeat has the same ce_source and ce_id; what cannot be read is parked with the reason.
"""
_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}
_COMMON: Mapping[str, tuple[Document, str]] = {
    "ce_specversion": ({"type": "string", "const": "1.0"}, "the version of CloudEvents"),
    "ce_id": (_TEXT, "unique within ce_source; the same whenever the event is sent again"),
    "ce_source": (_TEXT, "the system that it comes from"),
    "ce_type": (_TEXT, "the name of the message"),
    "ce_time": (_INSTANT, "when it was true"),
    "content-type": (_TEXT, "application/json"),
    "ce_correlationid": (_TEXT, "the journey that it belongs to"),
    "traceparent": (_TEXT, "W3C Trace Context"),
    "tracestate": (_TEXT, "W3C Trace Context: what systems on the way have added to the trace"),
}
_OWN: Mapping[str, tuple[Document, str]] = {
    "ce_subject": (_TEXT, "the stream that it belongs to, which is the key of the record"),
    "ce_dataschema": (_TEXT, "the absolute URI of the shape of the data, with its version"),
    "ce_position": (
        {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "its place in the partition of the log: dense, from 1",
    ),
    "ce_version": ({"type": "string", "pattern": "^[1-9][0-9]*$"}, "its place in its stream"),
    "ce_recordedtime": (_INSTANT, "when its owner recorded it"),
    "ce_causationid": (_TEXT, "the message or event that caused it"),
    "ce_actor": (_TEXT, "in whose name"),
    "ce_tenant": (_TEXT, "whose data it is"),
    "ce_client": (_TEXT, "the program whose request over HTTP it came from"),
}
_NEEDED_OF_OTHERS = ("ce_specversion", "ce_id", "ce_source", "ce_type")
_SCHEMAS = "#/components/schemas/{model}"


Broker = tuple[str, KafkaSecurity]
"""The addresses of a Kafka, and how it is reached."""


def document_of(services: Sequence[Service], title: str, version: str, broker: Broker | None = None) -> Document:
    """The AsyncAPI document of one service, or of several that share their topics. ``broker``: where it runs, which no contract says."""
    schemes = broker[1].schemes() if broker is not None else {}
    topics = _topics(services)
    schemas, payloads = _schemas({event for events in topics.values() for event in events})
    published = {service.topic for service in services} | {
        source.topic for service in services for source in service.sources if source.owner
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version, "description": BINARY.strip()},
        "defaultContentType": "application/json",
        **({"servers": _servers(*broker)} if broker is not None else {}),
        "channels": {topic: _channel(topic, events, topic in published) for topic, events in topics.items()},
        "operations": {name: operation for service in services for name, operation in _operations(service)},
        "components": {
            "messages": {
                message_name(event): _message(event, payloads[event], topic in published)
                for topic, events in topics.items()
                for event in events
            },
            "schemas": {
                "HeadersOfAFact": _headers(_COMMON, _NEEDED_OF_OTHERS),
                "HeadersOfAnEvent": _headers(
                    {**_COMMON, **_OWN}, (*_NEEDED_OF_OTHERS, "ce_time", "ce_position", "ce_subject")
                ),
                **schemas,
            },
            **({"securitySchemes": schemes} if schemes else {}),
        },
    }


def _servers(bootstrap: str, security: KafkaSecurity) -> Document:
    login = [{"$ref": f"#/components/securitySchemes/{name}"} for name in security.schemes()]
    server: Document = {
        "protocol": "kafka-secure" if security.encrypted else "kafka",
        **({"security": login} if login else {}),
    }
    return {f"broker-{number}": {"host": host, **server} for number, host in enumerate(bootstrap.split(","), 1)}


def message_name(event: type[Event]) -> str:
    """``owner.EventName.v1``."""
    return f"{event.TYPE}.v{event.VERSION}"


def _topics(services: Sequence[Service]) -> dict[str, tuple[type[Event], ...]]:
    """Topic → what stands on it; of another service's topic only what one of these reacts to: the rest is in its own document."""
    topics = {service.topic: service.events for service in services}
    for source in (source for service in services for source in service.sources):
        heard = tuple(event for event in source.events if source.owner is None or event in source.reactions)
        if source.topic not in topics:
            topics[source.topic] = heard
        elif all(service.topic != source.topic for service in services):
            topics[source.topic] = tuple(dict.fromkeys((*topics[source.topic], *heard)))
    return dict(sorted(topics.items()))


def _channel(topic: str, events: Iterable[type[Event]], ours: bool) -> Document:
    about = (
        "Events of one of our services, partitioned like its log"
        if ours
        else "Facts of other systems, keyed by the partner's id"
    )
    return {
        "address": topic,
        "description": f"{about}.",
        "messages": {message_name(event): {"$ref": f"#/components/messages/{message_name(event)}"} for event in events},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _operations(service: Service) -> Iterable[tuple[str, Document]]:
    yield (
        f"{service.name}.publishes",
        _operation("send", service.topic, service.events, f"What {service.name} decides."),
    )
    for source in service.sources:
        reacted = tuple(event for event in source.events if event in source.reactions)
        if reacted:
            yield (
                f"{service.name}.hears.{source.topic}",
                _operation("receive", source.topic, reacted, _heard(service, source)),
            )


def _heard(service: Service, source: Source) -> str:
    return f"{service.name} reacts to these; " + (
        "others of the topic are passed over." if source.owner else "an unknown type is parked."
    )


def _operation(action: str, topic: str, events: Iterable[type[Event]], summary: str) -> Document:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{_pointer(topic)}"},
        "messages": [{"$ref": f"#/channels/{_pointer(topic)}/messages/{message_name(event)}"} for event in events],
    }


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _message(event: type[Event], payload: Document, ours: bool) -> Document:
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().partition("\n")[0].replace("``", "`"),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/HeadersOfAnEvent" if ours else "#/components/schemas/HeadersOfAFact"},
        "payload": payload,
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        **({"externalDocs": {"url": schema_uri(event.TYPE, event.VERSION, SCHEMA_URN)}} if ours else {}),
    }


def _headers(headers: Mapping[str, tuple[Document, str]], needed: Iterable[str]) -> Document:
    return {
        "type": "object",
        "required": list(needed),
        "properties": {name: {**schema, "description": about} for name, (schema, about) in headers.items()},
    }


def _schemas(events: Iterable[type[Event]]) -> tuple[dict[str, Document], dict[type[Event], Document]]:
    """The shapes that payloads are made of, by name, and the payload of each event."""
    ordered = sorted(events, key=message_name)
    refs, top = models_json_schema([(event, "validation") for event in ordered], ref_template=_SCHEMAS)
    return top.get("$defs", {}), {event: dict(refs[event, "validation"]) for event in ordered}
