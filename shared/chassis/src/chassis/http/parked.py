"""Parked messages over HTTP, ``/v1/admin/parked``: list, edit, retry in order, discard; one, or all that match a filter."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AliasChoices, BaseModel, Field

from chassis.errors import ConcurrentWrite
from chassis.handling.audit import Operator
from chassis.http.acting import Acting, Origin, Reasoned
from chassis.http.identity import needs
from chassis.http.opened import OPEN, THINGS
from chassis.http.operator_answers import (
    Discarded,
    ParkedMessage,
    ParkedPage,
    ParkedSummary,
    Retried,
    RetriedMany,
)
from chassis.http.parameters import After, Limit, Source, cursor_after, number_in
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
        description="taken from the token when left out",
    )

    def by(self, origin: Origin) -> Operator:
        """Who acts, and why. Raises Problem where the body names another person than the caller."""
        return origin.stated(self.reason, self.actor)


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


async def _found(parked: ParkedAdmin, parked_id: int, opens: bool = False) -> dict[str, Any]:
    found = await parked.one(parked_id, opens)
    if found is None:
        raise NotFound("parked message", str(parked_id))
    return found


async def _looked(looking: Origin, what: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record the look, with the persons whose texts are opened for it."""
    opens = OPEN in looking.caller.rights
    subjects = {subject for row in rows for subject in row["sealed_subjects"] if subject not in row["lost_subjects"]}
    named = sorted(subjects) if opens else []
    things = [f"parked/{row['parked_id']}" for row in rows] + [f"{THINGS}/{subject}" for subject in named]
    await looking.looked(what, *things, **({"subjects": named} if named else {}))


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


@router.get("/parked", response_model=ParkedPage, dependencies=[needs("admin.parked.read")])
async def list_parked(
    parked: Admin,
    looking: Reasoned,
    status: Literal["parked", "retried", "discarded"] = "parked",
    source: Source = None,
    key: Text = None,
    code: Text = None,
    type: Text = None,  # the query parameter's name
    older_than_s: Annotated[float | None, Query(ge=0, le=1e9)] = None,
    after: After = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Messages that could not be handled, each with the reason. Texts about persons are opened by right, else they stand sealed."""
    await _refuse_unknown(parked, source=source, type=type)
    chosen = Filter(source, key, code, type, older_than_s)
    items = await parked.listed(status, number_in(after), limit, chosen, OPEN in looking.caller.rights)
    await _looked(looking, "parked messages listed", items)
    return {"items": items, "next": cursor_after([each["parked_id"] for each in items], limit)}


@router.get("/parked/summary", response_model=ParkedSummary, dependencies=[needs("admin.parked.read")])
async def summarise_parked(parked: Admin) -> dict[str, Any]:
    """Parked messages by source, type and error."""
    return {"items": await parked.summary(), "next": None}


@router.get("/parked/{parked_id}", response_model=ParkedMessage, dependencies=[needs("admin.parked.read")])
async def show_parked(parked: Admin, parked_id: ParkedId, looking: Reasoned) -> dict[str, Any]:
    """One message in full: as received, as edited, and every action on it. Texts about persons are opened by right, as in the list."""
    found = await _found(parked, parked_id, OPEN in looking.caller.rights)
    await _looked(looking, "parked message read", [found])
    return found


@router.post("/parked/{parked_id}/retry", response_model=Retried, dependencies=[needs("admin.parked.retry")])
async def retry_parked(parked: Admin, parked_id: ParkedId, why: Reason, acting: Acting) -> dict[str, Any]:
    """Handle the messages of this message's key again, in order, up to the first that fails."""
    await _found(parked, parked_id)
    return await _retried(parked, parked_id, why.by(acting))


@router.post("/parked/{parked_id}/edit", response_model=Retried, dependencies=[needs("admin.parked.edit")])
async def edit_parked(parked: Admin, parked_id: ParkedId, change: Change, acting: Acting) -> dict[str, Any]:
    """Handle an edited message instead of the one received; the original stays on record.

    What stands sealed in the value that is shown may be sent back as it is: it is put back as it came.
    """
    await _found(parked, parked_id)
    await parked.edit(parked_id, Edit(change.headers, change.value), change.by(acting))
    if change.retry:
        return await _retried(parked, parked_id, change.by(acting))
    return {"handled_count": 0, "still_parked": [parked_id], "message": await _found(parked, parked_id)}


@router.post("/parked/{parked_id}/discard", response_model=ParkedMessage, dependencies=[needs("admin.parked.discard")])
async def discard_parked(parked: Admin, parked_id: ParkedId, why: Reason, acting: Acting) -> dict[str, Any]:
    """Discard a message permanently; it stays on record with the reason. Messages behind it wait until they are retried."""
    await _found(parked, parked_id)
    if not await parked.discard([parked_id], why.by(acting)):
        raise Problem(409, "not-parked", f"Message {parked_id} is no longer parked.")
    return await _found(parked, parked_id)


@router.post("/parked/retries", response_model=RetriedMany, dependencies=[needs("admin.parked.retry")])
async def retry_all_parked(parked: Admin, bulk: Bulk, acting: Acting) -> dict[str, Any]:
    """Retry every key with a chosen message, each in order."""
    await _refuse_unknown(parked, source=bulk.chosen.source, type=bulk.chosen.type)
    return await parked.retry_chosen(bulk.chosen.filter, bulk.by(acting), bulk.limit_count)


@router.post("/parked/discards", response_model=Discarded, dependencies=[needs("admin.parked.discard")])
async def discard_all_parked(parked: Admin, bulk: Bulk, acting: Acting) -> dict[str, Any]:
    """Discard all chosen messages permanently, oldest first."""
    if not any(value is not None for value in asdict(bulk.chosen.filter).values()):
        raise Problem(
            422,
            "nothing-chosen",
            "Choose by source, key, code, type or age; discarding all messages at once is not possible.",
        )
    await _refuse_unknown(parked, source=bulk.chosen.source, type=bulk.chosen.type)
    chosen = await parked.chosen(bulk.chosen.filter, bulk.limit_count)
    discarded = await parked.discard(chosen, bulk.by(acting))
    return {
        "discarded_count": len(discarded),
        "left_count": len(await parked.chosen(bulk.chosen.filter, bulk.limit_count)),
    }
