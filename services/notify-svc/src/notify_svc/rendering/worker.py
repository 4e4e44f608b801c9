"""The process in which texts are rendered: one that renders until its time or memory is over, and one that begins another then.

A frame is four bytes of length and JSON. In: ``{"subject", "body", "facts"}``. Out: ``{"subject", "body"}`` or ``{"error"}``.
"""

import os
import resource
import signal
import struct
import sys
from typing import Any

import orjson

from notify_svc.rules.rendering import rendered_text

CPU_S = 0.2
"""Seconds of processor time for one text; a busy machine takes longer by the clock, and renders the same texts."""
MEMORY_BYTES = 96 * 2**20
"""How much larger than at its start the process may become."""
TOO_LONG = f"it takes more than {CPU_S * 1000:.0f} ms"
TOO_LARGE = "it takes more memory than a text may"


def main() -> None:
    """Keep one renderer going until nobody writes to the standard input any more."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the service, which closes the standard input when it ends
    while True:
        renderer = os.fork()
        if renderer == 0:
            _render_until_ended()
        _, status = os.waitpid(renderer, 0)
        if not os.WIFSIGNALED(status):
            os._exit(os.waitstatus_to_exitcode(status))
        _write({"error": TOO_LONG if os.WTERMSIG(status) == signal.SIGPROF else TOO_LARGE})


def _render_until_ended() -> None:
    _bound_memory()
    while (request := _read()) is not None:
        # Its default action ends the process wherever it is, also in the middle of one long operation.
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        answer = _rendered(request)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _write(answer)
    os._exit(0)


def _rendered(request: dict[str, Any]) -> dict[str, str]:
    try:
        text = rendered_text(request["subject"], request["body"], request["facts"])
    except MemoryError:
        return {"error": TOO_LARGE}
    except RecursionError:
        return {"error": "it calls itself without end"}
    except Exception as error:  # a template is a program of its author and fails in any way that a program can
        return {"error": _sentence(error)}
    return {"subject": text.subject, "body": text.body}


def _sentence(error: Exception) -> str:
    return str(error)[:500].encode("utf-8", "replace").decode().replace("\x00", "?") or type(error).__name__


def _bound_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as sizes:
        now = int(sizes.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY_BYTES, now + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read() -> dict[str, Any] | None:
    head = _exactly(4)
    if head is None:
        return None
    body = _exactly(struct.unpack(">I", head)[0])
    request: dict[str, Any] | None = None if body is None else orjson.loads(body)
    return request


def _exactly(size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(sys.stdin.fileno(), min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _write(answer: dict[str, str]) -> None:
    body = orjson.dumps(answer)
    left = memoryview(struct.pack(">I", len(body)) + body)
    while left:
        left = left[os.write(sys.stdout.fileno(), left) :]


if __name__ == "__main__":
    main()
