"""Traces as an operator sees them: in Zipkin, from the ERP's fact through credit-svc to a notice, and back from a reminder to its cause."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from opentelemetry.trace import SpanKind

from chassis import tracing
from chassis.hops import Hop
from chassis.otlp import Exporter
from chassis.sorts import Sort
from chassis.testing.facts import Fact
from chassis.testing.waiting import eventually
from chassis.tracing import Trace
from contracts.erp import InvoiceIssued
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.running import Running
from standing_parts.choose import PassedOver
from standing_parts.traces import zipkin

from .conftest import running

pytestmark = pytest.mark.parts
WITHIN_S = 180.0
ISSUED = datetime(2024, 5, 2, 8, tzinfo=UTC)
OVERDUE = datetime(2024, 6, 3, 8, tzinfo=UTC)
INVOICE = InvoiceIssued(
    invoice_id="I-1", customer_id="C-1", issued_on=ISSUED.date(), due_on=OVERDUE.date().replace(day=2),
    amount=Decimal(99_000), currency="EUR",
)  # fmt: skip
"""Nearly the limit of a new customer, which somebody is to know at once."""

Spans = list[dict[str, Any]]


class Viewer:
    """Zipkin's API."""

    def __init__(self, installation: Installation) -> None:
        assert installation.viewer is not None
        self.url = installation.viewer.url.removesuffix("/zipkin/")
        self.http = httpx.AsyncClient(base_url=f"{self.url}/api/v2", trust_env=False, timeout=30)

    async def trace(self, trace_id: str) -> Spans:
        response = await self.http.get(f"/trace/{trace_id}")
        return response.json() if response.status_code == 200 else []

    async def named(self, service: str, name: str) -> Spans:
        """The spans of a service with this name, in whatever trace."""
        response = await self.http.get("/traces", params={"serviceName": service, "spanName": name, "limit": "50"})
        traces = response.raise_for_status().json()
        return [span for trace in traces for span in trace if span["name"] == name]


def paths(spans: Spans) -> set[str]:
    """Each span with those above it: ``erp publish erp.invoices > credit-svc process erp.invoices``."""
    found = {span["id"]: span for span in spans}

    def path(span: dict[str, Any]) -> str:
        own = f"{span['localEndpoint']['serviceName']} {span['name']}"
        above = found.get(span.get("parentId"))
        return own if above is None else f"{path(above)} > {own}"

    return {path(span) for span in spans}


@pytest.fixture
async def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    try:
        await asyncio.to_thread(zipkin.FETCHED.probe)
        await asyncio.to_thread(zipkin.FETCHED.folder, tmp_path / "maven.log", print)
    except PassedOver as reason:
        pytest.skip(f"Zipkin cannot be had here: {reason}")
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.setenv("STANDING_TRACES", "zipkin")
    async with running(tmp_path / "home", OTEL_BSP_SCHEDULE_DELAY="200") as installation:
        yield installation


async def sent_by_the_erp(installation: Installation) -> str:
    """Send the invoice as an ERP that records traces does; returns the id of its trace."""
    assert installation.viewer is not None
    fact = Fact.of("erp.invoices", INVOICE.customer_id, "inv-1", INVOICE, at=ISSUED)
    tracing.configure_traces("erp", Exporter(f"{installation.viewer.endpoint}/v1/traces"), 1.0)
    try:
        security = installation.kafka.security_of(ERP)
        async with AIOKafkaProducer(
            bootstrap_servers=installation.kafka.bootstrap, **security.client_options()
        ) as producer:
            with Hop.begin(Sort.of("publish erp.invoices", SpanKind.PRODUCER), Trace()) as hop:
                assert hop.trace.parent is not None
                headers = [*fact.headers("/erp"), ("traceparent", hop.trace.parent.encode())]
                await producer.send_and_wait(fact.topic, fact.value, key=fact.key.encode(), headers=headers)
        assert hop.trace_id is not None
        return hop.trace_id
    finally:
        tracing.stop_traces()


async def test_a_fact_is_one_trace_from_the_erp_to_the_notice_and_a_reminder_weeks_later_links_back_to_it(
    installation: Installation,
) -> None:
    viewer = Viewer(installation)
    for client in installation.clients:
        await client.move_clock(ISSUED)
    trace_id = await sent_by_the_erp(installation)

    invoice = "erp publish erp.invoices > credit-svc process erp.invoices > credit-svc decide recordinvoice"
    notice = f"{invoice} > notify-svc process credit.events > notify-svc decide requestnotice"
    wanted = {
        "erp publish erp.invoices",
        invoice, *(f"{invoice} > credit-svc {hop}" for hop in ("append", "project", "publish credit.events")),
        notice, *(f"{notice} > notify-svc {hop}" for hop in ("append", "project", "publish notify.events")),
    }  # fmt: skip

    async def seen() -> set[str]:
        return paths(await viewer.trace(trace_id))

    await eventually(seen, lambda seen: wanted <= seen, WITHIN_S)
    spans = await viewer.trace(trace_id)
    kinds = {(span["localEndpoint"]["serviceName"], span["kind"]) for span in spans if "kind" in span}
    assert {
        ("erp", "PRODUCER"),
        ("credit-svc", "CONSUMER"),
        ("credit-svc", "PRODUCER"),
        ("notify-svc", "CONSUMER"),
    } <= kinds
    process = next(span for span in spans if span["name"] == "process erp.invoices")
    correlation = process["tags"]["standing.correlation_id"]
    of_notify = [span for span in spans if span["localEndpoint"]["serviceName"] == "notify-svc"]
    assert {span["tags"].get("standing.correlation_id", correlation) for span in of_notify} == {correlation}

    # credit-svc last: what it publishes then is news to the others at their time.
    for client in sorted(installation.clients, key=lambda client: client.name == "credit-svc"):
        await client.move_clock(OVERDUE)

    async def fired() -> Spans:
        return [
            span
            for span in await viewer.named("credit-svc", "fire invoice_due")
            if span["tags"].get("standing.correlation_id") == correlation
        ]

    (timer, *_) = await eventually(fired, bool, WITHIN_S)
    assert timer["traceId"] != trace_id, "a month later is another activity"
    assert timer["tags"]["link.0"] == f"{viewer.url}/zipkin/traces/{trace_id}"
    page = await viewer.http.get(timer["tags"]["link.0"])
    assert page.status_code == 200, "the link leads to a page of the viewer"
    cause = await viewer.trace(timer["tags"]["link.0"].rpartition("/")[2])
    assert "erp publish erp.invoices" in paths(cause), "which shows the trace of what made it due"

    reminder = "credit-svc fire invoice_due > credit-svc decide markoverdue"
    notified = f"{reminder} > notify-svc process credit.events > notify-svc decide requestnotice"

    async def reminded() -> set[str]:
        return paths(await viewer.trace(timer["traceId"]))

    delivered = f"{notified} > notify-svc deliver delivery_due"
    wanted = {f"{reminder} > credit-svc publish credit.events", notified, delivered}
    await eventually(reminded, lambda seen: wanted <= seen, WITHIN_S)
    assert Running.find(installation.home).traces == f"{viewer.url}/zipkin/"
