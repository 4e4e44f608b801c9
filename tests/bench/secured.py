"""What TLS, a login and rules at Kafka cost: decisions a second from facts there, beside the same from an open one in the same rounds."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chassis.kafka_acls import Acl, acls_of
from chassis.testing.facts import Fact, publish
from standing_parts import PartError, start_kafka
from standing_parts.kafka import SECURED, VARIABLE

from .domain import fact, service
from .figures import Figure, figure
from .flow import decided_per_s
from .parts import METER_COUNT, Parts

USER, FACTS = "bench", "plant.readings-by-tls"


async def measure(parts: Parts) -> list[Figure]:
    """Nothing but a printed reason where no secured Kafka can be started here, or the open one is the mock."""
    if not parts.kafka.real:
        print("ingest-secured: passed over: the open Kafka is the mock, which is no measure for a real one")
        return []
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        try:
            with _wanted():
                kafka = start_kafka(Path(home), parts.kafka.partitions)
        except PartError as reason:
            print(f"ingest-secured: passed over: {reason}")
            return []
        try:
            return [await _measured(parts, replace(parts, kafka=replace(kafka, security=kafka.security_of(USER))))]
        finally:
            kafka.kill()


async def _measured(parts: Parts, secured: Parts) -> Figure:
    for each, name in ((parts, "open"), (secured, "secured")):
        topics = [f"bench-{name}-{number}.events" for number in range(parts.sizes.rounds)]
        await each.kafka.create_topics([FACTS, *topics])
        each.kafka.allow(USER, [Acl("topic", FACTS, "Write")])
        for number in range(parts.sizes.rounds):
            each.kafka.allow(USER, acls_of(service(f"bench-{name}-{number}", FACTS)))
    facts = [fact(n, METER_COUNT) for n in range(parts.sizes.facts)]
    sent = [Fact.of(FACTS, each.meter, f"S-{n}", each) for n, each in enumerate(facts)]
    for each in (parts, secured):
        await publish(each.kafka.bootstrap, sent, security=each.kafka.security)
    values, floors = list[float](), list[float]()
    for number in range(parts.sizes.rounds):
        floors.append(await decided_per_s(parts, f"bench-open-{number}", FACTS))
        values.append(await decided_per_s(secured, f"bench-secured-{number}", FACTS))
    return figure("ingest-secured", values, floors, "events/s")


@contextmanager
def _wanted() -> Iterator[None]:
    """Let the next Kafka that is started be a secured one."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = SECURED
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before
