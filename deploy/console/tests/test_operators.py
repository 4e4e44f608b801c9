"""What an operator does without a shell, in a real browser before a real installation: mend, retry, discard, rebuild, sign out."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser, Page

from .browsing import Window, browser_test, window
from .installed import TYPE, good

pytestmark = [pytest.mark.browser, pytest.mark.parts, browser_test]


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
        await page.locator("textarea[name=value]").fill("{broken")
        await page.locator("#reason-edit").fill(reason)
        await page.get_by_role("button", name="Save and retry").click()
        await opened.loaded()
        assert await page.locator(".notice.bad").count() == 1
        assert await page.locator("textarea[name=value]").input_value() == "{broken", "what was typed is not lost"
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


FOCUSED = "() => document.activeElement.innerText || document.activeElement.id"
TABS_MAX = 200


async def tab_to(page: Page, wanted: str) -> None:
    """Press the tabulator until what has the focus reads so, or has this id; the focus must be seen."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        if str(await page.evaluate(FOCUSED)).strip() == wanted:
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {wanted} has the focus"
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")


async def follow(opened: Window, wanted: str) -> None:
    await tab_to(opened.page, wanted)
    await opened.page.keyboard.press("Enter")
    await opened.page.wait_for_load_state()
    await opened.loaded()


async def test_the_keyboard_alone_is_enough_to_find_and_discard_a_parked_message(
    chromium: Browser, address: str
) -> None:
    async with window(chromium, address, "tang") as opened:
        page = opened.page
        await opened.open("/overview")
        await follow(opened, "Parked")
        await follow(opened, TYPE)
        await follow(opened, "2")
        await tab_to(page, "reason-discard")
        await page.keyboard.type("by keyboard alone")
        await tab_to(page, "Discard")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".notice.good")
        assert opened.complaints == []


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

        await page.locator("#reason-rebuild").fill("half a sen")
        async with page.expect_response(lambda answer: answer.url.endswith("/-/acts")):
            pass
        assert await page.locator("#reason-rebuild").input_value() == "half a sen", "the panel came anew meanwhile"
        assert "has begun" in await do("rebuild", "Rebuild")
        await page.locator("tr", has_text="live").get_by_text("2", exact=True).first.wait_for()
        assert "row for row" in await do("compare", "Compare")
        await opened.open("/read-models/credit-svc/account")
        assert "goes back" in await do("rollback", "Go back")


async def test_signing_out_ends_at_the_issuer(chromium: Browser, address: str) -> None:
    async with window(chromium, address, "tang") as opened:
        await opened.page.click(".menu summary")
        await opened.page.get_by_role("button", name="Sign out").click()
        await opened.page.wait_for_url("**/signed-out")
        assert "ended here and at the issuer" in await opened.text()
        await opened.page.get_by_role("link", name="Sign in").click()
        await opened.page.wait_for_selector("button[value=tang]")
