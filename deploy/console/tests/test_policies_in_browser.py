"""A rule is changed by two people, in a real browser before a real installation: tried on history by one, published by the other."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from .browsing import browser_test, window

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]

POLICY = "/policies/supplier-svc/supplier-grading"


async def test_a_draft_is_tried_on_history_by_one_and_published_by_another_who_looked_at_it(
    chromium: Browser, address: str
) -> None:
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        await opened.open(f"{POLICY}/edit")
        await page.get_by_label("min_lots", exact=True).fill("4")
        await page.get_by_role("button", name="See what it changes").click()
        await opened.loaded()
        assert "min_lots" in await opened.text()
        assert "You lack the right policies.publish at supplier-svc." in await opened.text()
        await page.locator("input[name=starts_on]").fill("2024-01-01")
        await page.locator("input[name=ends_on]").fill("2024-01-05")
        await page.get_by_role("button", name="Try on history").click()
        await page.wait_for_url("**/backtests/**")
        await page.wait_for_selector("main progress", state="detached")
        await opened.loaded()
        tried = page.url.removeprefix(address)
        assert opened.complaints == []
    async with window(chromium, address, "xie") as opened:
        page = opened.page
        await opened.open(tried)
        await page.get_by_role("button", name="Open as a draft").click()
        await opened.loaded()
        if "/review" not in page.url:
            await page.get_by_role("button", name="See what it changes").click()
            await opened.loaded()
        assert (
            "tang tried exactly this on history. If you publish it, two people stand behind it." in await opened.text()
        )
        await page.locator("input[name=effective_from]").fill("2024-02-01")
        await page.locator("#reason-publish").fill("few lots are enough to tell")
        await page.get_by_role("button", name="Publish").click()
        await opened.loaded()
        assert await page.locator(".notice.good").count() == 1, await opened.text()
        await opened.open(POLICY)
        row = page.locator("tr", has_text="few lots are enough to tell").first
        assert "xie" in await row.inner_text()
        assert "2024-02-01" in await row.inner_text()
        assert opened.complaints == []
