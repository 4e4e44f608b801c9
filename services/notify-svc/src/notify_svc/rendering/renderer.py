"""The service's side: asks the worker, waits for a bounded time, and remembers which texts had to be ended."""

import asyncio
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from notify_svc.rendering.worker import TOO_LARGE, TOO_LONG
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.templates import CannotRender, Text

ANSWER_WITHIN_S = 20.0
"""By the clock, the start of the process included: its own bounds are of processor time and memory."""
NOT_AGAIN_WITHIN_S = 60.0
REMEMBERED_MAX = 1_000


class Worker:
    """One worker process and the pipe to it; a request at a time. It is started with the first one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def render(self, text: Text, facts: Mapping[str, Any]) -> Rendered:
        """The text rendered. Raises CannotRender."""
        try:
            request = orjson.dumps({"subject": text.subject, "body": text.body, "facts": dict(facts)})
        except TypeError as error:  # half of a surrogate pair in a source
            raise CannotRender(str(error)) from error
        with self._lock:
            answer = self._asked(request)
        if "error" in answer:
            raise CannotRender(answer["error"])
        return Rendered(answer["subject"], answer["body"])

    def start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # Without the service's environment, which may hold its secrets.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "notify_svc.rendering.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        return self._process

    def stop(self) -> None:
        """End the process; the next request starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def _asked(self, request: bytes) -> dict[str, str]:
        process, deadline = self.start(), time.monotonic() + ANSWER_WITHIN_S
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(struct.pack(">I", len(request)) + request)
            process.stdin.flush()
            size = struct.unpack(">I", _exactly(process.stdout, 4, deadline))[0]
            answer: dict[str, str] = orjson.loads(_exactly(process.stdout, size, deadline))
        except (OSError, TimeoutError) as error:
            self.stop()
            raise CannotRender("the process that renders texts did not answer") from error
        return answer


class BoundedRenderer:
    """Renders texts that people wrote; a text takes at most 200 ms of processor time, 96 MB and 64 kB.

    ``render`` is for decisions and waits in place; a text that had to be ended is not begun again for a minute, so that the many
    notices of one bad text do not stop a service that decides them one after the other. ``render_soon`` is for requests of people:
    it uses a worker of its own and lets the service go on meanwhile.
    """

    def __init__(self) -> None:
        self._deciding, self._trying = Worker(), Worker()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rendering")
        self._ended: OrderedDict[Text, tuple[float, str]] = OrderedDict()

    def render(self, text: Text, facts: Mapping[str, Any]) -> Rendered:
        """Raises CannotRender."""
        until, error = self._ended.get(text, (0.0, ""))
        if time.monotonic() < until:
            raise CannotRender(error)
        try:
            return self._deciding.render(text, facts)
        except CannotRender as refused:
            if str(refused) in (TOO_LONG, TOO_LARGE):
                self._ended[text] = (time.monotonic() + NOT_AGAIN_WITHIN_S, str(refused))
                while len(self._ended) > REMEMBERED_MAX:
                    self._ended.popitem(last=False)
            raise

    async def render_soon(self, text: Text, facts: Mapping[str, Any]) -> Rendered:
        """Raises CannotRender."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._trying.render, text, facts)


def _exactly(pipe: Any, size: int, deadline: float) -> bytes:
    read, answers = bytearray(), select.poll()  # a service has more files open than select() can number
    answers.register(pipe, select.POLLIN)
    while len(read) < size:
        if not answers.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        part = pipe.read1(size - len(read))
        if not part:
            raise OSError("The process that renders texts has ended.")
        read += part
    return bytes(read)


RENDERER = BoundedRenderer()
