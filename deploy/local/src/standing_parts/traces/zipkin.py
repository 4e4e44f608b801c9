"""Zipkin on the local JVM, with its traces in memory, and the bridge in front of it."""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path

from standing_parts import maven
from standing_parts.maven import Fetched
from standing_parts.part import PartError, Say, address_answers, lock_folder, locked, tail
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

POM = Path(__file__).with_name("zipkin-pom.xml")
FETCHED = Fetched("Zipkin", "Zipkin", POM, megabytes=131, silence_s=480.0)  # nearly all of it is one file
START_LIMIT_S = 180.0
POLL_S = 0.1
JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true")
SPANS_MAX = 60_000
"""Older ones give way to newer ones; about 2.5 kB each with its tags, so that they fit."""


class Zipkin:
    """Traces in memory, output in ``folder``/server.log; ``jars`` holds its one jar. What is begun does not wait until it answers."""

    def __init__(self, folder: Path, jars: Path) -> None:
        self._folder = folder
        self._jars = jars
        self._log = folder / "server.log"
        with locked(folder):
            self.port = free_port(folder / "port")
            self.bridge_port = free_port(folder / "bridge-port")
        self._server: ServerProcess | None = None
        self._bridge: ServerProcess | None = None

    @property
    def url(self) -> str:
        """Where one looks at traces."""
        return f"http://127.0.0.1:{self.port}/zipkin/"

    @property
    def endpoint(self) -> str:
        """Where traces are sent by OTLP over HTTP."""
        return f"http://127.0.0.1:{self.bridge_port}"

    def begin(self) -> None:
        """Start both; what is sent before Zipkin answers is to be sent again, which senders do by themselves."""
        self.stop()
        held = lock_folder(self._folder)
        environment = {**os.environ, "STORAGE_TYPE": "mem", "MEM_MAX_SPANS": str(SPANS_MAX)}
        self._server = ServerProcess(Command(self._argv(), self._folder, self._log, env=environment), held)
        zipkin = f"http://127.0.0.1:{self.port}"
        argv = (sys.executable, "-m", "standing_parts.traces.bridge", str(self.bridge_port), zipkin)
        self._bridge = ServerProcess(Command(argv, self._folder, self._folder / "bridge.log"))

    def _argv(self) -> tuple[str, ...]:
        (jar,) = self._jars.glob("zipkin-server-*.jar")
        where = {"ip": "127.0.0.1", "port": str(self.port), "protocols[0]": "http"}
        return (
            maven.java(),
            *JVM,
            "-jar",
            str(jar),
            *(f"--armeria.ports[0].{name}={text}" for name, text in where.items()),
        )

    def wait(self) -> None:
        """Return when both answer, begun here if they are not. Raises PartError when one does not."""
        if self._server is None:
            self.begin()
        assert self._server is not None
        assert self._bridge is not None
        deadline = time.monotonic() + START_LIMIT_S
        while self._server.alive and self._bridge.alive and time.monotonic() < deadline:
            if self._answers() and address_answers("127.0.0.1", self.bridge_port):
                return
            time.sleep(POLL_S)
        log = self._log if self._bridge.alive else self._folder / "bridge.log"
        ended = "ended at once" if not (self._server.alive and self._bridge.alive) else "gave no answer in time"
        self.stop()
        raise PartError(f"Zipkin at {self.url} {ended}. The end of {log}:\n" + tail(log))

    def stop(self) -> None:
        for process in (self._bridge, self._server):
            if process is not None:
                process.stop()

    def _answers(self) -> bool:
        if not address_answers("127.0.0.1", self.port):
            return False
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/health", timeout=2.0) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def prepared_zipkin(folder: Path, say: Say) -> Zipkin:
    """One that is fetched, when it was not there yet, and has its ports; ``wait`` starts it. Raises PassedOver when it cannot be had."""
    return Zipkin(folder, FETCHED.folder(folder / "maven.log", say))
