"""An installation to drill on: real PostgreSQL and Kafka, and two replicas of every service, each a process of its own."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from contracts import erp
from standing.issuing import environment_of, login_at, start_issuer
from standing.kafka_rules import rules
from standing.people import COMMAND, SERVICES
from standing.services import ALL, Client, connect
from standing.wrapping import wrapping_of
from standing_parts import Kafka, Postgres, start_kafka, start_postgres
from standing_parts.issuer import Issuer
from standing_parts.kafka import SECURED
from standing_parts.part import tail
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

from .schedule import PARTITIONS
from .small_disk import SmallDisk

ROOT = Path(__file__).parents[2]
REPLICAS = 2
ANSWER_WITHIN_S = 60.0
DIED_LATE_S = 1.0
SESSION_S = 6.0
"""How long the group coordinator waits for a replica that does not answer; the shortest that Kafka allows by default."""


@dataclass
class Replica:
    """One process of one service; ``arm`` makes it die, or behave badly, at a named point of its code (see ``launcher``)."""

    service: Service
    number: int
    port: int
    home: Path
    environment: dict[str, str]
    process: ServerProcess | None = None

    @property
    def name(self) -> str:
        return f"{self.service.name}/{self.number}"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self._file("log")

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.alive

    @property
    def died(self) -> bool:
        """Whether it killed itself at a point, and was not started since."""
        return not self.alive and self._file("died").exists()

    def start(self) -> None:
        for left in (self._file("pid"), self._file("point"), self._file("died")):
            left.unlink(missing_ok=True)
        argv = (sys.executable, "-m", "tests.drills.launcher", self.service.name.replace("-", "_"))
        self.process = ServerProcess(Command(argv, ROOT, self.log, env=self.environment, grace_s=25))

    def kill(self) -> None:
        """kill −9."""
        if self.process is not None:
            self.process.kill()

    def stop(self) -> None:
        """SIGTERM, and wait until it has handed over."""
        if self.process is not None:
            self.process.stop()

    def freeze(self) -> None:
        os.kill(self._pid(), signal.SIGSTOP)

    def thaw(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid(), signal.SIGCONT)

    def log_stacks(self) -> None:
        """Let the process log where each of its tasks waits."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid(), signal.SIGUSR2)

    def arm(self, point: str) -> None:
        """From now on the process does at ``point`` what the launcher says; an empty name disarms it."""
        self._file("point").write_text(point)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid(), signal.SIGUSR1)

    def _pid(self) -> int:
        try:
            return int(self._file("pid").read_text())
        except (OSError, ValueError):
            raise ProcessLookupError(self.name) from None

    def _file(self, kind: str) -> Path:
        return self.home / f"{self.service.name}-{self.number}.{kind}"


@dataclass
class IssuerClock:
    """The time of the local issuer, which a fault lets be behind."""

    behind_s: float = 0.0

    def now(self) -> float:
        return time.time() - self.behind_s


@dataclass
class Site:
    """Parts and replicas that run."""

    home: Path
    postgres: Postgres
    kafka: Kafka
    disk: SmallDisk | None
    issuer: Issuer | None
    issuer_clock: IssuerClock
    http: httpx.AsyncClient
    replicas: list[Replica] = field(default_factory=list)
    forged: set[str] = field(default_factory=set)
    """Services into whose topic a fault wrote in their name; what proves it has to say so, and nothing else."""
    tombstones: Counter[str] = field(default_factory=Counter)
    """Topic → records without a value that a fault sent there: handled by passing them over, and in no undisturbed run."""
    prepared: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set while a fault that begins before the work prepares for it."""
    _beginning: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Replica → its start, which is still to come or under way."""

    @staticmethod
    async def start(home: Path) -> "Site":
        """Start everything afresh in ``home`` and return when all replicas answer."""
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        issuer_clock = IssuerClock()
        issuer = await asyncio.to_thread(start_issuer, home, print, issuer_clock.now)
        postgres = await asyncio.to_thread(start_postgres, home, print)
        kafka = await asyncio.to_thread(start_kafka, home, PARTITIONS, print)
        disk = await SmallDisk.mount(postgres)
        site = Site(home, postgres, kafka, disk, issuer, issuer_clock, connect(login_at(issuer, COMMAND)))
        try:
            await site._start_replicas()
        except BaseException:
            await site.stop()
            raise
        return site

    async def _start_replicas(self) -> None:
        await self.create_topics()
        for user, needed in rules().items():
            await asyncio.to_thread(self.kafka.allow, user, needed)
        ports = {(service.name, n): free_port() for service in ALL for n in range(1, REPLICAS + 1)}
        for service in ALL:
            await self.postgres.create_database(service.database)
            if self.disk is not None and service is ALL[0]:
                await self.disk.take(service.database)
            for n in range(1, REPLICAS + 1):
                environment = {
                    **environment_of(self.issuer, SERVICES),
                    "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
                    "DRILL_FILES": str(self.home / f"{service.name}-{n}"),
                    "STANDING_POSTGRES": self.postgres.dsn("").rstrip("/"),
                    "STANDING_KAFKA": self.kafka.bootstrap,
                    **self.kafka.security_of(service.name).environment(),
                    "STANDING_PARTITIONS": str(self.kafka.partitions),
                    "STANDING_INSTANCE": str(n),
                    "STANDING_PORT": str(ports[service.name, n]),
                    "STANDING_CLOCK": "simulated",
                    **wrapping_of(self.home, service.name),
                    "STANDING_CONSUMER_SESSION_S": str(SESSION_S),
                    # Where a load balancer would stand: each replica reads the feeds of the replicas with its own number.
                    "STANDING_PEERS": json.dumps({s: f"http://127.0.0.1:{p}" for (s, m), p in ports.items() if m == n}),
                }
                replica = Replica(service, n, ports[service.name, n], self.home, environment)
                self.replicas.append(replica)
                replica.start()
        await asyncio.gather(*(self.answers(replica) for replica in self.replicas))

    @property
    def apache(self) -> bool:
        """Whether its Kafka is an Apache Kafka that was started from here, whose files can be reached."""
        return self.kafka.kind in ("apache", SECURED)

    def of(self, service: Service) -> list[Replica]:
        return [replica for replica in self.replicas if replica.service is service]

    def replica(self, service: str, number: int) -> Replica:
        return next(r for r in self.replicas if r.service.name == service and r.number == number)

    @property
    def clients(self) -> tuple[Client, ...]:
        """One replica of each service, for what any of them may be asked."""
        return tuple(Client(service, self.of(service)[0].base_url, self.http) for service in ALL)

    async def token(self) -> str:
        """A token of the drill's own client, for requests by hand; "" where nobody is asked for one."""
        auth = self.http.auth
        return await auth.token() if isinstance(auth, ServiceTokens) else ""

    def dsn(self, service: str) -> str:
        return self.postgres.dsn(service.replace("-", "_"))

    async def create_topics(self) -> None:
        await self.kafka.create_topics(sorted(erp.TOPICS) + [service.topic for service in ALL])

    async def answers(self, replica: Replica) -> None:
        """Wait until a replica answers. Raises RuntimeError with the end of its log when it does not."""
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN_S
        while True:
            with contextlib.suppress(httpx.TransportError):
                await self.http.get(replica.base_url + "/livez", timeout=2)
                return
            if not replica.alive:
                replica.start()
            if asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"{replica.name} does not answer. The end of its log:\n{tail(replica.log)}")
            await asyncio.sleep(0.1)

    def begin_later(self, replica: Replica, after_s: float) -> None:
        """Start a replica that has ended, after a while."""

        async def begin() -> None:
            await asyncio.sleep(after_s)
            if not replica.alive:
                replica.start()
            await self.answers(replica)

        task = self._beginning[replica.name] = asyncio.create_task(begin())
        task.add_done_callback(
            lambda done: self._beginning.get(replica.name) is done and self._beginning.pop(replica.name)
        )

    def begin_again(self) -> None:
        """Start the replicas that came to their point late, on a busy machine after the fault that armed them was over."""
        for replica in self.replicas:
            if replica.died and replica.name not in self._beginning:
                self.begin_later(replica, DIED_LATE_S)

    async def whole(self) -> None:
        """Wait until every replica runs."""
        await asyncio.gather(*self._beginning.values())
        await asyncio.gather(*(self.answers(replica) for replica in self.replicas))

    async def stop(self) -> None:
        """End everything at once and delete the data."""
        for task in self._beginning.values():
            task.cancel()
        await self.http.aclose()
        for replica in self.replicas:
            replica.thaw()
        await asyncio.gather(*(asyncio.to_thread(replica.kill) for replica in self.replicas))
        await asyncio.to_thread(self.kafka.kill)
        await asyncio.to_thread(self.postgres.kill)
        if self.disk is not None:
            await self.disk.unmount()
        await asyncio.to_thread(self.postgres.discard)
        if self.issuer is not None:
            await asyncio.to_thread(self.issuer.stop)
        shutil.rmtree(self.home, ignore_errors=True)
