"""Rows of read models in PostgreSQL, without a service."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from chassis.read_models import ReadModel
from chassis.storage.database import Database


async def store(database: Database, model: ReadModel[Any], rows: Iterable[tuple[Any, int]]) -> None:
    """Each row into its partition."""
    names = [field.name for field in fields(model.row)]
    marks = ", ".join(f"${n}" for n in range(1, len(names) + 2))
    await database.pool.executemany(
        f"INSERT INTO {model.view}_b1 ({', '.join(names)}, partition) VALUES ({marks})",
        [(*(getattr(row, name) for name in names), partition) for row, partition in rows],
    )
