"""A whole installation whose supplier-svc has parked messages, for tests that look at it in Chromium."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.async_api import Browser

from chassis.testing.waiting import eventually
from contracts import erp
from standing.facts import Fact
from standing.facts.demo.malformed import good_values
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.publisher import Publisher

from .browsing import browser, with_console

SOURCE, TOPIC, TYPE = "/erp/test", "erp.deliveries", erp.GoodsReceived.TYPE
AT = datetime(2024, 1, 5, 8, 0, tzinfo=UTC)
NAMES = (
    "<script>alert(1)</script>",
    "x" * 300,
    "供应商：北京机械厂",
    "مورد الأجزاء",
    '🏭 <b>Foundry</b> & "Söhne"',
)
PATIENCE_S = 120.0


def delivery(number: int, key: str, data: bytes) -> Fact:
    return Fact(TOPIC, f"d-{number}", SOURCE, TYPE, key, AT, data)


def good(key: str) -> dict[str, Any]:
    return dict(good_values(erp.GoodsReceived, key, date(2024, 1, 5)))


@pytest.fixture(scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """Its supplier-svc has parked a delivery whose quantity is a word, and one of each name."""
    async with with_console(tmp_path_factory.mktemp("home")) as started:
        publisher = Publisher(started.kafka.bootstrap, started.kafka.security_of(ERP))
        await publisher.start()
        spoiled = json.dumps({**good("X-001"), "quantity": "many"}).encode()
        supplier = started.client("supplier-svc")
        await supplier.move_clock(AT)
        others = [
            delivery(n, name, json.dumps({"supplier_id": name}, ensure_ascii=False).encode())
            for n, name in enumerate(NAMES, 1)
        ]
        for sent, facts in (
            (1, [delivery(0, "X-001", spoiled)]),
            (1 + len(NAMES), [*others, delivery(len(NAMES) + 1, "X-002", json.dumps(good("X-002")).encode())]),
        ):  # so that the first is number 1
            await publisher.send(facts)
            await eventually(supplier.progress, lambda found, n=sent: found["parked"] == n, PATIENCE_S)  # type: ignore[misc]
        await eventually(supplier.progress, lambda found: sum(found["heads"].values()) > 0, PATIENCE_S)
        yield started
        await publisher.stop()


@pytest.fixture(scope="module")
async def address(installation: Installation) -> str:
    return f"http://127.0.0.1:{installation.console_port}"


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started
