"""Every screen in a real browser, before a real installation: what it looks like to whom, in both languages, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from chassis.testing.waiting import eventually
from standing.installation import Installation
from standing_console.screens import SCREENS

from .browsing import browser_test, window
from .installed import NAMES, PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]

STATUS = "path => fetch(path).then(r => r.status)"
POLICY = "/policies/supplier-svc/supplier-grading"
PAGES = (
    *(screen.path for screen in SCREENS),
    "/parked/supplier-svc",
    "/parked/supplier-svc/1",
    "/read-models/credit-svc/account",
    "/streams?service=supplier-svc&stream=supplier-X-002",
    POLICY,
    f"{POLICY}/edit",
    f"{POLICY}/review",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_screen_is_clean_and_open_to_everybody_in_both_languages_and_themes(
    chromium: Browser, address: str, pictures: Path, language: str, dark: bool
) -> None:
    async with window(chromium, address, "tang", language, dark) as opened:
        for path in PAGES:
            await opened.open(path)
            name = "-".join([*re.findall(r"[\w-]+", path), language, "dark" if dark else "light"])
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


async def test_a_page_reads_without_scripts(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang", javascript=False) as opened:
        await opened.page.goto(f"{address}/overview")
        async with opened.page.expect_navigation():  # else the page may be reloaded while it is being replaced
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


KILOBYTES_MAX = 350
CROSSING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("main svg")) {
    const boxes = [...svg.querySelectorAll("text")].filter(t => t.textContent.trim())
      .map(t => [t.textContent.trim(), t.getBoundingClientRect()]).filter(([, b]) => b.width && b.height);
    boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 3) found.push(one + " | " + other);
    }));
  }
  return found;
}"""
"""Labels of one picture that lie on each other, by more than the blank around their letters."""


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_label_of_a_picture_lies_on_another(chromium: Browser, address: str, language: str) -> None:
    async with window(chromium, address, "tang", language) as opened:
        for path in PAGES:
            await opened.open(path)
            assert await opened.page.evaluate(CROSSING) == [], path


async def test_a_page_weighs_little(chromium: Browser, address: str) -> None:
    """All that a first visit fetches, compressed as it comes."""
    async with window(chromium, address, "tang") as opened:
        client = await opened.page.context.new_cdp_session(opened.page)
        await client.send("Network.enable")
        await client.send("Network.setCacheDisabled", {"cacheDisabled": True})
        fetched: list[float] = []
        client.on("Network.loadingFinished", lambda done: fetched.append(done["encodedDataLength"]))
        for path in PAGES:
            fetched.clear()
            await opened.open(path)
            assert 0 < sum(fetched) <= KILOBYTES_MAX * 1000, path
