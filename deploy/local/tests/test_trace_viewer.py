"""Where one looks at traces: what is chosen, and what is said where there is nothing to choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from standing_parts import docker
from standing_parts.choose import PassedOver
from standing_parts.part import PartError
from standing_parts.traces import TraceViewer, start_viewer, zipkin


@pytest.fixture
def no_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither Docker nor Java, and a terminal that names nothing."""

    def passed_over(why: str) -> Any:
        def probe(*_: object) -> None:
            raise PassedOver(why)

        return probe

    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("STANDING_TRACES", raising=False)
    monkeypatch.setattr(docker, "probe", passed_over("no Docker engine answers"))
    monkeypatch.setattr(type(zipkin.FETCHED), "probe", passed_over("no java on the PATH"))


def test_where_neither_docker_nor_java_is_there_is_no_viewer_and_one_line_says_why(
    no_viewer: None, tmp_path: Path
) -> None:
    lines: list[str] = []
    assert start_viewer(tmp_path, lines.append) is None
    assert lines == [
        "Traces: no viewer. No Traces is available here. docker: no Docker engine answers; zipkin: no java on the PATH."
    ]


def test_a_viewer_that_the_terminal_names_is_taken_and_nothing_is_started(
    no_viewer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://traces.example:4318")
    lines: list[str] = []
    viewer = start_viewer(tmp_path, lines.append)
    assert viewer is not None
    assert (viewer.kind, viewer.url) == ("external", "")
    assert viewer.environment == {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://traces.example:4318"}
    viewer.announce(lines.append)
    assert lines == ["Traces: sent to http://traces.example:4318 (OTEL_EXPORTER_OTLP_ENDPOINT)"]
    viewer.stop()


@pytest.mark.parametrize(
    ("kind", "url", "address"),
    [
        ("zipkin", "http://127.0.0.1:9411/zipkin/", "http://127.0.0.1:9411/zipkin/traces/{trace_id}"),
        ("docker", "http://127.0.0.1:16686/", "http://127.0.0.1:16686/trace/{trace_id}?uiFind={span_id}"),
        ("external", "", ""),
    ],
)
def test_a_viewer_that_was_started_here_says_where_it_shows_a_trace(kind: str, url: str, address: str) -> None:
    assert TraceViewer(kind, "http://127.0.0.1:4318", url, kind).trace_address == address


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ("zipkin", r"Traces must be zipkin, but that cannot run here\. zipkin: no java on the PATH"),
        ("jaeger", r"STANDING_TRACES must be docker, zipkin or off, not 'jaeger'"),
    ],
)
def test_a_viewer_that_is_wanted_and_cannot_be_had_is_refused(
    no_viewer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, refusal: str
) -> None:
    monkeypatch.setenv("STANDING_TRACES", wanted)
    with pytest.raises(PartError, match=refusal):
        start_viewer(tmp_path, print)


def test_who_wants_none_gets_none_without_a_word(
    no_viewer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDING_TRACES", "off")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://traces.example:4318")
    lines: list[str] = []
    assert start_viewer(tmp_path, lines.append) is None
    assert lines == []
