"""An installation on this machine: a home folder with PostgreSQL, Kafka, and every service as a process of its own."""

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from chassis.kafka_security import KafkaSettings
from contracts import erp
from standing.console import NAME as CONSOLE
from standing.console import address_at, client_at, start_console, why_not
from standing.fault import Fault
from standing.issuing import environment_of, login_at, start_issuer
from standing.kafka_rules import ERP, rules
from standing.people import COMMAND, SERVICES
from standing.ports import Ports, Say
from standing.running import STATE_FILE, NotRunning, Running
from standing.services import ALL, Client, connect
from standing.starting import until_ours_answers
from standing.wrapping import wrapping_of
from standing_parts import Kafka, Postgres, start_kafka, start_postgres
from standing_parts.issuer import Issuer
from standing_parts.kafka import OPERATOR
from standing_parts.postgres_password import write_secret
from standing_parts.process import Command, ServerProcess
from standing_parts.traces import TraceViewer, start_viewer
from standing_parts.traces.viewer import VARIABLE as TRACES

PARTITIONS = 2
"""One machine has little to share out: more partitions would only make smaller batches of the same work."""
RESTART_PAUSE_S = 2.0
NOT_HERE = ("STANDING_POSTGRES_PASSWORD_FILE", "STANDING_TLS_CERT_FILE", "STANDING_TLS_KEY_FILE")
"""Settings of the terminal that are not passed on: what is on this machine's loopback alone is served without TLS."""


@dataclass
class Installation:
    """Running parts and services. Killing and starting a single service is for drills."""

    home: Path
    postgres: Postgres
    kafka: Kafka
    clock: str
    ports: dict[str, int]
    issuer: Issuer | None
    http: httpx.AsyncClient
    reserved: Ports
    processes: dict[str, ServerProcess] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    viewer: TraceViewer | None = None

    @staticmethod
    async def start(
        home: Path,
        clock: str,
        say: Say,
        fresh: bool = False,
        ports: dict[str, int] | None = None,
        traces: bool = False,
        **environment: str,
    ) -> "Installation":
        """Start everything and return when all services answer. ``fresh`` empties the home first.

        Services get the ``ports`` that are free, and others instead of those that are not. With ``traces``, or where the terminal names
        one, a viewer of traces is started too, and services record them. Raises Fault for a home that is in use.
        """
        refuse_running(home)
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        reserved = Ports()
        console_port = reserved.choose(CONSOLE, ports[CONSOLE], say) if ports and CONSOLE in ports else None
        clients = [client_at(console_port)] if console_port else []
        issuer = await asyncio.to_thread(start_issuer, home, say, clients=clients)
        wanted = traces or bool(os.environ.get(TRACES))
        viewer = await asyncio.to_thread(start_viewer, home, say) if wanted else None
        postgres = await asyncio.to_thread(start_postgres, home, say)
        kafka = await asyncio.to_thread(start_kafka, home, PARTITIONS, say)
        chosen = {service.name: reserved.choose(service.name, (ports or {}).get(service.name), say) for service in ALL}
        http = connect(login_at(issuer, COMMAND))
        made = Installation(
            home, postgres, kafka, clock, chosen, issuer, http, reserved, environment=environment, viewer=viewer
        )
        await made.create_topics()
        await asyncio.to_thread(made.allow)
        for service in ALL:
            await postgres.create_database(service.database)
            made.start_service(service.name)
        for client in made.clients:
            await until_ours_answers(client, made.processes[client.name], home, issuer is not None)
        made.start_console(console_port, say)
        made._remember()
        say("Services: " + ", ".join(f"{client.name} {client.base_url}" for client in made.clients))
        if viewer is not None:
            await asyncio.to_thread(viewer.announce, say)
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

    def allow(self) -> None:
        """Give each user of a Kafka with rules those that it needs."""
        for user, needed in rules().items():
            self.kafka.allow(user, needed)

    def start_service(self, name: str) -> None:
        """Start one service's process; its output goes to ``home/<service>.log``."""
        environment = {
            **environment_of(self.issuer, SERVICES),
            "STANDING_POSTGRES": self.postgres.dsn(""),  # with the file of its password, where it has one
            **dict.fromkeys(NOT_HERE, ""),
            "STANDING_KAFKA": self.kafka.bootstrap,
            **self._login_of(name),
            "STANDING_PARTITIONS": str(self.kafka.partitions),
            "STANDING_FETCH_WAIT_MS": str(self.kafka.fetch_wait_ms),
            "STANDING_PORT": str(self.ports[name]),
            "STANDING_CLOCK": self.clock,
            "STANDING_PEERS": json.dumps({service: f"http://127.0.0.1:{port}" for service, port in self.ports.items()}),
            **wrapping_of(self.home, name),
            **(self.viewer.environment if self.viewer is not None else {}),
            **self.environment,
        }
        package = name.replace("-", "_")
        log = self.home / f"{name}.log"
        self.processes[name] = ServerProcess(
            Command((sys.executable, "-m", package), self.home, log, env=environment, grace_s=25)
        )

    def start_console(self, port: int | None, say: Say) -> None:
        """Start the console, or say why there is none."""
        if port is None:
            return
        if (reason := why_not(self.issuer)) is not None:
            say(reason)
            return
        self.console_port = port
        traces = self.viewer.trace_address if self.viewer is not None else ""
        self.processes[CONSOLE] = start_console(self.home, port, self.ports, self.issuer, traces)
        say(f"Console: {address_at(port)}")

    def _login_of(self, service: str) -> dict[str, str]:
        """The settings of a service's login at Kafka; those of the terminal hold for a Kafka of the terminal's alone."""
        if self.kafka.kind == "external":
            return {}
        unset = dict.fromkeys((f"STANDING_{name.upper()}" for name in KafkaSettings.model_fields), "")
        return unset | self.kafka.security_of(service).environment()

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
                    if name == CONSOLE:
                        self.start_console(self.console_port, say)
                    else:
                        self.start_service(name)

    async def stop(self) -> None:
        """Stop services first, parts last."""
        await self.http.aclose()
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process in self.processes.values()))
        (self.home / STATE_FILE).unlink(missing_ok=True)
        if self.viewer is not None:
            await asyncio.to_thread(self.viewer.stop)
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)
        if self.issuer is not None:
            await asyncio.to_thread(self.issuer.stop)
        self.reserved.release()

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
            "login": login_at(self.issuer, COMMAND),
            "traces": self.viewer.url if self.viewer is not None else "",
            "kafka_users": {user: self.kafka.security_of(user).environment() for user in (ERP, OPERATOR)},
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
