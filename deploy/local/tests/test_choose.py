"""The order of the ways to a part, and that no way can hold the start up."""

from __future__ import annotations

import threading
import time

import pytest

from standing_parts import docker
from standing_parts.choose import Candidate, PassedOver, choose
from standing_parts.part import PartError


def there(kind: str) -> Candidate[str]:
    return Candidate(kind, lambda: None, lambda: f"{kind} runs")


def missing(kind: str, why: str) -> Candidate[str]:
    def probe() -> None:
        raise PassedOver(why)

    return Candidate(kind, probe, lambda: pytest.fail("started although its probe failed"))


def test_the_first_that_is_there_is_taken_in_silence() -> None:
    lines: list[str] = []
    assert choose("Kafka", [there("docker"), there("apache")], lines.append) == "docker runs"
    assert lines == []


def test_one_that_is_missing_is_passed_over_with_its_reason() -> None:
    lines: list[str] = []
    assert choose("Kafka", [missing("docker", "no engine"), there("apache")], lines.append) == "apache runs"
    assert lines == ["Kafka: docker passed over: no engine"]


def test_one_that_hangs_is_passed_over_in_bounded_time() -> None:
    lines: list[str] = []
    never = threading.Event()
    hangs: Candidate[str] = Candidate("docker", never.wait, lambda: pytest.fail("started although it gave no answer"))
    began = time.monotonic()
    assert choose("Kafka", [hangs, there("mock")], lines.append, limit_s=0.2) == "mock runs"
    assert time.monotonic() - began < 5
    assert lines == ["Kafka: docker passed over: no answer within 0.2 s"]
    never.set()


def test_one_that_fails_while_it_starts_is_passed_over() -> None:
    def start() -> str:
        raise PassedOver("Maven failed")

    lines: list[str] = []
    apache = Candidate("apache", lambda: None, start)
    assert choose("Kafka", [apache, there("mock")], lines.append) == "mock runs"
    assert lines == ["Kafka: apache passed over: Maven failed"]


def test_a_forced_one_has_no_second() -> None:
    with pytest.raises(PartError, match=r"Kafka must be apache.*apache: no java"):
        choose("Kafka", [missing("apache", "no java"), there("mock")], pytest.fail, forced="apache")
    assert choose("Kafka", [there("docker"), there("mock")], pytest.fail, forced="mock") == "mock runs"


def test_when_all_are_missing_the_error_gives_every_reason() -> None:
    with pytest.raises(PartError, match=r"No Kafka is available here. docker: no engine; apache: no java."):
        choose("Kafka", [missing("docker", "no engine"), missing("apache", "no java")], lambda _: None)


def test_a_broken_start_is_an_error_and_no_reason_to_take_the_next() -> None:
    def start() -> str:
        raise PartError("It ended at once.")

    with pytest.raises(PartError, match="ended at once"):
        choose("Kafka", [Candidate("apache", lambda: None, start), there("mock")], lambda _: None)


def test_a_docker_socket_that_is_not_there_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    lines: list[str] = []
    candidate = Candidate("docker", docker.probe, lambda: "docker runs")
    assert choose("PostgreSQL", [candidate, there("embedded")], lines.append) == "embedded runs"
    assert lines[0].startswith("PostgreSQL: docker passed over: no Docker engine answers (")


def test_the_container_of_kafka_advertises_the_port_of_this_machine() -> None:
    environment = docker.kafka_environment(21_000)
    assert environment["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://127.0.0.1:21000"
    assert environment["KAFKA_LOG_RETENTION_MS"] == "-1"
    assert environment["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"
