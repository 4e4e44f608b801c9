"""What Maven fetches: once, within limits, and where it cannot the reason is one line."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from standing_parts import maven
from standing_parts.choose import PassedOver
from standing_parts.kafka_jars import FETCHED
from standing_parts.maven import Fetched


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetched:
    """Something to fetch into an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pom.xml").write_text("<project><thing.version>1.2</thing.version></project>")
    return Fetched("Thing", "Some Thing", tmp_path / "pom.xml", megabytes=3)


def with_maven(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this script be what is called as mvn."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "mvn"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_it_is_fetched_once_and_announced_by_a_line(
    part: Fetched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = 'for each in "$@"; do case $each in -DoutputDirectory=*) touch "${each#*=}/thing.jar";; esac; done'
    with_maven(tmp_path, into, monkeypatch)
    lines: list[str] = []
    folder = part.folder(tmp_path / "log", lines.append)
    assert [file.name for file in folder.iterdir()] == ["thing.jar"]
    assert part.folder(tmp_path / "log", lines.append) == folder == part.cache
    assert lines == ["Thing: Maven fetches Some Thing 1.2 (about 3 MB, once)"]
    part.pom.write_text(part.pom.read_text() + "<!-- another list -->")
    assert part.cache != folder, "a list that has changed is fetched again"


@pytest.mark.parametrize(
    ("script", "limit", "reason"),
    [
        ("echo '[ERROR] no such thing'; exit 1", None, r"Maven failed: \[ERROR\] no such thing \(see "),
        ("exec sleep 600", "SILENCE", r"Maven made no progress for 0\.5 s \(see "),
        ("while :; do echo .; sleep 0.1; done", "DOWNLOAD", r"Maven needed more than 0\.5 s \(see "),
    ],
)
def test_a_maven_that_fails_or_never_ends_is_passed_over_and_leaves_nothing(
    part: Fetched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, limit: str | None, reason: str
) -> None:
    with_maven(tmp_path, script, monkeypatch)
    if limit is not None:
        monkeypatch.setattr(maven, f"{limit}_LIMIT_S", 0.5)
    with pytest.raises(PassedOver, match=reason):
        part.folder(tmp_path / "log", print)
    assert list(part.cache.parent.iterdir()) == []


def test_without_maven_what_is_fetched_already_is_enough(
    part: Fetched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PassedOver, match="no mvn on the PATH"):
        part.folder(tmp_path / "log", print)
    part.cache.mkdir(parents=True)
    assert part.folder(tmp_path / "log", print) == part.cache


def test_the_jars_of_kafka_are_those_of_its_version() -> None:
    assert re.fullmatch(rf"kafka-{re.escape(FETCHED.version)}-[0-9a-f]{{8}}", FETCHED.cache.name)
