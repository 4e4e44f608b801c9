"""One business fact is one trace, across services and topics; log lines name the trace they belong to."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of

from .running import POURINGS, Start, become, pour, send, sent, totals
from .toy import COUNT_SERVICE, JAR_SERVICE
from .toy_api import OPEN_JAR_SERVICE

STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
TRACE, FIRST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def spans() -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    yield telemetry.configure_traces("toys", exporter), exporter
    telemetry.stop_traces()


def _id(span: ReadableSpan) -> tuple[str, str]:
    assert span.context is not None
    return format(span.context.trace_id, "032x"), format(span.context.span_id, "016x")


def links(span: ReadableSpan) -> set[tuple[str, str]]:
    return {(format(link.context.trace_id, "032x"), format(link.context.span_id, "016x")) for link in span.links}


async def test_a_fact_is_one_trace_through_two_services(
    start_service: Start, settings: Settings, spans: tuple[TracerProvider, InMemorySpanExporter]
) -> None:
    provider, exporter = spans
    await start_service(JAR_SERVICE)
    counts = await start_service(COUNT_SERVICE)
    traceparent = f"00-{TRACE}-{FIRST}-01".encode()
    first = sent(pour("J-1", 1), traceparent=traceparent, tracestate=STATE.encode())
    await send(settings, POURINGS, [first, sent(pour("J-2", 1))])
    await become(lambda: totals(counts), {"J-1": 1, "J-2": 1})
    provider.force_flush()
    spans_seen = exporter.get_finished_spans()

    ours = {span.name: span for span in spans_seen if _id(span)[0] == TRACE}
    assert set(ours) == {"decide Fill", "decide Count"}, "the other fact is a trace of its own"
    fill, count = ours["decide Fill"], ours["decide Count"]
    assert fill.parent is not None
    assert count.parent is not None
    assert format(fill.parent.span_id, "016x") == FIRST
    assert format(count.parent.span_id, "016x") == _id(fill)[1]

    (counted,) = await counts.log.read_streams(["count-J-1"])
    # A batch that loses a race is decided again, in a span of its own.
    deciding = {_id(span)[1] for span in spans_seen if span.name == count.name and _id(span)[0] == TRACE}
    assert counted.envelope.traceparent in {f"00-{TRACE}-{span_id}-01" for span_id in deciding}
    assert counted.envelope.tracestate == STATE

    linked = {span.name for span in spans_seen if _id(fill) in links(span)}
    assert linked == {f"publish {settings.topic_prefix}jar.events", "process jar.events"}
    assert [span.name for span in spans_seen if (TRACE, FIRST) in links(span)] == ["process plant.pourings"]


@pytest.mark.parametrize(("state", "stored"), [(STATE, STATE), ("Not=Ours", None), ("k=" + "x" * 600, None)])
async def test_the_trace_of_a_request_or_a_fact_is_passed_on_where_no_spans_are_recorded(
    start_service: Start, settings: Settings, state: str, stored: str | None
) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    counts = await start_service(COUNT_SERVICE)
    parent = f"00-{TRACE}-{FIRST}-01"
    headers = {"traceparent": parent, "tracestate": state}
    async with client_of(app_of(jars)) as client:
        response = await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers=headers)
        assert response.status_code == 200, response.text
    await send(settings, POURINGS, [sent(pour("J-2", 1), traceparent=parent.encode(), tracestate=state.encode())])
    await become(lambda: totals(counts), {"J-1": 1, "J-2": 1})
    for runtime, kind in ((jars, "jar"), (counts, "count")):
        events = await runtime.log.read_streams([f"{kind}-J-1", f"{kind}-J-2"])
        traces = [(row.envelope.traceparent, row.envelope.tracestate) for row in events]
        assert traces == [(parent, stored), (parent, stored)], kind


SPEAKER = """
import logging, structlog
from chassis import telemetry
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

telemetry.configure("jar-svc", "INFO", otlp=False, exporter=InMemorySpanExporter())
with telemetry.span("decide Fill", parent=telemetry.Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
    structlog.get_logger().info("filled", jar="J-1")
    logging.getLogger("aiokafka").warning("no %s", "coordinator")
structlog.get_logger().debug("not logged")
structlog.get_logger().error("outside", exc_info=ValueError("x"))
"""


def test_log_lines_are_json_and_name_the_trace_and_the_service() -> None:
    done = subprocess.run([sys.executable, "-c", SPEAKER], capture_output=True, text=True, check=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"], line.get("trace_id")) for line in lines] == [
        ("filled", "info", TRACE),
        ("no coordinator", "warning", TRACE),
        ("outside", "error", None),
    ]
    assert {line["service"] for line in lines} == {"jar-svc"}
    assert lines[1]["logger"] == "aiokafka"
    assert lines[2]["exception"] == "ValueError: x"
