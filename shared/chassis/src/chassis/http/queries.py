"""Queries over HTTP: they read the live read models, and wait for a write when its consistency token is sent along."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from sqlalchemy import Select

from chassis.business_calendar import day_of, days_by_region, start_of
from chassis.http.paging import Page, PageRequest
from chassis.http.running import Running
from chassis.http.sorting import Columns, Order
from chassis.http.tokens import TOKEN_HEADER, TOKEN_MAX, read_token
from chassis.personal.opening import text_of
from chassis.policies import PolicyBook
from chassis.read_models import ReadModel
from chassis.runtime import Runtime
from contracts import Event
from contracts.fields import FIRST_DAY, LAST_DAY, in_calendar
from contracts.personal import Clear, Sealed

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", re.DOTALL)


def _end_of_day(value: Any) -> Any:
    """A day means its end in UTC. Only text in the form of a day or an instant is accepted, never seconds since 1970."""
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), time.max, UTC)
    if not _INSTANT.fullmatch(value):
        raise ValueError("write an instant with its time zone, 2024-05-31T08:00:00Z, or a day, 2024-05-31")
    return value


def _within_calendar(instant: datetime | None) -> datetime | None:
    """In UTC. Nothing is recorded outside of the calendar, so what lies beyond it is its beginning or its end."""
    if instant is None or in_calendar(instant):
        return instant and instant.astimezone(UTC)
    return BEGINNING if instant.year <= FIRST_DAY.year else END


BEGINNING, END = datetime.combine(FIRST_DAY, time.min, UTC), datetime.combine(LAST_DAY, time.max, UTC)
KnownAt = Annotated[
    AwareDatetime | None,
    BeforeValidator(_end_of_day),
    AfterValidator(_within_calendar),
    Query(
        description="what was recorded up to this instant, or to the end of this day (UTC); without it, all that is known now"
    ),
]
"""``?as_known_at=``: the query is answered from what was known then."""


@dataclass(frozen=True)
class QueryRunner:
    """Runs SQLAlchemy selects on the service's own read models."""

    runtime: Runtime

    @property
    def now(self) -> datetime:
        """The service's clock (wall clock, or simulated)."""
        return self.runtime.clock.now()

    @property
    def policies(self) -> PolicyBook:
        """The PolicyBook in force."""
        return self.runtime.executor.policies

    @property
    def today(self) -> date:
        """The business day that it is."""
        return self.today_in(None)

    def today_in(self, region: str | None) -> date:
        """The business day that it is in a region; None, or one that the calendar does not name, is the whole business."""
        return self.day_of(self.now, region)

    @property
    def days(self) -> Mapping[str, date]:
        """The business day that it is in each region of the calendar."""
        return days_by_region(self.now, self.policies)

    def day_of(self, instant: datetime, region: str | None = None) -> date:
        """The business day of an instant."""
        return day_of(instant, self.policies, region)

    def start_of(self, day: date) -> datetime:
        """The instant at which a business day begins."""
        return start_of(day, self.policies)

    async def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """All rows as dictionaries, without the hidden ``partition``."""
        found = await self.runtime.read(query)
        return [{name: value for name, value in row.items() if name != "partition"} for row in found]

    async def one(self, query: Select[Any]) -> dict[str, Any] | None:
        """The first row, or None."""
        rows = await self.rows(query.limit(1))
        return rows[0] if rows else None

    async def page(self, query: Select[Any], order: Order | Columns, page: PageRequest) -> Page[Any]:
        """One page of the query, ordered by columns that together are unique, or in an order that was chosen."""
        return page.cut(await self.rows(page.of(query, order)), order)

    async def state(self, command_type: type[Any], stream_id: str) -> Any:
        """The current state of a stream, folded from the log: for queries that need the decider's own view."""
        return await self.runtime.executor.state(command_type, stream_id)

    async def open(self, personal: Sealed | Clear | None) -> str | None:
        """A personal text for the service's own use; None where there is none, or the person was erased. Raises Tampered.

        An answer needs none of this: it has what is sealed, which is opened by right.
        """
        return await text_of(self.runtime.executor.personal_keys, personal)

    async def known(self, model: ReadModel[Any], stream: str, known_at: datetime) -> list[dict[str, Any]]:
        """The rows of a read model from one stream's events recorded at or before ``known_at``."""
        return await self.runtime.replay.rows(model, stream, known_at)

    async def known_state(self, command_type: type[Any], stream_id: str, known_at: datetime) -> Any:
        """The decider's state of a stream, folded from its events recorded at or before ``known_at``."""
        return await self.runtime.replay.state(
            self.runtime.service.deciders_by_command[command_type], stream_id, known_at
        )

    async def known_all(
        self, model: ReadModel[Any], known_at: datetime, where: Callable[[Event], bool] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a read model from the whole log, as known then; only of events for which ``where`` holds.

        Reads the log from its beginning: for reports, not for pages. Raises QuestionTooSlow when that takes too long.
        """
        return await self.runtime.replayed(model, known_at, where)


async def _query_runner(
    request: Request,
    running: Running,
    consistency_token: Annotated[str | None, Header(alias=TOKEN_HEADER, max_length=TOKEN_MAX)] = None,
) -> QueryRunner:
    if consistency_token:
        positions = read_token(consistency_token)
        async with request.scope["chassis.place"].waiting():
            await running.caught_up_with(positions)
    return QueryRunner(running)


Queries = Annotated[QueryRunner, Depends(_query_runner)]
