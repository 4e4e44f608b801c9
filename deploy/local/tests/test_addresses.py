"""Addresses, names and settings that need no server."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from standing_parts import Kafka, PartError, Postgres, start_kafka, start_postgres
from standing_parts.apache_kafka import server_properties


def test_a_dsn_names_the_database_and_keeps_the_rest() -> None:
    postgres = Postgres("external", "postgresql://ann:s3cret@db.example:5433/postgres?application_name=x")
    assert postgres.dsn("credit") == "postgresql://ann:s3cret@db.example:5433/credit?application_name=x"
    assert make_url(postgres.sqlalchemy_url("a b")).database == "a b"
    assert make_url(postgres.sqlalchemy_url("credit")).drivername == "postgresql+asyncpg"


def test_an_external_postgres_that_does_not_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_POSTGRES", "postgresql://ann:s3cret@127.0.0.1:1/")
    with pytest.raises(PartError, match=r"at 127.0.0.1:1 does not answer") as caught:
        start_postgres(tmp_path, pytest.fail)
    assert "s3cret" not in str(caught.value)


def test_a_url_of_another_kind_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_POSTGRES", "mysql://somewhere/")
    with pytest.raises(PartError, match="must be a URL like postgresql://"):
        start_postgres(tmp_path, pytest.fail)


def test_a_kafka_that_is_no_address_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_KAFKA", "apachee")
    with pytest.raises(PartError, match="must be host:port, docker, apache, secured or mock, not 'apachee'"):
        start_kafka(tmp_path, say=pytest.fail)


def test_forced_apache_without_java_is_an_error_and_no_mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_KAFKA", "apache")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(PartError, match=r"Kafka must be apache.*no java on the PATH"):
        start_kafka(tmp_path, say=pytest.fail)


def test_external_parts_are_not_ours_to_end() -> None:
    Postgres("external", "postgresql://u@h/postgres").stop()
    Kafka("external", "h:9092", True, 8).stop()
    with pytest.raises(PartError, match="cannot be killed from here"):
        Postgres("external", "postgresql://u@h/postgres").kill()
    with pytest.raises(PartError, match="cannot be started again from here"):
        Kafka("external", "h:9092", True, 8).start_again()


def test_the_local_broker_keeps_old_records_for_ever() -> None:
    settings = server_properties(21_000, 21_001, Path("data"))
    assert settings["log.retention.ms"] == settings["log.retention.bytes"] == "-1"
    assert settings["log.message.timestamp.type"] == "CreateTime"
    assert int(settings["log.message.timestamp.before.max.ms"]) == 2**63 - 1
    assert all("127.0.0.1" in settings[name] for name in ("listeners", "advertised.listeners"))
