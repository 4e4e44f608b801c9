"""The child that stands between this project and a server, so that the server ends when the project's
process ends.

Run as a plain script with the standard library only. Its one argument is a JSON object, see
`process.Command`. It reads commands from standard input, one a line: `stop` (in good order) and `kill` (at
once). The end of the input or another parent means that the starting process is gone, however it ended:
then the server is stopped in good order.

A server that asked the kernel itself for a signal on its parent's death would be bound to the *thread* that
started it; this process has one thread, so the server can ask for it here, against a keeper that is killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from typing import Any

POLL_S = 0.1
KILL_WAIT_S = 5.0
PR_SET_PDEATHSIG = 1


def main() -> int:
    order: dict[str, Any] = json.loads(sys.argv[1])
    parent = os.getppid()
    wishes: list[str] = []
    signal.signal(signal.SIGTERM, lambda *_: wishes.append("stop"))
    server = start(order)
    while server.poll() is None:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], POLL_S)
        if readable:
            wishes.append(os.read(sys.stdin.fileno(), 64).decode().strip() or "stop")
        elif os.getppid() != parent:
            wishes.append("stop")
        if "kill" in wishes:
            end(server, [(order["kill_signal"], KILL_WAIT_S), (signal.SIGKILL, KILL_WAIT_S)])
        elif wishes:
            steps = [(order["stop_signal"], order["grace_s"]), (order["kill_signal"], KILL_WAIT_S)]
            end(server, [*steps, (signal.SIGKILL, KILL_WAIT_S)])
    return abs(int(server.returncode))


def start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_the_keeper() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, order["kill_signal"], 0, 0, 0)

    as_user = {} if order["uid"] is None else {"user": order["uid"], "group": order["gid"], "extra_groups": []}
    return subprocess.Popen(
        order["argv"],
        cwd=order["cwd"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_the_keeper,
        **as_user,
    )


def end(server: subprocess.Popen[bytes], steps: list[tuple[int, float]]) -> None:
    for number, wait_s in steps:
        server.send_signal(number)
        try:
            server.wait(wait_s)
        except subprocess.TimeoutExpired:
            continue
        return


if __name__ == "__main__":
    sys.exit(main())
