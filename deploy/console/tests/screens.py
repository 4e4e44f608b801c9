"""Every screen in a real browser, before a real installation: what an operator sees and does, in both languages, light and dark."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from chassis.testing.waiting import eventually
from contracts import erp
from standing.facts import Fact
from standing.facts.demo.malformed import good_values
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.publisher import Publisher
from standing_console.screens import SCREENS

from .browsing import browser, browser_test, window

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]

SOURCE, TOPIC, TYPE = "/erp/test", "erp.deliveries", erp.GoodsReceived.TYPE
AT = datetime(2024, 1, 5, 8, 0, tzinfo=UTC)
NAMES = (
    "<script>alert(1)</script>",
    "x" * 300,
    "供应商：北京机械厂",
    "مورد الأجزاء",
    '🏭 <b>Foundry</b> & "Söhne"',
)
STATUS = "path => fetch(path).then(r => r.status)"
PATIENCE_S = 120.0
POLICY = "/policies/supplier-svc/supplier-grading"
PAGES = (
    *(screen.path for screen in SCREENS),
    "/parked/supplier-svc",
    "/parked/supplier-svc/1",
    "/read-models/credit-svc/account",
    POLICY,
    f"{POLICY}/edit",
    f"{POLICY}/review",
)


def delivery(number: int, key: str, data: bytes) -> Fact:
    return Fact(TOPIC, f"d-{number}", SOURCE, TYPE, key, AT, data)


def installation_names() -> set[str]:
    return {"supplier-svc", "customer-svc", "credit-svc", "notify-svc"}


def good(key: str) -> dict[str, Any]:
    return dict(good_values(erp.GoodsReceived, key, date(2024, 1, 5)))


@pytest.fixture(scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """Its supplier-svc has parked a delivery whose quantity is a word, and one of each name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    started = await Installation.start(home, "simulated", print, ports={"console": port})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:

        async def alive() -> bool:
            try:
                return (await http.get("/livez")).is_success
            except httpx.TransportError:
                return False

        await eventually(alive, bool, PATIENCE_S)
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
        (1 + len(NAMES), others),
    ):  # so that the first is number 1
        await publisher.send(facts)
        await eventually(supplier.progress, lambda found, n=sent: found["parked"] == n, PATIENCE_S)  # type: ignore[misc]
    yield started
    await publisher.stop()
    await started.discard()


@pytest.fixture(scope="module")
async def address(installation: Installation) -> str:
    return f"http://127.0.0.1:{installation.console_port}"


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_screen_is_clean_and_open_to_everybody_in_both_languages_and_themes(
    chromium: Browser, address: str, pictures: Path, language: str, dark: bool
) -> None:
    async with window(chromium, address, "tang", language, dark) as opened:
        for path in PAGES:
            await opened.open(path)
            name = "-".join([*filter(None, path.split("/")), language, "dark" if dark else "light"])
            await opened.page.screenshot(path=pictures / f"{name}.png", full_page=True)
            found = await Axe().run(opened.page)
            assert found.violations_count == 0, (path, found.generate_report())
            assert await opened.page.locator(".fault").all_inner_texts() == [], path
            assert await opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert opened.complaints == []


async def test_names_are_shown_as_they_are_and_never_run(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang") as opened:
        await opened.open("/parked/supplier-svc")
        shown = await opened.page.locator("td.name").all_inner_texts()
        assert {name for name in NAMES if name not in shown} == set()
        for number in range(2, 2 + len(NAMES)):
            await opened.open(f"/parked/supplier-svc/{number}")
            text = await opened.text()
            assert any(name in text for name in NAMES)
            assert await opened.page.evaluate("document.scripts.length") == 2
            assert await opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), number
        assert opened.complaints == []


async def test_no_get_of_the_console_changes_anything(
    chromium: Browser, installation: Installation, address: str
) -> None:
    """The auditor may read everything and write nothing."""
    before = [(await client.progress())["heads"] for client in installation.clients]
    async with window(chromium, address, "luo") as opened:
        for path in PAGES:
            await opened.open(path)
            assert "You lack the right" not in (await opened.page.inner_text("h1")), path
        paths = {"service": "supplier-svc", "number": "1", "name": "grading", "backtest": "none"}
        for screen in SCREENS:
            for page in screen.pages:
                for panel in page.panels:
                    path = f"{page.path.format(**paths)}/-/{panel.name}"
                    assert await opened.page.evaluate(STATUS, path) == 200
        for kind in ("csv", "xlsx"):
            path = f"/audit/export.{kind}"
            await eventually(lambda at=path: opened.page.evaluate(STATUS, at), lambda status: status == 200, PATIENCE_S)  # type: ignore[misc]
        assert await opened.page.locator("button.danger").count() == 0
    assert [(await client.progress())["heads"] for client in installation.clients] == before


async def test_who_lacks_a_right_is_told_which_in_the_place_of_the_panel(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "li") as opened:
        for path, right in (
            ("/overview", "admin.progress.read"),
            ("/parked", "admin.parked.read"),
            ("/audit", "audit.read"),
        ):
            await opened.open(path)
            assert f"You lack the right {right} at credit-svc." in await opened.text()


async def test_an_operator_mends_a_parked_message_and_finds_it_in_the_audit(chromium: Browser, address: str) -> None:
    reason = "数量写成了文字 – the quantity was a word"
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        await opened.open("/overview")
        await page.get_by_role("link", name="messages wait for a decision at supplier-svc").click()
        await opened.loaded()
        await page.get_by_role("link", name=TYPE).first.click()
        await opened.loaded()
        await page.get_by_role("link", name="1", exact=True).click()
        await opened.loaded()
        await page.get_by_text("Edit and retry").click()
        await page.locator("textarea[name=value]").fill(json.dumps(good("X-001")))
        await page.locator("#reason-edit").fill(reason)
        await page.get_by_role("button", name="Save and retry").click()
        await opened.loaded()
        assert "The message is handled." in await page.inner_text(".notice.good")
        assert '"quantity": "100"' in await page.inner_text(".diff .new")
        await opened.open("/audit?kind=act")
        row = page.locator("tr", has_text=reason).first
        assert "tang" in await row.inner_text()
        await row.get_by_role("link", name="parked/1", exact=True).click()
        await opened.loaded()
        assert reason in await opened.text()


async def test_all_of_a_filter_takes_the_number_of_messages_typed(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        await opened.open("/parked?service=supplier-svc")
        await page.get_by_role("link", name=TYPE).first.click()
        await opened.loaded()
        count = await page.locator("input[name=count]").input_value()
        for typed, shown in ((str(int(count) + 1), ".notice.bad"), (count, ".notice.good")):
            await page.locator("#reason-bulk").fill("test data")
            await page.locator("input[name=typed]").fill(typed)
            await page.get_by_role("button", name="Discard all").click()
            await opened.loaded()
            assert await page.locator(shown).count() == 1, await opened.text()
        assert f"{count} messages were discarded" in await page.inner_text(".notice.good")


async def test_a_read_model_is_rebuilt_compared_and_taken_back(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        await opened.open("/read-models/credit-svc/account")

        async def do(name: str, button: str) -> str:
            await page.locator(f"#reason-{name}").fill("to see that it is right")
            await page.get_by_role("button", name=button, exact=True).click()
            await opened.loaded()
            return await page.inner_text(".notice")

        assert "has begun" in await do("rebuild", "Rebuild")
        await page.locator("tr", has_text="live").get_by_text("2", exact=True).first.wait_for()
        assert "row for row" in await do("compare", "Compare")
        await opened.open("/read-models/credit-svc/account")
        assert "goes back" in await do("rollback", "Go back")


async def test_a_page_reads_without_scripts(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang", javascript=False) as opened:
        await opened.page.goto(f"{address}/overview")
        await opened.page.get_by_role("link", name="Show the page with everything in it").click()

        async def again() -> list[str]:
            await opened.page.reload()
            return await opened.page.locator(".matrix caption").all_inner_texts()

        await eventually(again, lambda shown: "supplier-svc" in shown, PATIENCE_S)


async def test_one_service_away_leaves_the_others_and_comes_back_by_itself(
    chromium: Browser, installation: Installation, address: str
) -> None:
    async with window(chromium, address, "tang") as opened:
        await opened.open("/overview")
        installation.kill_service("notify-svc")
        await opened.page.wait_for_selector("text=notify-svc does not answer")
        assert await opened.page.locator(".matrix caption").all_inner_texts() == [
            "supplier-svc", "customer-svc", "credit-svc",
        ]  # fmt: skip
        installation.start_service("notify-svc")
        await opened.page.wait_for_selector("text=notify-svc does not answer", state="detached")
        await opened.page.wait_for_selector(".matrix caption:has-text('notify-svc')")


async def test_the_overview_moves_on_without_a_reload_also_while_its_stream_is_cut(
    chromium: Browser, installation: Installation, address: str
) -> None:
    """Of what was read for everybody; the chart is drawn again with it, and the opened table stays open."""
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        for cut in (False, True):
            if cut:
                await page.route("**/live", lambda route: route.abort())
            streams: list[str] = []
            page.on("request", lambda asked, to=streams: to.append(asked.url) if asked.url.endswith("/live") else None)  # type: ignore[misc]
            await opened.open("/overview")
            await page.evaluate("window.mark = 'never loaded again'")
            await page.click(".figures summary")
            before = await page.inner_text("#panel-matrix .read")
            await page.wait_for_function(
                "before => document.querySelector('#panel-matrix .read').innerText !== before", arg=before
            )
            assert streams
            assert await page.evaluate("window.mark") == "never loaded again"
            assert await page.locator("table.trend tbody tr").first.is_visible()
        assert [each for each in opened.complaints if "ERR_FAILED" not in each] == []


async def test_the_chart_says_its_figures_where_one_points_and_to_who_does_not_see_it(
    chromium: Browser, address: str
) -> None:
    async with window(chromium, address, "tang", dark=True) as opened:
        page = opened.page
        await opened.open("/overview")
        drawn = page.locator(".chart svg")
        assert "Events a second" in str(await page.locator(".chart [role=img]").get_attribute("aria-label"))
        texts = await drawn.locator("text").all_text_contents()
        assert {*installation_names(), "Events a second", "Events behind"} <= set(texts)
        await drawn.scroll_into_view_if_needed()
        place = await drawn.bounding_box()
        assert place is not None
        await page.mouse.move(place["x"] + place["width"] - 24, place["y"] + 100)
        await page.wait_for_function(
            "() => [...document.querySelectorAll('.chart text')].some(each => each.textContent.includes('supplier-svc:'))"
        )
        assert opened.complaints == []


async def test_signing_out_ends_at_the_issuer(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang") as opened:
        await opened.page.click(".menu summary")
        await opened.page.get_by_role("button", name="Sign out").click()
        await opened.page.wait_for_url("**/signed-out")
        assert "ended here and at the issuer" in await opened.text()
        await opened.page.get_by_role("link", name="Sign in").click()
        await opened.page.wait_for_selector("button[value=tang]")
