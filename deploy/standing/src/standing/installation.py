"""An installation on this machine: a home folder with PostgreSQL, Kafka, and every service as a process of its own."""

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from contracts import erp
from standing.fault import Fault
from standing.running import STATE_FILE, NotRunning, Running
from standing.services import ALL, Client, connect
from standing_parts import Kafka, Postgres, start_kafka, start_postgres
from standing_parts.postgres_password import write_secret
from standing_parts.process import Command, ServerProcess

PARTITIONS = 2
"""One machine has little to share out: more partitions would only make smaller batches of the same work."""
RESTART_PAUSE_S = 2.0

Say = Callable[[str], None]


@dataclass
class Installation:
    """Running parts and services. Killing and starting a single service is for drills."""

    home: Path
    postgres: Postgres
    kafka: Kafka
    clock: str
    ports: dict[str, int]
    http: httpx.AsyncClient = field(default_factory=connect)
    processes: dict[str, ServerProcess] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @staticmethod
    async def start(
        home: Path, clock: str, say: Say, fresh: bool = False, ports: dict[str, int] | None = None, **environment: str
    ) -> "Installation":
        """Start everything and return when all services answer. ``fresh`` empties the home first.

        Services get the ``ports`` that are free, and others instead of those that are not. Raises Fault for a home that is in use.
        """
        refuse_running(home)
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        postgres = await asyncio.to_thread(start_postgres, home, say)
        kafka = await asyncio.to_thread(start_kafka, home, PARTITIONS, say)
        chosen = {service.name: port_of(service.name, (ports or {}).get(service.name), say) for service in ALL}
        made = Installation(home, postgres, kafka, clock, chosen, environment=environment)
        await made.create_topics()
        for service in ALL:
            await postgres.create_database(service.database)
            made.start_service(service.name)
        for client in made.clients:
            await client.get("/livez")
        made._remember()
        say("Services: " + ", ".join(f"{client.name} {client.base_url}" for client in made.clients))
        return made

    @property
    def clients(self) -> tuple[Client, ...]:
        return tuple(Client(service, f"http://127.0.0.1:{self.ports[service.name]}", self.http) for service in ALL)

    def client(self, name: str) -> Client:
        return next(client for client in self.clients if client.name == name)

    def dsn(self, service: str) -> str:
        return self.postgres.dsn(service.replace("-", "_"))

    async def create_topics(self) -> None:
        await self.kafka.create_topics(sorted(erp.TOPICS) + [service.topic for service in ALL])

    def start_service(self, name: str) -> None:
        """Start one service's process; its output goes to ``home/<service>.log``."""
        environment = {
            **os.environ,
            "STANDING_POSTGRES": self.postgres.dsn("").rstrip("/"),
            "STANDING_KAFKA": self.kafka.bootstrap,
            "STANDING_PARTITIONS": str(self.kafka.partitions),
            "STANDING_FETCH_WAIT_MS": str(self.kafka.fetch_wait_ms),
            "STANDING_PORT": str(self.ports[name]),
            "STANDING_CLOCK": self.clock,
            "STANDING_PEERS": json.dumps({service: f"http://127.0.0.1:{port}" for service, port in self.ports.items()}),
            **self.environment,
        }
        package = name.replace("-", "_")
        log = self.home / f"{name}.log"
        self.processes[name] = ServerProcess(
            Command((sys.executable, "-m", package), self.home, log, env=environment, grace_s=25)
        )

    def kill_service(self, name: str) -> None:
        """kill −9."""
        self.processes[name].kill()

    async def keep_alive(self, say: Say) -> None:
        """Restart services that ended by themselves, after a pause, so that one that cannot start does not spin."""
        while True:
            await asyncio.sleep(RESTART_PAUSE_S)
            for name, process in list(self.processes.items()):
                if not process.alive:
                    say(f"{name} ended by itself and is being restarted; its log is {self.home / name}.log")
                    self.start_service(name)

    async def stop(self) -> None:
        """Stop services first, parts last."""
        await self.http.aclose()
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process in self.processes.values()))
        (self.home / STATE_FILE).unlink(missing_ok=True)
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)

    async def discard(self) -> None:
        """Stop, and delete the data; for tests."""
        await self.stop()
        await asyncio.to_thread(self.postgres.discard)
        shutil.rmtree(self.home, ignore_errors=True)

    def _remember(self) -> None:
        state = {
            "pid": os.getpid(),
            "ports": self.ports,
            "postgres": self.postgres.dsn(""),
            "kafka": self.kafka.bootstrap,
        }
        # It holds the password of PostgreSQL.
        (self.home / STATE_FILE).unlink(missing_ok=True)
        write_secret(self.home / STATE_FILE, json.dumps({**state, "kafka_kind": self.kafka.kind}))


def refuse_running(home: Path) -> None:
    """Raises Fault where an installation runs in the home: another one would empty it, or write into it beside the first."""
    try:
        running = Running.find(home)
    except NotRunning:
        return
    raise Fault(
        f"Process {running.pid} runs an installation in {home} already; stop it with: standing down --home {home}, or name "
        "another home with --home."
    )


def port_of(service: str, wanted: int | None, say: Say) -> int:
    """The port that a service of this machine can have: the wanted one, or a free one where another program holds that.

    Without it the commands would speak with the other program, such as the services of a second home, and take them for ours.
    """
    if wanted is None:
        return _free_port()
    try:
        _bind(wanted)
    except OSError:
        free = _free_port()
        say(f"{service}: another program holds port {wanted}, so it answers at port {free}")
        return free
    return wanted


def _free_port() -> int:
    return _bind(0)


def _bind(port: int) -> int:
    with socket.socket() as probe:
        # As the server does: a port that served a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        bound: int = probe.getsockname()[1]
        return bound
