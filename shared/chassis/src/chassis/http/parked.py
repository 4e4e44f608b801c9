"""Parked messages over HTTP, ``/v1/admin/parked``: list, edit, retry in order, discard; one, or all that match a filter."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AliasChoices, BaseModel, Field

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
from chassis.http.parameters import NOBODY, Actor, After, Limit, Source, cursor_after, number_in, person
from chassis.http.problems import NotFound, Problem, invalid_input
from chassis.http.running import Running
from chassis.inbox.parked_admin import Edit, Filter, ParkedAdmin

router = APIRouter(prefix="/v1/admin", tags=["parked"])

BIGINT_MAX = 2**63 - 1
ParkedId = Annotated[int, Path(ge=1, le=BIGINT_MAX)]
Text = Annotated[str | None, Query(max_length=300)]
VALUE_MAX = 1_000_000


class Reason(BaseModel):
    """Who acts, and why."""

    reason: str = Field(min_length=3, max_length=500, pattern=r"^[^\x00]+$")
    actor: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f]+$",
        description="that of X-Actor when left out",
    )

    def by(self, x_actor: str) -> Operator:
        """Raises Problem (422) where neither the body nor X-Actor says who acts."""
        return Operator(person(self.actor, x_actor, "actor"), self.reason)


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
    """An action on all chosen messages, on ``limit_count`` keys or messages at once."""

    chosen: Chosen
    limit_count: int = Field(default=1000, ge=1, le=10_000, validation_alias=AliasChoices("limit_count", "limit"))


async def _parked(running: Running) -> ParkedAdmin:
    return running.parked


Admin = Annotated[ParkedAdmin, Depends(_parked)]


async def _found(parked: ParkedAdmin, parked_id: int) -> dict[str, Any]:
    found = await parked.one(parked_id)
    if found is None:
        raise NotFound("parked message", str(parked_id))
    return found


async def _refuse_unknown(parked: ParkedAdmin, source: str | None, type: str | None) -> None:
    """Nothing can be parked of a source that the service does not follow, nor under a type that it neither knows nor has received."""
    chosen: tuple[tuple[Literal["source", "type"], str | None], ...] = (("source", source), ("type", type))
    for name, value in chosen:
        if value is None or value in (known := await parked.known(name)):
            continue
        raise invalid_input(
            name, f"unknown_{name}", f"Nothing of {name} {value} was ever parked; there are {', '.join(sorted(known))}"
        )


async def _retried(parked: ParkedAdmin, parked_id: int, by: Operator) -> dict[str, Any]:
    try:
        tried = await parked.retry(parked_id, by)
    except ConcurrentWrite as race:
        raise Problem(
            409,
            "changed-meanwhile",
            "Another operator retried, edited or discarded messages of this key at the same time; look again.",
        ) from race
    return {
        "handled_count": tried.handled,
        "still_parked": list(tried.still_parked),
        "message": await _found(parked, parked_id),
    }


@router.get("/parked", response_model=ParkedPage)
async def list_parked(
    parked: Admin,
    status: Literal["parked", "retried", "discarded"] = "parked",
    source: Source = None,
    key: Text = None,
    code: Text = None,
    type: Text = None,  # the query parameter's name
    older_than_s: Annotated[float | None, Query(ge=0, le=1e9)] = None,
    after: After = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Messages that could not be handled, each with the reason."""
    await _refuse_unknown(parked, source=source, type=type)
    items = await parked.listed(status, number_in(after), limit, Filter(source, key, code, type, older_than_s))
    return {"items": items, "next": cursor_after([each["parked_id"] for each in items], limit)}


@router.get("/parked/summary", response_model=ParkedSummary)
async def summarise_parked(parked: Admin) -> dict[str, Any]:
    """Parked messages by source, type and error."""
    return {"items": await parked.summary(), "next": None}


@router.get("/parked/{parked_id}", response_model=ParkedMessage)
async def show_parked(parked: Admin, parked_id: ParkedId) -> dict[str, Any]:
    """One message in full: as received, as edited, and every action on it."""
    return await _found(parked, parked_id)


@router.post("/parked/{parked_id}/retry", response_model=Retried)
async def retry_parked(parked: Admin, parked_id: ParkedId, why: Reason, x_actor: Actor = NOBODY) -> dict[str, Any]:
    """Handle the messages of this message's key again, in order, up to the first that fails."""
    await _found(parked, parked_id)
    return await _retried(parked, parked_id, why.by(x_actor))


@router.post("/parked/{parked_id}/edit", response_model=Retried)
async def edit_parked(parked: Admin, parked_id: ParkedId, change: Change, x_actor: Actor = NOBODY) -> dict[str, Any]:
    """Handle an edited message instead of the one received; the original stays on record."""
    await _found(parked, parked_id)
    await parked.edit(parked_id, Edit(change.headers, change.value), change.by(x_actor))
    if change.retry:
        return await _retried(parked, parked_id, change.by(x_actor))
    return {"handled_count": 0, "still_parked": [parked_id], "message": await _found(parked, parked_id)}


@router.post("/parked/{parked_id}/discard", response_model=ParkedMessage)
async def discard_parked(parked: Admin, parked_id: ParkedId, why: Reason, x_actor: Actor = NOBODY) -> dict[str, Any]:
    """Discard a message permanently; it stays on record with the reason. Messages behind it wait until they are retried."""
    await _found(parked, parked_id)
    if not await parked.discard([parked_id], why.by(x_actor)):
        raise Problem(409, "not-parked", f"Message {parked_id} is no longer parked.")
    return await _found(parked, parked_id)


@router.post("/parked/retries", response_model=RetriedMany)
async def retry_all_parked(parked: Admin, bulk: Bulk, x_actor: Actor = NOBODY) -> dict[str, Any]:
    """Retry every key with a chosen message, each in order."""
    await _refuse_unknown(parked, source=bulk.chosen.source, type=bulk.chosen.type)
    return await parked.retry_chosen(bulk.chosen.filter, bulk.by(x_actor), bulk.limit_count)


@router.post("/parked/discards", response_model=Discarded)
async def discard_all_parked(parked: Admin, bulk: Bulk, x_actor: Actor = NOBODY) -> dict[str, Any]:
    """Discard all chosen messages permanently, oldest first."""
    if not any(value is not None for value in asdict(bulk.chosen.filter).values()):
        raise Problem(
            422,
            "nothing-chosen",
            "Choose by source, key, code, type or age; discarding all messages at once is not possible.",
        )
    await _refuse_unknown(parked, source=bulk.chosen.source, type=bulk.chosen.type)
    chosen = await parked.chosen(bulk.chosen.filter, bulk.limit_count)
    discarded = await parked.discard(chosen, bulk.by(x_actor))
    return {
        "discarded_count": len(discarded),
        "left_count": len(await parked.chosen(bulk.chosen.filter, bulk.limit_count)),
    }


@router.get("/actions", response_model=Actions)
async def list_operator_actions(running: Running, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """The audit: what operators did, when and why."""
    items = await recorded(running.database.pool, number_in(after), limit)
    return {"items": items, "next": cursor_after([each["operator_action_id"] for each in items], limit)}
