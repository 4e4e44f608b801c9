"""An installation that another process started, found by its home."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from standing.fault import Fault
from standing.services import ALL, Client

if TYPE_CHECKING:
    import httpx

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

    @staticmethod
    def find(home: Path) -> "Running":
        """Raises NotRunning when nothing runs there."""
        try:
            state = json.loads((home / STATE_FILE).read_text())
            os.kill(state["pid"], 0)
        except (OSError, ValueError, KeyError) as error:
            raise NotRunning(f"Nothing runs in {home}; start it with: standing up --home {home}") from error
        return Running(**state)

    def clients(self, http: "httpx.AsyncClient") -> tuple[Client, ...]:
        return tuple(Client(service, f"http://127.0.0.1:{self.ports[service.name]}", http) for service in ALL)

    def dsn(self, service: str) -> str:
        return self.postgres.rstrip("/") + "/" + service.replace("-", "_")
