"""Parked messages over HTTP, ``/v1/admin/parked``: list, edit, retry in order, discard; one, or all that match a filter."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from chassis.errors import ConcurrentWrite
from chassis.handling.audit import Operator, recorded
from chassis.http.operator_answers import (
    Actions,
    Discarded,
    ParkedMessage,
    ParkedPage,
    ParkedSummary,
    Retried,
    RetriedMany,
)
from chassis.http.problems import NotFound, Problem
from chassis.http.running import Running
from chassis.inbox.parked_admin import Edit, Filter, ParkedAdmin

router = APIRouter(prefix="/v1/admin", tags=["parked"])

BIGINT_MAX = 2**63 - 1
RowId = Annotated[int, Path(ge=1, le=BIGINT_MAX)]
After = Annotated[int, Query(ge=0, le=BIGINT_MAX)]
Limit = Annotated[int, Query(ge=1, le=500)]
Text = Annotated[str | None, Query(max_length=300)]
VALUE_MAX = 1_000_000


class Reason(BaseModel):
    """Who acts, and why."""

    reason: str = Field(min_length=3, max_length=500, pattern=r"^[^\x00]+$")
    actor: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")

    @property
    def by(self) -> Operator:
        return Operator(self.actor, self.reason)


class Change(Reason):
    """An edit: headers to set (null removes one), the value as text. The message is retried at once unless ``retry`` is false."""

    headers: dict[str, str | None] = {}
    value: str | None = Field(default=None, max_length=VALUE_MAX)
    retry: bool = True


class Chosen(BaseModel):
    """Selects parked messages; every given field must match."""

    source: str | None = None
    key: str | None = None
    code: str | None = None
    type: str | None = None
    older_than_s: float | None = Field(default=None, ge=0, le=1e9)

    @property
    def filter(self) -> Filter:
        return Filter(**self.model_dump())


class Bulk(Reason):
    """An action on all chosen messages, on at most ``limit`` keys or messages at once."""

    chosen: Chosen
    limit: int = Field(default=1000, ge=1, le=10_000)


async def _parked(running: Running) -> ParkedAdmin:
    return running.parked


Admin = Annotated[ParkedAdmin, Depends(_parked)]


async def _found(parked: ParkedAdmin, row_id: int) -> dict[str, Any]:
    found = await parked.one(row_id)
    if found is None:
        raise NotFound("parked message", str(row_id))
    return found


async def _retried(parked: ParkedAdmin, row_id: int, by: Operator) -> dict[str, Any]:
    try:
        tried = await parked.retry(row_id, by)
    except ConcurrentWrite as race:
        raise Problem(
            409,
            "changed-meanwhile",
            "Another operator retried, edited or discarded messages of this key at the same time; look again.",
        ) from race
    return {
        "handled": tried.handled,
        "still_parked": [{"id": i} for i in tried.still_parked],
        "message": await _found(parked, row_id),
    }


@router.get("/parked", response_model=ParkedPage)
async def list_parked(
    parked: Admin,
    state: Literal["parked", "retried", "discarded"] = "parked",
    source: Text = None,
    key: Text = None,
    code: Text = None,
    type: Text = None,  # the query parameter's name
    older_than_s: Annotated[float | None, Query(ge=0, le=1e9)] = None,
    after: After = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Messages that could not be handled, each with the reason."""
    items = await parked.listed(state, after, limit, Filter(source, key, code, type, older_than_s))
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}


@router.get("/parked/summary", response_model=ParkedSummary)
async def summarise_parked(parked: Admin) -> dict[str, Any]:
    """Parked messages by source, type and error."""
    return {"items": await parked.summary()}


@router.get("/parked/{row_id}", response_model=ParkedMessage)
async def show_parked(parked: Admin, row_id: RowId) -> dict[str, Any]:
    """One message in full: as received, as edited, and every action on it."""
    return await _found(parked, row_id)


@router.post("/parked/{row_id}/retry", response_model=Retried)
async def retry_parked(parked: Admin, row_id: RowId, why: Reason) -> dict[str, Any]:
    """Handle the messages of this message's key again, in order, up to the first that fails."""
    await _found(parked, row_id)
    return await _retried(parked, row_id, why.by)


@router.post("/parked/{row_id}/edit", response_model=Retried)
async def edit_parked(parked: Admin, row_id: RowId, change: Change) -> dict[str, Any]:
    """Handle an edited message instead of the one received; the original stays on record."""
    await _found(parked, row_id)
    await parked.edit(row_id, Edit(change.headers, change.value), change.by)
    if change.retry:
        return await _retried(parked, row_id, change.by)
    return {"handled": 0, "still_parked": [{"id": row_id}], "message": await _found(parked, row_id)}


@router.post("/parked/{row_id}/discard", response_model=ParkedMessage)
async def discard_parked(parked: Admin, row_id: RowId, why: Reason) -> dict[str, Any]:
    """Discard a message permanently; it stays on record with the reason. Messages behind it wait until they are retried."""
    await _found(parked, row_id)
    if not await parked.discard([row_id], why.by):
        raise Problem(409, "not-parked", f"Message {row_id} is no longer parked.")
    return await _found(parked, row_id)


@router.post("/parked/retries", response_model=RetriedMany)
async def retry_all_parked(parked: Admin, bulk: Bulk) -> dict[str, Any]:
    """Retry every key with a chosen message, each in order."""
    return await parked.retry_chosen(bulk.chosen.filter, bulk.by, bulk.limit)


@router.post("/parked/discards", response_model=Discarded)
async def discard_all_parked(parked: Admin, bulk: Bulk) -> dict[str, Any]:
    """Discard all chosen messages permanently, oldest first."""
    if not any(value is not None for value in asdict(bulk.chosen.filter).values()):
        raise Problem(
            422,
            "nothing-chosen",
            "Choose by source, key, code, type or age; discarding all messages at once is not possible.",
        )
    chosen = await parked.chosen(bulk.chosen.filter, bulk.limit)
    discarded = await parked.discard(chosen, bulk.by)
    return {"discarded": len(discarded), "left": len(await parked.chosen(bulk.chosen.filter, bulk.limit))}


@router.get("/actions", response_model=Actions)
async def list_operator_actions(running: Running, after: After = 0, limit: Limit = 100) -> dict[str, Any]:
    """The audit: what operators did, when and why."""
    items = await recorded(running.database.pool, after, limit)
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
