"""A real browser before a real installation: through the sign-in, with everything that it complains of noted."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from chassis.testing.waiting import eventually
from standing.installation import Installation

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 120_000
REPORTS = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
)
STARTED_WITHIN_S = 120.0
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}

browser_test = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium, which this machine does not have")


@dataclass
class Window:
    """A page of somebody who is signed in; ``complaints`` are errors of its console and what the policy refused."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go there, and wait until every panel has come, on a slow machine after some tries."""
        await self.page.goto(self.address + path)
        await self.loaded()

    async def loaded(self) -> None:
        await self.page.wait_for_selector(".loading, .again", state="detached")

    async def text(self) -> str:
        return await self.page.inner_text("main")


@asynccontextmanager
async def with_console(home: Path, traces: bool = False, **environment: str) -> AsyncIterator[Installation]:
    """A whole installation in simulated time, whose console answers already; discarded at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = await Installation.start(
        home, "simulated", print, fresh=False, ports={"console": port}, traces=traces, **environment
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:

            async def alive() -> bool:
                try:
                    return (await http.get("/livez")).is_success
                except httpx.TransportError:
                    return False

            await eventually(alive, bool, STARTED_WITHIN_S)
        yield started
    finally:
        await started.discard()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield started
        await started.close()


@asynccontextmanager
async def window(
    started: Browser, address: str, person: str, language: str = "en", dark: bool = False, javascript: bool = True
) -> AsyncIterator[Window]:
    """Signed in as a person, through the page of the issuer."""
    context = await started.new_context(
        locale=LANGUAGES[language],
        color_scheme="dark" if dark else "light",
        viewport={"width": 1360, "height": 900},
        java_script_enabled=javascript,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.add_init_script(REPORTS)
    await page.goto(f"{address}/")
    await page.click(f"button[value='{person}']")
    await page.wait_for_url(f"{address}/overview**")
    opened = Window(page, address)
    page.on("console", lambda message: opened.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    await context.close()
