"""An installation that another process started, found by its home."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from standing.fault import Fault
from standing.services import ALL, Client, connect

if TYPE_CHECKING:
    import httpx

    from chassis.kafka_security import KafkaSecurity

STATE_FILE = "standing.json"


class NotRunning(Fault):
    """Nothing runs in that home; start it with ``standing up``."""


@dataclass(frozen=True)
class Running:
    """An installation that another process started, found by its home."""

    pid: int
    ports: dict[str, int]
    postgres: str
    kafka: str
    kafka_kind: str
    kafka_users: dict[str, dict[str, str]] = field(default_factory=dict)
    """User → the settings of its login, for a Kafka that has logins and was started here."""
    traces: str = ""
    """Where a browser sees traces; empty where they are seen elsewhere, or none are recorded."""
    login: dict[str, str] = field(default_factory=dict)
    """The settings by which the command gets its tokens; empty where those of the terminal hold."""

    @staticmethod
    def find(home: Path) -> "Running":
        """Raises NotRunning when nothing runs there."""
        try:
            state = json.loads((home / STATE_FILE).read_text())
            os.kill(state["pid"], 0)
        except (OSError, ValueError, KeyError) as error:
            raise NotRunning(f"Nothing runs in {home}; start it with: standing up --home {home}") from error
        return Running(**state)

    def connect(self) -> "httpx.AsyncClient":
        """An HTTP client for the services, that they know."""
        return connect(self.login)

    def clients(self, http: "httpx.AsyncClient") -> tuple[Client, ...]:
        return tuple(Client(service, f"http://127.0.0.1:{self.ports[service.name]}", http) for service in ALL)

    def security_of(self, user: str) -> "KafkaSecurity":
        """How Kafka is reached; one that runs elsewhere by the settings of this terminal. Raises UsageError."""
        from chassis.kafka_security import KafkaSecurity, KafkaSettings

        if self.kafka_kind == "external":
            return KafkaSettings().kafka_security.check()
        return KafkaSecurity.of_environment(self.kafka_users.get(user, {}))

    def dsn(self, service: str) -> str:
        """The URL of a service's database."""
        from chassis.storage.connecting import of_database

        return of_database(self.postgres, service.replace("-", "_"))
