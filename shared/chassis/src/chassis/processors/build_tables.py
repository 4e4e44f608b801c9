"""The table of a build of a read model: created, shown, dropped, and who had that done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from chassis.handling.audit import Action, Operator, record
from chassis.handling.set_aside import Place
from chassis.read_models import ReadModel, table_of
from chassis.storage.database import Connection
from chassis.timers import TodoList

State = Literal["building", "live", "retired", "checking"]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass
class Build:
    """One table of a read model, and the position it has reached in each partition."""

    model: ReadModel[Any]
    number: int
    state: State
    positions: dict[int, int]
    fault: str | None = None
    retry_at: float = 0.0
    """When a faulty build is tried again, on the monotonic clock."""
    aside: frozenset[Place] = frozenset()
    """The places of events that it does without."""
    noted: tuple[frozenset[int], str | None] | None = None
    """The partitions and the fault that this process last stored for the other replicas."""

    @property
    def table(self) -> str:
        return f"{self.model.view}_b{self.number}"

    @property
    def identity(self) -> tuple[str, int, int]:
        return self.model.name, self.model.version, self.number


async def note(
    connection: Connection, now: datetime, by: Operator | None, action: str, build: Build, before: str | None, after: str | None
) -> None:  # fmt: skip
    """Record what was done to a build, with its status before and after."""
    if by is None:
        return
    name, version, number = build.identity
    was, became = (None if status is None else {"status": status} for status in (before, after))
    detail = {"version": version, "build": number}
    await record(connection, now, Action(by, action, None, detail, (f"projections/{name}",), was, became))


async def create(connection: Connection, model: ReadModel[Any], number: int, state: State, now: datetime) -> Build:
    """A new, empty build, at the beginning of every partition."""
    build = Build(model, number, state, {})
    await connection.execute(str(CreateTable(table_of(model, build.table)).compile(dialect=_DIALECT)))
    # The scheduler queries to-do lists by what is due continually.
    wanted = {*model.indexes, *([("due_on" if model.is_by_day else "due_at",)] if isinstance(model, TodoList) else [])}
    for n, columns in enumerate(sorted(wanted)):
        await connection.execute(f"CREATE INDEX {build.table}_i{n} ON {build.table} ({', '.join(columns)})")
    await connection.execute(
        "INSERT INTO projection_build (name, version, build, state, started_at) VALUES ($1, $2, $3, $4, $5)",
        *build.identity, state, now,
    )  # fmt: skip
    rows = await connection.fetch(
        "INSERT INTO projection (name, version, build, partition) SELECT $1, $2, $3, partition FROM log_partition"
        " RETURNING partition, position",
        *build.identity,
    )
    build.positions = {row["partition"]: row["position"] for row in rows}
    return build


async def point_view(connection: Connection, build: Build) -> None:
    """Let questions be answered from this build."""
    await connection.execute(f"CREATE OR REPLACE VIEW {build.model.view} AS SELECT * FROM {build.table}")


async def drop(connection: Connection, build: Build) -> None:
    """Its table goes, and with it its positions."""
    await connection.execute(f"DROP TABLE IF EXISTS {build.table}")
    await connection.execute(
        "DELETE FROM projection_build WHERE name = $1 AND version = $2 AND build = $3", *build.identity
    )
