"""PostgreSQL and Kafka in Docker containers, by testcontainers."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standing_parts.apache_kafka import broker_answers, server_properties
from standing_parts.choose import PassedOver, answer_within, one_line
from standing_parts.embedded_postgres import SETTINGS
from standing_parts.kafka_jars import VERSION
from standing_parts.part import PartError, address_answers, lock_folder, locked
from standing_parts.ports import free_port
from standing_parts.postgres_password import METHOD

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = f"apache/kafka:{VERSION}"
PULL_LIMIT_S = 600.0
START_LIMIT_S = 60.0
STOP_LIMIT_S = 15
POLL_S = 0.2


def probe() -> None:
    """Raises when no Docker engine on this machine answers; the caller bounds the time."""
    # Here, because it needs most of a second to import.
    from testcontainers.core.docker_client import DockerClient

    try:
        host = str(DockerClient().client.api.base_url)
        DockerClient().client.ping()
    except Exception as failure:
        cause: BaseException = failure
        while (deeper := cause.__cause__ or cause.__context__) is not None:
            cause = deeper
        raise PassedOver(f"no Docker engine answers ({one_line(cause, 90)})") from failure
    if not host.startswith(("http+docker://", "npipe://")) and "127.0.0.1" not in host and "localhost" not in host:
        raise PassedOver("the Docker engine is on another machine; name its servers by STANDING_POSTGRES and _KAFKA")


@dataclass(frozen=True)
class Recipe:
    """A server as a container: `inside` is its port, `data` its folder there, `ready` asks a host port; `beside` are further ports."""

    name: str
    image: str
    inside: int
    data: str
    environment: Callable[[int], dict[str, str]]
    command: list[str]
    ready: Callable[[int], bool]
    beside: tuple[int, ...] = ()


class Container:
    """A container on a fixed port of 127.0.0.1 with its data in the volume `volume`, both of one home."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self._folder = folder
        self._recipe = recipe
        self.volume = f"standing-{recipe.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
        with locked(folder):
            self.port = free_port(folder / "port")
            self.beside = {inside: free_port(folder / f"port-{inside}") for inside in recipe.beside}
        self._held: int | None = None
        self._container: Any = None

    def stop(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().stop(timeout=STOP_LIMIT_S)
        self._remove()

    def kill(self) -> None:
        if self._container is not None:
            self._container.get_wrapped_container().kill()
        self._remove()

    def start_again(self, wipe: bool) -> None:
        try:
            self.begin(wipe)
        except PassedOver as reason:
            raise PartError(f"The container of {self._recipe.image} cannot be started again: {reason}.") from reason

    def begin(self, wipe: bool) -> None:
        """Raises PassedOver when the image cannot be had, PartError when the server does not answer."""
        self.stop()
        self._held = lock_folder(self._folder)
        try:
            answer_within(PULL_LIMIT_S, lambda: self._start(wipe))
        except BaseException:
            self._remove()
            raise
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if address_answers("127.0.0.1", self.port) and self._recipe.ready(self.port):
                return
            time.sleep(POLL_S)
        output = b"".join(self._container.get_logs()).decode(errors="replace")[-2000:]
        self.stop()
        raise PartError(f"{self._recipe.image} in Docker gave no answer within {START_LIMIT_S:g} s:\n{output}")

    def discard(self) -> None:
        """Delete the data; the container must have been stopped."""
        _remove_leftovers(self.volume, with_data=True)

    def _start(self, wipe: bool) -> None:
        from testcontainers.core.container import DockerContainer

        # A container of this name is of a run that was killed: the folder's lock shows that nobody uses it.
        _remove_leftovers(self.volume, with_data=wipe)
        container = DockerContainer(self._recipe.image).with_name(self.volume)
        container.with_volume_mapping(self.volume, self._recipe.data, "rw").with_command(self._recipe.command)
        for name, value in self._recipe.environment(self.port).items():
            container.with_env(name, value)
        ports: dict[str, Any] = container.ports
        for inside, port in {self._recipe.inside: self.port, **self.beside}.items():
            ports[f"{inside}/tcp"] = ("127.0.0.1", port)
        self._container = container
        container.start()

    def _remove(self) -> None:
        if self._container is not None:
            self._container.stop()
            self._container = None
        if self._held is not None:
            os.close(self._held)
            self._held = None


def start_postgres(folder: Path, password: str) -> Container:
    """`password` is the superuser's in a new volume; an old one keeps what it has.

    Raises PassedOver when the image cannot be had, PartError when the server does not answer."""
    # Where it listens is the image's own affair: its start script needs the socket, the engine's forwarding
    # the TCP.
    settings = {name: SETTINGS[name] for name in SETTINGS.keys() - {"listen_addresses", "unix_socket_directories"}}
    command = ["postgres", *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]
    environment = {"POSTGRES_PASSWORD": password, "POSTGRES_INITDB_ARGS": f"--auth={METHOD}"}
    # The server listens on TCP only after the image's start script has prepared the data.
    recipe = Recipe(
        "postgres",
        POSTGRES_IMAGE,
        5432,
        "/var/lib/postgresql",
        lambda _: environment,
        command,
        _greets_as_postgres,
    )
    container = Container(folder, recipe)
    container.begin(wipe=False)
    return container


def start_kafka(folder: Path) -> Container:
    """Raises PassedOver when the image cannot be had, PartError when the broker does not answer."""
    recipe = Recipe(
        "kafka",
        KAFKA_IMAGE,
        9092,
        "/var/lib/kafka/data",
        kafka_environment,
        [],
        lambda port: broker_answers(f"127.0.0.1:{port}"),
    )
    container = Container(folder, recipe)
    container.begin(wipe=False)
    return container


def kafka_environment(port: int) -> dict[str, str]:
    """The local node's settings as the image's variables, with the port that clients on this machine see."""
    settings = server_properties(9092, 9093, Path("/var/lib/kafka/data")) | {
        "listeners": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://127.0.0.1:9093",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
    }
    return {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}


def _greets_as_postgres(port: int) -> bool:
    """Whether the server, not only the engine's port forwarding, answers (to a request for TLS: S or N)."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2.0) as connection:
            connection.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
            return connection.recv(1) in (b"S", b"N")
    except OSError:
        return False


def _remove_leftovers(name: str, with_data: bool) -> None:
    from testcontainers.core.docker_client import DockerClient

    client = DockerClient().client
    for container in client.containers.list(all=True, filters={"name": f"^{name}$"}):
        container.remove(force=True)
    if with_data:
        for volume in client.volumes.list(filters={"name": name}):
            volume.remove(force=True)
