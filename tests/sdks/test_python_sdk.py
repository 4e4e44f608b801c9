"""CloudEvents' own SDK for Python reads what we publish, and what it writes is taken."""

import json

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from .samples import FACTS, NOON, PUBLISHED, Sample, same_json


@pytest.mark.parametrize("sample", PUBLISHED, ids=lambda sample: sample.name)
def test_the_sdk_reads_every_published_event(sample: Sample) -> None:
    message = KafkaMessage(sample.headers, sample.envelope.stream.encode(), sample.data)
    event = from_kafka(message, JSONFormat())
    attributes = event.get_attributes()
    assert {name: attributes[name] for name in sample.attributes} == sample.attributes
    assert (event.get_time(), event.get_datacontenttype()) == (NOON, "application/json")
    assert same_json(event.get_data(), sample.data)


@pytest.mark.parametrize("sample", FACTS, ids=lambda sample: sample.name)
@pytest.mark.parametrize("mode", [to_binary, to_structured], ids=["binary", "structured"])
def test_every_fact_that_the_sdk_writes_is_taken(sample: Sample, mode: object) -> None:
    assert callable(mode)
    message = mode(CloudEvent({**sample.fact, "time": NOON}, json.loads(sample.data)), JSONFormat())
    assert message.key == "C-1"
    sample.check_taken({name: each.decode() for name, each in message.headers.items()}, message.value)
