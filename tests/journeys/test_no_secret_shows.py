"""Canary secrets through a process's whole life: its start and each way it fails, requests, faults, metrics, logs and a backup."""

import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from chassis.settings import Settings
from chassis.storage.connecting import connect, of_database
from chassis.testing.waiting import eventually
from standing.backup import back_up
from standing.ports import Ports
from standing_parts import Kafka, run_program
from standing_parts.certificates import Authority
from standing_parts.testing import local_issuer
from standing_parts.tls_postgres import TlsPostgres

DATABASE = "notify_svc"
ROLE = "canary"


@dataclass
class Canaries:
    """Secrets that are found wherever they are written, and the files that hold them."""

    folder: Path
    token: str
    password: str = field(default_factory=lambda: f"c4nary-{secrets.token_hex(12)}")
    next_password: str = field(default_factory=lambda: f"c4nary-{secrets.token_hex(12)}")
    key: str = field(default_factory=lambda: Fernet.generate_key().decode())
    wrapping: str = field(default_factory=lambda: Fernet.generate_key().decode())
    hook: str = field(default_factory=lambda: f"c4nary-{secrets.token_hex(12)}")
    client: str = field(default_factory=lambda: local_issuer().secret_file("standing").read_text().strip())

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content)
        return str(path)

    def seen_in(self, where: str, written: bytes | str) -> list[str]:
        text = written if isinstance(written, bytes) else written.encode()
        every = {
            "password": (self.password, self.next_password),
            "key": (self.key, self.wrapping),
            "hook": (self.hook,),
        }
        every |= {"client": (self.client,), "token": (self.token, self.token.rpartition(".")[2])}
        return [f"{name} in {where}" for name, values in every.items() for each in values if each.encode() in text]


@dataclass
class Process:
    """notify-svc as a process; ``log`` is all that it wrote."""

    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "notify_svc", env={**os.environ, **self.environment}, stdout=log, stderr=log
            )

    @contextlib.asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """It runs in the block, and has ended behind it."""
        await self.start()
        assert self.process is not None
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            await self.process.wait()


@pytest.fixture
async def canaries(tmp_path: Path) -> Canaries:
    return Canaries(tmp_path, local_issuer().token("ann", ["administrator", "delegate"], lifetime_s=3_600))


@pytest.fixture
async def environment(
    tls_postgres: TlsPostgres, kafka: Kafka, settings: Settings, canaries: Canaries, tmp_path: Path
) -> AsyncIterator[dict[str, str]]:
    """A deployment in which every secret is a canary in a file."""
    database = settings.topic_prefix.replace("-", "_") + DATABASE
    administrator = await connect(tls_postgres.url)
    await administrator.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{canaries.password}'")
    await administrator.execute(f"CREATE DATABASE {database} OWNER {ROLE} TEMPLATE template0")
    yield {
        "STANDING_POSTGRES": f"postgresql://{ROLE}@127.0.0.1:{tls_postgres.port}?sslmode=verify-full&sslrootcert={tls_postgres.ca}",
        "STANDING_POSTGRES_PASSWORD_FILE": canaries.file("password", canaries.password),
        "STANDING_KAFKA": kafka.bootstrap,
        "STANDING_PARTITIONS": str(kafka.partitions),
        "STANDING_TOPIC_PREFIX": settings.topic_prefix,
        "STANDING_PORT": str(Ports().choose("notify-svc", None, print)),
        "STANDING_LOG_LEVEL": "DEBUG",
        "STANDING_AUTH_ISSUER": local_issuer().url,
        "STANDING_CLIENT_ID": "standing",
        "STANDING_CLIENT_SECRET_FILE": str(local_issuer().secret_file("standing")),
        "NOTIFY_SECRET_KEYS_FILE": canaries.file("keys", canaries.key),
        "STANDING_WRAPPING_KEYS_FILE": canaries.file("wrapping", canaries.wrapping),
        "NOTIFY_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    await administrator.execute(f"DROP DATABASE {database} WITH (FORCE)")
    await administrator.execute(f"DROP ROLE {ROLE}")
    await administrator.close()


async def test_no_secret_is_in_anything_that_a_process_writes_or_answers(
    environment: dict[str, str], canaries: Canaries, tls_postgres: TlsPostgres, tmp_path: Path
) -> None:
    written, log = tmp_path / "written", tmp_path / "notify-svc.log"
    written.mkdir()
    running = Process(environment, log)
    database = environment["STANDING_TOPIC_PREFIX"].replace("-", "_") + DATABASE
    url = of_database(environment["STANDING_POSTGRES"], database, environment["STANDING_POSTGRES_PASSWORD_FILE"])
    base = f"http://127.0.0.1:{environment['STANDING_PORT']}"
    bearer = {"Authorization": f"Bearer {canaries.token}"}
    answers: list[httpx.Response] = []
    async with running.started(), httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as http:
        await eventually(lambda: _ready(running, http, bearer), bool, within_s=300)
        hook = {"recipient": "system:bi", "channel": "webhook", "url": f"http://127.0.0.1:9/{canaries.hook}"}
        made = await http.post("/v1/endpoints", json=hook, headers=bearer)
        assert made.status_code < 300, made.text  # its answer is the one place that shows the secret of the hook, once
        assert made.json()["secret"]
        for path in (
            "/metrics",
            "/readyz",
            "/openapi.json",
            "/asyncapi.json",
            "/v1/me",
            "/v1/endpoints",
            "/v1/log?partition=0&after=0",
            "/none",
        ):
            answers.append(await http.get(path, headers=bearer))
        answers.append(await http.get("/v1/endpoints", headers={"Authorization": f"Bearer {canaries.token}x"}))
        answers.append(
            await http.post("/v1/endpoints", json=hook, headers={"Authorization": f"Basic {canaries.password}"})
        )
        answers.append(await http.post("/v1/endpoints", json={**hook, "channel": "pigeon"}, headers=bearer))
        answers.append(
            await http.post("/v1/test-sends", json={"channel": "webhook", "recipient": "system:bi"}, headers=bearer)
        )
        made_backup = await back_up({"notify-svc": url}, tmp_path / "written" / "backup", lambda _: None)
        assert made_backup.dumps[0].events
        run_program("pg_dump", url, "--format=plain", f"--file={written / 'dump.sql'}")
        administrator = await connect(tls_postgres.url)
        await administrator.execute(f"ALTER ROLE {ROLE} PASSWORD '{canaries.next_password}'")
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
        )
        away = await eventually(lambda: _asked(http, bearer), lambda answer: answer.status_code == 503, within_s=120)
        answers.append(away)
        (tmp_path / "password").write_text(canaries.next_password)
        await eventually(lambda: _asked(http, bearer), lambda answer: answer.status_code == 200, within_s=120)
        await administrator.close()
    logged = log.read_text()
    assert "PostgresRefused" in logged, "the refused password was logged"
    found = canaries.seen_in("the log", logged)
    for answer in answers:
        found += canaries.seen_in(
            f"{answer.request.method} {answer.request.url.path} ({answer.status_code})", answer.text
        )
    for file in sorted(path for path in written.rglob("*") if path.is_file()):
        found += canaries.seen_in(file.name, file.read_bytes())
    assert found == []
    assert canaries.seen_in("itself", canaries.password) == ["password in itself"]


async def _ready(running: Process, http: httpx.AsyncClient, headers: dict[str, str]) -> bool:
    assert running.process is not None
    assert running.process.returncode is None, running.log.read_text()[-2000:]
    with contextlib.suppress(httpx.TransportError):
        return (await http.get("/readyz", headers=headers)).status_code == 200
    return False


async def _asked(http: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await http.get("/v1/endpoints", headers=headers)


async def test_a_process_that_cannot_start_shows_no_secret(
    environment: dict[str, str], canaries: Canaries, tls_postgres: TlsPostgres, tmp_path: Path
) -> None:
    (tmp_path / "ca").mkdir()
    in_url = {
        "STANDING_POSTGRES": environment["STANDING_POSTGRES"].replace(f"{ROLE}@", f"{ROLE}:{canaries.next_password}@"),
        "STANDING_POSTGRES_PASSWORD_FILE": "",
    }
    other_ca = {
        "STANDING_POSTGRES": environment["STANDING_POSTGRES"].replace(
            str(tls_postgres.ca), str(Authority(tmp_path / "ca", "X").file)
        )
    }
    starts: dict[str, tuple[dict[str, str], str]] = {
        "a wrong password": (in_url, "Compare user and password"),
        "a wrong CA": (other_ca, "sslrootcert must name the CA that signed it"),
        "a password that breaks the URL": (
            {**in_url, "STANDING_POSTGRES": f"postgresql://{ROLE}:x#{canaries.password}@127.0.0.1"},
            "In a password @ : / ? # % are percent-encoded",
        ),
        "a secret of Kafka without a use": ({"STANDING_KAFKA_PASSWORD": canaries.password}, "STANDING_KAFKA_PASSWORD"),
        "a certificate without its key": ({"STANDING_TLS_CERT_FILE": str(tls_postgres.ca)}, "belong together"),
    }
    logs = await asyncio.gather(
        *(_failed({**environment, **changes}, tmp_path / f"{name}.log") for name, (changes, _) in starts.items())
    )
    for (name, (_, sentence)), logged in zip(starts.items(), logs, strict=True):
        assert sentence in logged, f"{name}: {logged[-2000:]}"
        assert canaries.seen_in(f"the log of {name}", logged) == []


async def _failed(environment: dict[str, str], log: Path) -> str:
    """What a process wrote that ended by itself with an error."""
    failing = Process(environment, log)
    async with failing.started(), asyncio.timeout(300):
        assert failing.process is not None
        assert await failing.process.wait() != 0
    return log.read_text()
