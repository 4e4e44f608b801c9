"""Where no spans are recorded, traces are passed on all the same; log lines name the trace they belong to."""

import json
import subprocess
import sys

import pytest

from chassis.settings import Settings
from chassis.testing.client import app_of, client_of

from .running import POURINGS, Start, become, pour, send, sent, totals
from .toy import COUNT_SERVICE
from .toy_api import OPEN_JAR_SERVICE

STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
TRACE, FIRST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


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
from chassis.sorts import Sort
from chassis.hops import Hop
from chassis.tracing import Trace
from chassis.otlp import Exporter

class Nowhere(Exporter):
    def export_encoded(self, spans, resource):
        pass

telemetry.configure("jar-svc", "INFO", otlp=False, exporter=Nowhere())
with Hop.begin(Sort.of("decide Fill"), Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
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
