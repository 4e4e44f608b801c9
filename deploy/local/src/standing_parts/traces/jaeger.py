"""Jaeger in a Docker container, with its traces in memory."""

from __future__ import annotations

from pathlib import Path

from standing_parts.docker import Container, Recipe
from standing_parts.part import address_answers

IMAGE = "jaegertracing/jaeger:2.17.0"
UI, OTLP = 16686, 4318
MEMORY = {"GOMEMLIMIT": "400MiB"}


class Jaeger:
    """A container of its own in ``folder``; begun, it answers."""

    def __init__(self, folder: Path) -> None:
        recipe = Recipe(
            "traces", IMAGE, UI, "/tmp", lambda _: dict(MEMORY), [], lambda port: address_answers("127.0.0.1", port), (OTLP,)
        )  # fmt: skip
        self._container = Container(folder, recipe)

    @property
    def url(self) -> str:
        """Where one looks at traces."""
        return f"http://127.0.0.1:{self._container.port}/"

    @property
    def endpoint(self) -> str:
        """Where traces are sent by OTLP over HTTP."""
        return f"http://127.0.0.1:{self._container.beside[OTLP]}"

    def begin(self) -> None:
        """Raises PassedOver when the image cannot be had, PartError when it does not answer."""
        self._container.begin(wipe=False)

    def wait(self) -> None:
        """Nothing is left to wait for."""

    def stop(self) -> None:
        self._container.stop()


def begin_jaeger(folder: Path) -> Jaeger:
    """Start it. Raises PassedOver or PartError."""
    begun = Jaeger(folder)
    begun.begin()
    return begun
