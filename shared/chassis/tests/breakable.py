"""Read models that fail on events one chooses, and what the tests of setting aside ask of a service."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy import select

from chassis.read_models import ReadModel
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.waiting import eventually
from contracts import Envelope

from .running import asking
from .toy import JAR_SERVICE, JARS, Fill, JarFilled, JarRow, JarSealed

WHY = {"reason": "decided at the morning round", "actor": "ann"}
NO_KAFKA = frozenset({"http", "project", "schedule"})


@dataclass
class Breakable:
    """Read models that fail on the jars in ``broken``, each in its own way, until they are mended."""

    broken: set[str]

    def by_evolve(self) -> ReadModel[JarRow]:
        return replace(JARS, name="fragile", evolve=self._evolve)

    def by_keys(self) -> ReadModel[JarRow]:
        def keys(event: Any, around: Envelope) -> Any:
            if event.jar in self.broken:
                raise KeyError(event.jar)
            return JARS.keys(event, around)

        return replace(JARS, name="fragile", keys=keys)

    def by_a_value_that_no_column_holds(self) -> ReadModel[JarRow]:
        def evolve(
            key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
        ) -> JarRow | None:
            after = JARS.evolve(key, row, event, around)
            return replace(after, level=2**80) if after and key[0] in self.broken else after

        return replace(JARS, name="fragile", evolve=evolve)

    def by_text_that_no_column_holds(self) -> ReadModel[JarRow]:
        def evolve(
            key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
        ) -> JarRow | None:
            after = JARS.evolve(key, row, event, around)
            return replace(after, jar="\x00") if after and key[0] in self.broken else after

        return replace(JARS, name="fragile", evolve=evolve)

    def _evolve(
        self, key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
    ) -> JarRow | None:
        if key[0] in self.broken:
            raise OverflowError("date value out of range")
        return JARS.evolve(key, row, event, around)


def service_with(*models: ReadModel[Any]) -> Service:
    return replace(JAR_SERVICE, read_models=models)


async def fill(jars: Runtime, *names: str) -> None:
    for name in names:
        await jars.executor.submit(asking(Fill(name, 1)))


async def projected(jars: Runtime) -> None:
    await eventually(jars.reading, lambda reading: not reading.projection_lag)


async def rows_of(jars: Runtime, model: ReadModel[Any]) -> dict[str, int]:
    return {row["jar"]: row["level"] for row in await jars.read(select(model.table))}


async def listed(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/admin/set-aside", params=query)).json()["items"]
    return items


async def difference(client: httpx.AsyncClient, name: str) -> tuple[int, int]:
    compared = (await client.post(f"/v1/admin/projections/{name}/comparisons")).json()
    return compared["only_rebuilt"], compared["only_live"]


WAYS: list[Callable[[Breakable], ReadModel[JarRow]]] = [
    Breakable.by_evolve, Breakable.by_keys, Breakable.by_a_value_that_no_column_holds, Breakable.by_text_that_no_column_holds,
]  # fmt: skip
