"""From an invoice to what became of it, and into the traces of both activities, a month apart: as an operator goes, in Chromium."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from opentelemetry.trace import SpanKind
from playwright.async_api import Page

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
from standing.simulated import move_to
from standing_parts.choose import PassedOver
from standing_parts.traces import zipkin

from .browsing import Window, browser, browser_test, window, with_console

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]

WITHIN_S = 180.0
ISSUED = datetime(2024, 5, 2, 8, tzinfo=UTC)
INVOICE = InvoiceIssued(
    invoice_id="I-1", customer_id="C-1", issued_on=ISSUED.date(), due_on=date(2024, 6, 2),
    amount=Decimal(99_000), currency="EUR",
)  # fmt: skip
"""Nearly the limit of a new customer, which somebody is to know at once."""


@pytest.fixture
async def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    try:
        await asyncio.to_thread(zipkin.FETCHED.probe)
        await asyncio.to_thread(zipkin.FETCHED.folder, tmp_path / "maven.log", print)
    except PassedOver as reason:
        pytest.skip(f"Zipkin cannot be had here: {reason}")
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.setenv("STANDING_TRACES", "zipkin")
    async with with_console(tmp_path / "home", traces=True, OTEL_BSP_SCHEDULE_DELAY="200") as started:
        for client in started.clients:
            await client.move_clock(ISSUED)
        yield started


async def send_as_the_erp(installation: Installation) -> None:
    """The invoice, by an ERP that records traces too."""
    assert installation.viewer is not None
    fact = Fact.of("erp.invoices", INVOICE.customer_id, "inv-1", INVOICE, at=ISSUED)
    tracing.configure_traces("erp", Exporter(f"{installation.viewer.endpoint}/v1/traces"), 1.0)
    try:
        options = installation.kafka.security_of(ERP).client_options()
        async with AIOKafkaProducer(bootstrap_servers=installation.kafka.bootstrap, **options) as producer:
            with Hop.begin(Sort.of("publish erp.invoices", SpanKind.PRODUCER), Trace()) as hop:
                assert hop.trace.parent is not None
                headers = [*fact.headers("/erp"), ("traceparent", hop.trace.parent.encode())]
                await producer.send_and_wait(fact.topic, fact.value, key=fact.key.encode(), headers=headers)
    finally:
        tracing.stop_traces()


async def journey_of(opened: Window, id: str) -> None:
    """Find what has the id, and go to its journey."""
    page = opened.page
    await opened.open("/find")
    await page.locator("main input[name=id]").fill(id)
    await page.locator("main input[name=id]").press("Enter")
    await opened.loaded()
    if "/journey" not in page.url:
        await page.locator("main a[href^='/journey']").first.click()
        await opened.loaded()


async def trace_of(opened: Window, step: str) -> Page:
    """The page of the trace viewer to which a step of the shown journey leads, opened beside the console."""
    await opened.page.locator("svg.waterfall a", has_text=re.compile(f"^{step}")).first.click()
    await opened.loaded()
    async with opened.page.expect_popup() as popup:
        await opened.page.get_by_role("link", name="Its span in the trace viewer").click()
    return await popup.value


TALL = {"width": 1360, "height": 2600}
"""The viewer draws the spans that are in sight only."""


async def shows(viewer: Page, *texts: str) -> str:
    """Waits until a page of the trace viewer shows all of them, looking anew: spans arrive one after the other."""

    async def text() -> str:
        await viewer.set_viewport_size(TALL)  # type: ignore[arg-type]
        await viewer.reload(wait_until="networkidle")
        return await viewer.inner_text("body")

    return await eventually(text, lambda shown: all(each in shown.lower() for each in texts), WITHIN_S)


async def test_from_an_invoice_to_its_trace_and_over_a_month_to_that_of_the_reminder_and_back(
    installation: Installation, pictures: Path
) -> None:
    address = f"http://127.0.0.1:{installation.console_port}"
    await send_as_the_erp(installation)
    async with browser() as chromium, window(chromium, address, "tang") as opened:

        async def found() -> str:
            await journey_of(opened, "I-1")
            return await opened.text()

        await eventually(found, lambda text: "NotificationRequested" in text, WITHIN_S)
        viewer = await trace_of(opened, "InvoiceRecorded")
        await shows(viewer, "erp", "credit-svc", "notify-svc", "process erp.invoices", "publish credit.events")
        await viewer.screenshot(path=pictures / "trace-of-an-invoice.png", full_page=True)

        await move_to(installation.clients, "2024-06-04T08:00")
        await journey_of(opened, "I-1")
        await eventually(found, lambda text: "PaymentOverdue" in text, WITHIN_S)
        # No wait of it is far longer than the others, since who is to pay is reminded before: the axis has its true lengths.
        assert "2024-05-02 08:00:00 – 2024-06-0" in await opened.text()
        await opened.page.screenshot(path=pictures / "journey-over-a-month.png", full_page=True)
        reminder = await trace_of(opened, "PaymentOverdue")
        await shows(reminder, "fire invoice_due", "notify-svc", "publish credit.events")
        await reminder.screenshot(path=pictures / "trace-of-a-reminder.png", full_page=True)

        async with opened.page.expect_popup() as popup:
            await opened.page.get_by_role("link", name="The trace of its cause, 32 days before").click()
        await shows(await popup.value, "erp", "publish erp.invoices", "decide recordinvoice")
        await opened.page.get_by_role("link", name="InvoiceRecorded").first.click()
        await opened.loaded()
        assert "PaymentOverdue" in await opened.text(), "what caused it, and back to what it caused"
