"""Which trace viewer an installation has: one that is named, or the first of Jaeger in Docker and Zipkin that can be had, or none."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from standing_parts import docker
from standing_parts.choose import Candidate, choose
from standing_parts.part import PartError, Say
from standing_parts.traces import zipkin
from standing_parts.traces.jaeger import IMAGE, Jaeger, begin_jaeger
from standing_parts.traces.zipkin import Zipkin, prepared_zipkin

VARIABLE = "STANDING_TRACES"
OFF = "off"
KINDS = ("docker", "zipkin", OFF)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class _Begun(Protocol):
    @property
    def url(self) -> str: ...

    @property
    def endpoint(self) -> str: ...

    def wait(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class TraceViewer:
    """`kind` is "external", "docker" or "zipkin"; `endpoint` takes OTLP over HTTP; `url` is for a browser, empty
    for an external one, which may be anything."""

    kind: str
    endpoint: str
    url: str
    name: str
    _begun: _Begun | None = field(default=None, repr=False, compare=False)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a process that sends it traces."""
        return {ENDPOINT: self.endpoint}

    @property
    def trace_address(self) -> str:
        """The address of a trace for a browser, with ``{trace_id}`` and ``{span_id}`` in it; empty for an external viewer."""
        match self.kind:
            case "docker":
                return f"{self.url}trace/{{trace_id}}?uiFind={{span_id}}"
            case "zipkin":
                return f"{self.url}traces/{{trace_id}}"
            case _:
                return ""

    def announce(self, say: Say) -> None:
        """Say where it is once it answers, or why it does not: nobody's work needs it.

        Zipkin is started here, so that it does not take its share of a small machine while everything else starts.
        """
        if self._begun is None:
            say(f"Traces: sent to {self.endpoint} ({ENDPOINT})")
            return
        try:
            self._begun.wait()
        except PartError as failure:
            say(f"Traces: no viewer. {failure}")
        else:
            say(f"Traces: {self.name} at {self.url}")

    def stop(self) -> None:
        """End it, and lose what it held; an external one is left alone."""
        if self._begun is not None:
            self._begun.stop()


def start_viewer(home: Path, say: Say = print) -> TraceViewer | None:
    """A viewer in `home`/traces; it ends with this process. `announce` starts what is not started yet and waits until it answers.

    The environment's OTEL_EXPORTER_OTLP_ENDPOINT names one that runs already; STANDING_TRACES is `docker` or `zipkin` to
    have that one and no other, or `off`. `say` gets one line where there is none. Raises PartError when the one that is
    wanted cannot be had.
    """
    wanted = os.environ.get(VARIABLE) or None
    if wanted is not None and wanted not in KINDS:
        raise PartError(f"{VARIABLE} must be docker, zipkin or off, not {wanted!r}.")
    if wanted == OFF:
        return None
    if endpoint := os.environ.get(ENDPOINT):
        return TraceViewer("external", endpoint, "", "")
    folder = home.absolute() / "traces"
    folder.mkdir(parents=True, exist_ok=True)
    passed_over: list[str] = []
    candidates = [
        Candidate("docker", docker.probe, lambda: _docker(begin_jaeger(folder))),
        Candidate("zipkin", zipkin.FETCHED.probe, lambda: _zipkin(prepared_zipkin(folder, say))),
    ]
    try:
        found = choose("Traces", candidates, passed_over.append, forced=wanted)
    except PartError as failure:
        if wanted is not None:
            raise
        say(f"Traces: no viewer. {failure}")
        return None
    for line in passed_over:
        say(line)
    return found


def _docker(begun: Jaeger) -> TraceViewer:
    return TraceViewer("docker", begun.endpoint, begun.url, f"Jaeger (docker {IMAGE})", begun)


def _zipkin(ready: Zipkin) -> TraceViewer:
    return TraceViewer("zipkin", ready.endpoint, ready.url, f"Zipkin {zipkin.FETCHED.version}", ready)
