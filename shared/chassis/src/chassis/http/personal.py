"""Personal data over HTTP, ``/v1/personal``: opening what is sealed, erasures, legal holds."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from chassis.erasures import ErasureStatus
from chassis.http.acting import Act
from chassis.http.commands import Answered, Commands
from chassis.http.erasures import Reason, erasure_id, person_of
from chassis.http.identity import Calling, needs
from chassis.http.opened import OPEN, THINGS, note_opened
from chassis.http.problems import NotFound
from chassis.http.requests import Body, JsonBody
from chassis.http.running import Running
from chassis.personal.erasure import Erasure, LiftHold, Person, PlaceHold
from chassis.personal.opening import Cause, opened
from contracts.fields import NO_CONTROLS
from contracts.figures import PlainModel
from contracts.personal import SUBJECT_MAX, Sealed

router = APIRouter(prefix="/v1/personal", tags=["personal data"])

OPENED_AT_ONCE = 200
Whom = Annotated[str, Path(min_length=1, max_length=SUBJECT_MAX, pattern=NO_CONTROLS)]


class ToOpen(Body):
    """Sealed texts as events and answers have them."""

    items: tuple[Sealed, ...] = Field(min_length=1, max_length=OPENED_AT_ONCE)


class OpenedText(PlainModel):
    """The text; null with the cause and a sentence where there is none any more, or none here."""

    text: str | None
    cause: Cause | None
    reason: str | None


class OpenedPage(PlainModel):
    """In the order of the question."""

    items: list[OpenedText]
    next: None = None


class HoldBody(Body):
    """Why a person must not be erased."""

    reason: Reason


class ShownKey(PlainModel):
    """One key of a person: what was sealed with it opens until it is destroyed."""

    key_number: int
    made_at: datetime
    destroyed_at: datetime | None


class ShownErasure(PlainModel):
    """One erasure of a person."""

    erasure_id: str
    status: ErasureStatus
    reason: str
    proposed_by: str
    approved_by: str | None
    withdrawn_by: str | None


class ShownHold(PlainModel):
    """A legal hold that is in force."""

    reason: str
    placed_by: str


class ShownSubject(PlainModel):
    """The keys of a person, the legal hold, and the erasures."""

    subject: str
    keys: list[ShownKey]
    hold: ShownHold | None
    erasures: list[ShownErasure]


@router.post("/openings", dependencies=[needs(OPEN)])
async def open_sealed_texts(body: JsonBody[ToOpen], running: Running, caller: Calling, request: Request) -> OpenedPage:
    """The texts of what this service has sealed. Each request is recorded in the audit."""
    assert running.executor.personal_keys is not None
    answers = await opened(running.executor.personal_keys, body.items)
    await note_opened(request, running, caller, {each.subject for each in body.items})
    return OpenedPage(items=[OpenedText(text=text, cause=cause, reason=why) for text, cause, why in answers])


@router.put("/holds/{subject}", dependencies=[needs("personal.hold")])
async def place_legal_hold(subject: Whom, body: JsonBody[HoldBody], commands: Commands) -> Answered:
    """Forbid to erase a person until the hold is lifted; another reason replaces the one before."""
    act = Act("legal hold placed", f"{THINGS}/{subject}", body.reason)
    return await commands.do(PlaceHold(subject, body.reason, commands.actor), act=act)


@router.delete("/holds/{subject}", dependencies=[needs("personal.hold")])
async def lift_legal_hold(subject: Whom, commands: Commands, reason: Annotated[Reason, Query()]) -> Answered:
    """The person may be erased again."""
    act = Act("legal hold lifted", f"{THINGS}/{subject}", reason)
    return await commands.do(LiftHold(subject, reason, commands.actor), act=act)


@router.get("/subjects/{subject}", dependencies=[needs("personal.subjects.read")])
async def show_data_subject(subject: Whom, running: Running) -> ShownSubject:
    """What is on record about a person's data: the keys, the legal hold, the erasures; never a text."""
    assert running.executor.personal_keys is not None
    keys, person = await running.executor.personal_keys.shown(subject), await person_of(running, subject)
    if not keys and person == Person():
        raise NotFound("person with data in this service named", subject)
    hold = person.hold and ShownHold(reason=person.hold.reason, placed_by=person.hold.placed_by)
    return ShownSubject(
        subject=subject, hold=hold, erasures=[_shown(subject, each) for each in person.erasures],
        keys=[ShownKey(key_number=number, made_at=made, destroyed_at=gone) for number, made, gone in keys],
    )  # fmt: skip


def _shown(subject: str, erasure: Erasure) -> ShownErasure:
    return ShownErasure(
        erasure_id=erasure_id(subject, erasure.number), status=_status(erasure), reason=erasure.reason,
        proposed_by=erasure.proposed_by, approved_by=erasure.approved_by, withdrawn_by=erasure.withdrawn_by,
    )  # fmt: skip


def _status(erasure: Erasure) -> ErasureStatus:
    return "proposed" if erasure.waits else "erased" if erasure.approved_by is not None else "withdrawn"
