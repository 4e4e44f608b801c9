"""One activity is one trace, across services and topics, and what is due later links to what made it due."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from chassis.effects import EffectContext, EffectList
from chassis.hops import Hop
from chassis.settings import Settings
from chassis.sorts import Sort
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from chassis.timers import DueCommand
from chassis.tracing import Trace
from contracts import Envelope

from .running import NOW, POURINGS, Start, asking, become, levels, pour, send, sent, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, Fill, JarFilled, Label, PlanSeal
from .toy_api import OPEN_JAR_SERVICE
from .traced import Spans, links, place, recorded

STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
TRACE, FIRST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{FIRST}-01"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recorded() as spans:
        yield spans


async def test_a_fact_and_what_follows_from_it_in_two_services_is_one_trace(
    start_service: Start, settings: Settings, spans: Spans
) -> None:
    await start_service(JAR_SERVICE)
    counts = await start_service(COUNT_SERVICE)
    first = sent(pour("J-1", 1), traceparent=TRACEPARENT.encode(), tracestate=STATE.encode())
    await send(settings, POURINGS, [first, sent(pour("J-2", 1))])
    await become(lambda: totals(counts), {"J-1": 1, "J-2": 1})
    topics = [f"publish {settings.topic_prefix}{name}.events" for name in ("jar", "count")]
    fill = "process plant.pourings > decide Fill"
    count = f"{fill} > process jar.events > decide Count"
    await spans.become(
        TRACE,
        {
            "process plant.pourings",
            fill, f"{fill} > append", f"{fill} > project", f"{fill} > {topics[0]}",
            f"{fill} > process jar.events",
            count, f"{count} > append", f"{count} > project", f"{count} > {topics[1]}",
        },
    )  # fmt: skip
    begun = next(span for span in spans.of(TRACE) if span.name == "process plant.pourings")
    assert begun.parent is not None
    assert format(begun.parent.span_id, "016x") == FIRST, "the producer's span is its parent"

    (counted,) = await counts.log.read_streams(["count-J-1"])
    # A batch that loses a race is decided again, in a span of its own.
    deciding = {place(span)[1] for span in spans.of(TRACE) if span.name == "decide Count"}
    assert counted.envelope.traceparent in {f"00-{TRACE}-{span_id}-01" for span_id in deciding}
    assert counted.envelope.tracestate == STATE


async def test_a_batch_is_a_trace_of_its_own_with_links_to_its_members(
    start_service: Start, settings: Settings, spans: Spans
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1), traceparent=TRACEPARENT.encode())])
    await become(lambda: levels(jars), {"J-1": 1})
    topic = f"publish {settings.topic_prefix}jar.events"
    await spans.first(lambda span: span.name == topic and place(span)[0] == TRACE)
    fill = next(place(span) for span in spans.of(TRACE) if span.name == "decide Fill")

    async def linking(name: str, where: tuple[str, str]) -> Any:
        return await spans.first(lambda span: span.name == name and where in links(span) and place(span)[0] != TRACE)

    batch = await linking("process plant.pourings", (TRACE, FIRST))
    assert batch.parent is None
    assert batch.attributes["messaging.batch.message_count"] == 1
    for name in ("append", "project", topic):
        assert (await linking(name, fill)).parent is None, name


async def test_spans_name_what_they_are_of_by_the_conventions_of_messaging(
    start_service: Start, settings: Settings, spans: Spans
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1), traceparent=TRACEPARENT.encode())])
    await become(lambda: levels(jars), {"J-1": 1})
    topic = f"{settings.topic_prefix}jar.events"
    await spans.first(lambda span: span.name == f"publish {topic}" and place(span)[0] == TRACE)
    await spans.first(lambda span: span.name == "project" and place(span)[0] == TRACE)
    of = {span.name: span for span in spans.of(TRACE)}
    (event,) = await jars.log.read_streams(["jar-J-1"])
    about = event.envelope

    process = dict(of["process plant.pourings"].attributes or {})
    offset = process.pop("messaging.kafka.offset")
    assert isinstance(offset, int)
    partition = process.pop("messaging.destination.partition.id")
    assert isinstance(partition, str)
    assert process == {
        "messaging.system": "kafka", "messaging.operation.name": "process", "messaging.operation.type": "process",
        "messaging.destination.name": "plant.pourings", "messaging.consumer.group.name": f"{settings.topic_prefix}jar-svc",
        "messaging.message.id": "J-1/1", "standing.type": "plant.Poured",
        "standing.correlation_id": about.correlation_id,
    }  # fmt: skip
    assert of["process plant.pourings"].kind is SpanKind.CONSUMER
    publish = dict(of[f"publish {topic}"].attributes or {})
    assert publish.pop("messaging.kafka.offset") == about.position - 1, "the topic of a new log begins with it"
    place_of_event = {
        "standing.stream": "jar-J-1", "standing.position": about.position, "standing.correlation_id": about.correlation_id
    }  # fmt: skip
    assert publish == {
        "messaging.system": "kafka", "messaging.operation.name": "publish", "messaging.operation.type": "send",
        "messaging.destination.name": topic, "messaging.destination.partition.id": str(about.partition),
        "messaging.message.id": about.id, **place_of_event,
    }  # fmt: skip
    assert of[f"publish {topic}"].kind is SpanKind.PRODUCER
    for name in ("append", "project"):
        assert place_of_event.items() <= dict(of[name].attributes or {}).items(), name
    decide = dict(of["decide Fill"].attributes or {})
    assert (decide["standing.stream"], decide["standing.version"], decide["standing.events"]) == ("jar-J-1", 1, 1)
    resource = of["append"].resource.attributes
    named = {name: resource[f"service.{name}"] for name in ("name", "instance.id", "version")}
    assert named == {"name": "toys", "instance.id": "toys/7", "version": "1.2"}


async def test_a_message_that_is_parked_is_a_failed_hop_in_the_trace_of_its_sender(
    start_service: Start, settings: Settings, spans: Spans
) -> None:
    jars = await start_service(JAR_SERVICE)
    refused = sent(pour("J-1", 1, amount=1_000), traceparent=TRACEPARENT.encode())
    broken = sent(pour("J-2", 1), drop=["ce_id"], traceparent=TRACEPARENT.replace(FIRST, "c" * 16).encode())
    unknown = sent(pour("J-3", 1), ce_type=b"plant.Spilled", traceparent=TRACEPARENT.encode())
    await send(settings, POURINGS, [refused, broken, unknown])
    await eventually(lambda: jars.parked.listed("parked", 0, 100), lambda rows: len(rows) == 3, 60.0)
    parked = await spans.first(
        lambda span: bool(dict(span.attributes or {}).get("standing.parked")) and bool(span.parent)
    )
    assert place(parked)[0] == TRACE
    decide = await spans.first(lambda span: span.name == "decide Fill")
    assert dict(decide.attributes or {})["standing.refusal"] == "overflow"
    for code in ("not-a-cloudevent", "unknown-type"):
        hop = await spans.first(lambda span, code=code: dict(span.attributes or {}).get("error.type") == code)  # type: ignore[misc]
        assert hop.name == "process plant.pourings"
        assert hop.status.status_code is StatusCode.ERROR
        assert (place(hop)[0] == TRACE) is (code == "unknown-type"), "what is no event at all begins a trace of its own"
    assert await levels(jars) == {}


def test_of_an_error_a_trace_tells_the_kind_and_never_the_sentence_which_may_name_a_person() -> None:
    with recorded() as spans:
        with pytest.raises(ValueError, match="Li Wei"), Hop.begin(Sort.of("project toys"), Trace()):
            raise ValueError("Li Wei has no jar")
        (batch,) = spans.named("project toys")
        assert dict(batch.attributes or {})["error.type"] == "ValueError"
        assert (batch.status.status_code, batch.status.description) == (StatusCode.ERROR, "ValueError")
        assert "Li Wei" not in batch.to_json()


async def test_a_timer_that_fires_weeks_later_begins_a_trace_that_links_to_what_made_it_due(
    start_service: Start, spans: Spans
) -> None:
    jars = await start_service(JAR_SERVICE, clock="simulated")
    await jars.move_clock(NOW)
    planned = asking(PlanSeal("J-1", NOW + timedelta(days=31)))._replace(traceparent=TRACEPARENT)
    await jars.executor.submit(planned)
    (plan,) = await jars.log.read_streams(["jar-J-1"])
    assert plan.envelope.traceparent is not None
    decided = plan.envelope.traceparent.split("-")[2]
    await jars.move_clock(NOW + timedelta(days=31))
    fired = await spans.first(lambda span: span.name == "fire seals")
    sealed = place(fired)[0]
    assert sealed != TRACE, "weeks later is another activity"
    assert fired.parent is None
    assert links(fired) == {(TRACE, decided)}, "from which one comes back to what made it due"
    assert dict(fired.attributes or {})["standing.correlation_id"] == "journey-1"
    await spans.has(sealed, {"fire seals", "fire seals > decide Seal", "fire seals > decide Seal > append"})


async def test_what_is_due_at_once_belongs_to_the_activity_that_made_it_due(start_service: Start, spans: Spans) -> None:
    jars = await start_service(JAR_SERVICE, clock="simulated")
    await jars.move_clock(NOW)
    await jars.executor.submit(asking(PlanSeal("J-1", NOW))._replace(traceparent=TRACEPARENT))
    await spans.has(TRACE, {"decide PlanSeal > fire seals > decide Seal"})


@dataclass(frozen=True)
class ToLabel:
    jar: str
    due_at: datetime
    queued_at: datetime
    lane: str
    pool: str
    correlation_id: str
    causation_id: str


def _to_label(key: tuple[str], row: ToLabel | None, event: JarFilled, around: Envelope) -> ToLabel:
    at = around.recorded_at
    return ToLabel(key[0], at, at, key[0], "printer", around.correlation_id, around.id)


async def test_a_delivery_is_a_hop_under_what_asked_for_it_and_its_outcome_under_the_delivery(
    start_service: Start, spans: Spans
) -> None:
    async def stick(row: ToLabel, context: EffectContext) -> bool:
        await context.do([DueCommand.by(row, Label(row.jar, "full"))])
        return True

    labels = EffectList(
        "labels", 1, ToLabel, ("jar",), lambda event, _: [(event.jar,)], _to_label, act=stick
    )  # fmt: skip
    jars = await start_service(replace(JAR_SERVICE, read_models=(*JAR_SERVICE.read_models, labels)))
    await jars.executor.submit(asking(Fill("J-1", 1))._replace(traceparent=TRACEPARENT))
    await spans.has(TRACE, {"decide Fill > deliver labels > decide Label"})


async def test_a_request_and_its_decision_are_one_trace(start_service: Start, spans: Spans) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    async with client_of(app_of(jars)) as client:
        response = await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers={"traceparent": TRACEPARENT})
        assert response.status_code == 200, response.text
    route = "POST /v1/jars/{jar}/fills"
    await spans.has(TRACE, {route, f"{route} > decide Fill", f"{route} > decide Fill > append"})
    request = next(span for span in spans.of(TRACE) if span.name == route)
    assert request.parent is not None
    assert (request.kind, format(request.parent.span_id, "016x")) == (SpanKind.SERVER, FIRST)


@pytest.mark.parametrize("ratio", [0.0, 0.01, 1.0])
async def test_a_sender_decides_whether_its_trace_is_recorded_whatever_part_is_recorded_here(
    start_service: Start, settings: Settings, ratio: float
) -> None:
    with recorded(ratio) as spans:
        jars = await start_service(JAR_SERVICE)
        unrecorded = TRACEPARENT.replace(TRACE, "a" * 32).removesuffix("01") + "00"
        facts = [
            sent(pour("J-1", 1), traceparent=TRACEPARENT.encode()),
            sent(pour("J-2", 1), traceparent=unrecorded.encode()),
        ]
        await send(settings, POURINGS, facts)
        await become(lambda: levels(jars), {"J-1": 1, "J-2": 1})
        await spans.first(lambda span: span.name == "append" and place(span)[0] == TRACE)
        assert spans.of("a" * 32) == [], "its sender does not record it, so nobody does"
        (event,) = await jars.log.read_streams(["jar-J-2"])
        assert event.envelope.traceparent == unrecorded, "it is passed on as it came"


async def test_of_traces_that_begin_here_the_part_is_recorded_that_is_set(
    start_service: Start, settings: Settings
) -> None:
    with recorded(0.0) as spans:
        jars = await start_service(JAR_SERVICE)
        await send(settings, POURINGS, [sent(pour("J-1", 1))])
        await become(lambda: levels(jars), {"J-1": 1})
        (event,) = await jars.log.read_streams(["jar-J-1"])
        assert Trace(event.envelope.traceparent).is_left_out, "what follows elsewhere is not recorded either"
        assert list(spans.all) == []
    with recorded(1.0) as spans:
        await send(settings, POURINGS, [sent(pour("J-2", 1))])
        await spans.first(lambda span: span.name == "append" and span.parent is not None)
        (event,) = await jars.log.read_streams(["jar-J-2"])
        trace_id = (event.envelope.traceparent or "").split("-")[1]
        await spans.has(trace_id, {"process plant.pourings > decide Fill"})
