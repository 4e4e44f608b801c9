"""The overview lives in a real browser: it moves on by itself, and its chart says its figures."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from standing.services import NAMES as SERVICES

from .browsing import browser_test, window

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]


async def test_the_overview_moves_on_without_a_reload_also_while_its_stream_is_cut(
    chromium: Browser, address: str
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
        assert {*SERVICES, "Events a second", "Events behind"} <= set(texts)
        await drawn.scroll_into_view_if_needed()
        place = await drawn.bounding_box()
        assert place is not None
        await page.mouse.move(place["x"] + place["width"] - 24, place["y"] + 100)
        await page.wait_for_function(
            "() => [...document.querySelectorAll('.chart text')].some(each => each.textContent.includes('supplier-svc:'))"
        )
        assert opened.complaints == []
