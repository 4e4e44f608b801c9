"""librdkafka's mock cluster in a process of its own; run as a module, it is that process.

It keeps records in memory and drops old ones, creates any topic that a client names, with 4 partitions, and does
not answer CreateTopics.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from standing_parts.part import PartError, tail
from standing_parts.process import Command, ServerProcess

PARTITIONS = 4  # librdkafka's own, without a setting
START_LIMIT_S = 60.0
POLL_S = 0.05
MARK = "bootstrap "


class MockBroker:
    """The running mock cluster; its output is in `folder`/mock.log."""

    def __init__(self, folder: Path) -> None:
        log = folder / "mock.log"
        log.unlink(missing_ok=True)
        argv = (sys.executable, "-m", "standing_parts.mock_broker")
        self._server = ServerProcess(Command(argv, cwd=folder, log=log, grace_s=2.0))
        self.bootstrap = self._wait_for_address(log)

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        self._server.kill()

    def start_again(self, wipe: bool) -> None:
        raise PartError(
            "The mock cluster forgets everything and cannot take the same port again; "
            "use STANDING_KAFKA=apache (Java 17 and Maven) or a Docker engine for this."
        )

    def _wait_for_address(self, log: Path) -> str:
        deadline = time.monotonic() + START_LIMIT_S
        while self._server.alive and time.monotonic() < deadline:
            for line in log.read_text(errors="replace").splitlines(keepends=True):
                if line.startswith(MARK) and line.endswith("\n"):
                    return line.removeprefix(MARK).strip()
            time.sleep(POLL_S)
        self._server.stop()
        raise PartError(f"librdkafka's mock cluster did not start. The end of {log}:\n{tail(log)}")


def main() -> None:
    """Serve until killed, after one line with the address on standard output."""
    from confluent_kafka import Producer

    cluster = Producer({"bootstrap.servers": "127.0.0.1:1", "test.mock.num.brokers": 1})
    (broker,) = cluster.list_topics(timeout=START_LIMIT_S).brokers.values()
    print(f"{MARK}{broker.host}:{broker.port}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
