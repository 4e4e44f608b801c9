"""A real Chromium without a screen, steered over its DevTools protocol."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 60.0


def program() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One page of the browser; `complaints` are what its console reports as errors."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last = 0
        self.complaints: list[str] = []
        for domain in ("Page", "Log", "Runtime", "Accessibility"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        deadline = time.monotonic() + LIMIT_S
        while True:
            message = json.loads(self._connection.recv(timeout=max(0.0, deadline - time.monotonic())))
            if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
                self.complaints.append(message["params"]["entry"]["text"])
            if message.get("id") == self._last:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def value(self, expression: str) -> Any:
        answer = self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, address: str) -> None:
        answer = self.do("Page.navigate", url=address)
        assert not answer.get("errorText"), answer
        self.until("document.readyState == 'complete' && location.href != 'about:blank'")

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true; also while the page changes to another."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            # While one document gives way to the next there is none to ask.
            with contextlib.suppress(AssertionError):
                if self.value(expression):
                    return
            assert time.monotonic() < deadline, (expression, self.value("location.href"), self.complaints)
            time.sleep(0.02)

    def screen(self, width: int, height: int, zoom: float = 1.0, dark: bool = False) -> None:
        """A window of so many device pixels, with the browser's zoom and the colour scheme of the system."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=round(width / zoom), height=round(height / zoom), deviceScaleFactor=zoom, mobile=False,
        )  # fmt: skip
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.do("Emulation.setEmulatedMedia", features=scheme)

    def click(self, selector: str) -> None:
        """Press and release the mouse in the middle of an element."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.value(f"(() => {{ const b = {box}; return [b.x + b.width / 2, b.y + b.height / 2] }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, code: int, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.do("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """A browser with its profile in `folder`, and its first page."""
    found = program()
    assert found is not None
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [found, *options, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with connect(_address(folder, process), max_size=None) as browser:
            browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
            targets = json.loads(browser.recv(timeout=LIMIT_S))["result"]["targetInfos"]
        first = next(each["targetId"] for each in targets if each["type"] == "page")
        host = _address(folder, process).partition("/devtools")[0]
        with connect(f"{host}/devtools/page/{first}", max_size=None) as connection:
            yield Page(connection)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the browser's DevTools answer; it writes that down when they do."""
    noted = folder / "profile" / "DevToolsActivePort"
    deadline = time.monotonic() + LIMIT_S
    while True:
        lines = noted.read_text().split() if noted.is_file() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
