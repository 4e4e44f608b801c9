"""Which read models the work on a due row needs: those that its queries read. It waits for those that are incomplete."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.sql.visitors import iterate

from chassis.policies import PolicyBook
from chassis.read_models import ReadModel
from chassis.storage.database import Database
from chassis.timers import Materialised, TimerContext


class Incomplete(Exception):
    """A timer needs read models that lack events; it waits, and others go on."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(
            f"waits for the read model{'s' * (len(names) > 1)} {', '.join(sorted(names))}, which lack"
            f"{'s' * (len(names) == 1)} events"
        )
        self.names = names


class Needs:
    """The context of timers, whose queries are refused while a read model that they read is incomplete."""

    def __init__(self, database: Database, models: Iterable[ReadModel[Any]]) -> None:
        self._database = database
        self._by_view = {model.view: model.name for model in models}
        self.incomplete: frozenset[str] = frozenset()

    def read_by(self, query: Any) -> frozenset[str]:
        """The names of the read models that a SQLAlchemy query reads, in subqueries too."""
        tables = (part.name for part in iterate(query) if isinstance(part, Table))
        return frozenset(self._by_view[name] for name in tables if name in self._by_view)

    def context(self, now: datetime, policies: PolicyBook) -> TimerContext:
        """What a timer may use. Its queries raise Incomplete."""
        return TimerContext(now, policies, self._rows, self._batches, self._materialised)

    def _check(self, query: Any) -> None:
        if self.incomplete and (lacking := self.read_by(query) & self.incomplete):
            raise Incomplete(lacking)

    async def _rows(self, query: Any) -> list[dict[str, Any]]:
        self._check(query)
        return await self._database.rows(query)

    async def _batches(self, query: Any) -> AsyncIterator[list[dict[str, Any]]]:
        self._check(query)
        async for batch in self._database.batches(query):
            yield batch

    @asynccontextmanager
    async def _materialised(self, query: Any) -> AsyncIterator[Materialised]:
        self._check(query)
        async with self._database.materialised(query) as answer:

            async def batches(further: Any) -> AsyncIterator[list[dict[str, Any]]]:
                self._check(further)
                async for batch in answer.batches(further):
                    yield batch

            yield Materialised(answer.table, batches)
