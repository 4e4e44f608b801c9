"""Questions over HTTP: they read the live read models, and wait for a write when its token is sent along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy import ColumnElement, Select

from chassis.http.paging import Page, PageRequest
from chassis.http.tokens import TOKEN_HEADER, read_token


@dataclass(frozen=True)
class ReadDesk:
    """Runs SQLAlchemy selects on the service's own read models."""

    request: Request

    @property
    def now(self) -> datetime:
        """The service's clock (wall clock, or simulated)."""
        now: datetime = self.request.app.state.runtime.clock.now()
        return now

    @property
    def policies(self) -> Any:
        """The PolicyBook in force."""
        return self.request.app.state.runtime.executor.policies

    async def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """All rows as dictionaries; the hidden ``partition`` is left out."""
        found = await self.request.app.state.runtime.read(query)
        return [{name: value for name, value in row.items() if name != "partition"} for row in found]

    async def one(self, query: Select[Any]) -> dict[str, Any] | None:
        """The first row, or None."""
        rows = await self.rows(query.limit(1))
        return rows[0] if rows else None

    async def page(self, query: Select[Any], order: Sequence[ColumnElement[Any]], page: PageRequest) -> Page:
        """One page of the query, ordered by columns that together are unique."""
        return page.cut(await self.rows(page.of(query, order)), order)

    async def state(self, command_type: type[Any], stream_id: str) -> Any:
        """The folded state of a stream as of now, read from the log: for questions that need the decider's own view."""
        return await self.request.app.state.runtime.executor.state(command_type, stream_id)


async def _read_desk(
    request: Request,
    consistency_token: Annotated[str | None, Header(alias=TOKEN_HEADER)] = None,
) -> ReadDesk:
    if consistency_token:
        await request.app.state.runtime.caught_up_with(read_token(consistency_token))
    return ReadDesk(request)


Reader = Annotated[ReadDesk, Depends(_read_desk)]
