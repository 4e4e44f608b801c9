"""Erasures of persons over HTTP, ``/v1/personal/erasures``: proposed, listed while they wait, approved by another person, withdrawn."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import select

from chassis.erasures import ERASURES, ErasureStatus
from chassis.http.acting import Act
from chassis.http.commands import Answered, Commands
from chassis.http.identity import Calling, needs
from chassis.http.opened import THINGS
from chassis.http.paging import Page, Paging
from chassis.http.problems import NotFound
from chassis.http.queries import Queries
from chassis.http.requests import Body, JsonBody
from chassis.http.running import Running
from chassis.personal.erasure import ApproveErasure, Person, ProposeErasure, WithdrawErasure
from chassis.personal.unsealed import unsealed_of
from chassis.runtime import Runtime
from contracts.fields import NO_CONTROLS
from contracts.figures import PlainModel
from contracts.personal import SUBJECT_MAX
from contracts.persons import Subject

router = APIRouter(prefix="/v1/personal/erasures", tags=["personal data"])

APPROVE = "personal.approve"
ErasureId = Annotated[
    str, Path(min_length=3, max_length=SUBJECT_MAX + 10, pattern=r"^[1-9][0-9]{0,8}:[^\x00-\x1f\x7f-\x9f]+$")
]
Reason = Annotated[str, Field(min_length=3, max_length=500, pattern=NO_CONTROLS)]


class ErasureBody(Body):
    """Whom to erase, and why."""

    subject: Subject
    reason: Reason


class ErasureWithdrawal(Body):
    """Why the erasure is not wanted any more."""

    reason: Reason


class UnsealedEvent(PlainModel):
    """An event of the log that an erasure does not reach: it was written in clear, before texts were sealed."""

    event_id: str
    type: str
    stream: str
    partition: int
    position: int


class ErasureAnswer(Answered):
    """An erasure, and what it does not reach; ``all_named`` is false where there are more than are named."""

    erasure_id: str
    status: Literal["proposed", "erased"]
    unreachable_events: list[UnsealedEvent]
    all_named: bool


class WithdrawnErasure(Answered):
    """An erasure that nobody can approve any more."""

    erasure_id: str
    status: Literal["withdrawn"]


class ListedErasure(PlainModel):
    """One erasure: who wants it since when and why, and who has approved or withdrawn it."""

    erasure_id: str
    subject: str
    status: ErasureStatus
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    withdrawn_because: str | None


def erasure_id(subject: str, number: int) -> str:
    """``1:contact:C-1/K-1``: the number of the erasure, and whom it is of."""
    return f"{number}:{subject}"


async def person_of(running: Runtime, subject: str) -> Person:
    """What was decided about somebody's personal data, as the log has it."""
    person: Person = await running.executor.state(ProposeErasure, subject)
    return person


@router.post("", dependencies=[needs("personal.erase")])
async def propose_erasure(body: JsonBody[ErasureBody], commands: Commands, running: Running) -> ErasureAnswer:
    """Propose to erase a person; another one has to approve it. Names the events that it will not reach."""
    events, whole = await _unreachable(running, body.subject)
    assert running.executor.personal_keys is not None
    if not events and not await running.executor.personal_keys.shown(body.subject):
        raise NotFound("person with data in this service named", body.subject)
    act = Act("erasure proposed", f"{THINGS}/{body.subject}", body.reason)
    answered = await commands.do(ProposeErasure(body.subject, body.reason, commands.actor), act=act)
    number = (await person_of(running, body.subject)).next_number - 1
    return _answer(answered, erasure_id(body.subject, number), "proposed", events, whole)


@router.get("", dependencies=[needs("personal.subjects.read")])
async def list_erasures(
    read: Queries, page: Paging, status: Annotated[ErasureStatus | None, Query(description="all without it")] = None
) -> Page[ListedErasure]:
    """The erasures of this service, the oldest proposal first: those with the status ``proposed`` wait for a second person."""
    table = ERASURES.table
    query = select(table) if status is None else select(table).where(table.c.status == status)
    found = await read.page(query, [table.c.proposed_at, table.c.subject, table.c.number], page)
    return found.model_copy(update={"items": [_listed(row) for row in found.items]})


@router.post("/{erasure_id}/approval", dependencies=[needs(APPROVE)])
async def approve_erasure(erasure_id: ErasureId, commands: Commands, running: Running) -> ErasureAnswer:
    """Erase the person: the keys are destroyed, and nothing sealed with them opens again, here or in any copy of the events.

    Refused to the one who proposed it, and under a legal hold. Names the events that it does not reach.
    """
    number, subject = _parts(erasure_id)
    act = Act("person erased", f"{THINGS}/{subject}", f"erasure {erasure_id}")
    answered = await commands.do(ApproveErasure(subject, number, commands.actor), act=act)
    return _answer(answered, erasure_id, "erased", *await _unreachable(running, subject))


@router.post("/{erasure_id}/withdrawal", dependencies=[needs("personal.withdraw")])
async def withdraw_erasure(
    erasure_id: ErasureId, body: JsonBody[ErasureWithdrawal], commands: Commands, caller: Calling
) -> WithdrawnErasure:
    """Take the proposal of an erasure back: one's own, or with the right to approve erasures that of anybody."""
    number, subject = _parts(erasure_id)
    act = Act("erasure withdrawn", f"{THINGS}/{subject}", body.reason)
    command = WithdrawErasure(subject, number, body.reason, commands.actor, may_approve=APPROVE in caller.rights)
    answered = await commands.do(command, act=act)
    return WithdrawnErasure(**answered.model_dump(), erasure_id=erasure_id, status="withdrawn")


def _parts(erasure_id: str) -> tuple[int, str]:
    number, _, subject = erasure_id.partition(":")
    return int(number), subject


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return {"erasure_id": erasure_id(row["subject"], row.pop("number")), **row}


async def _unreachable(running: Runtime, subject: str) -> tuple[list[UnsealedEvent], bool]:
    """The events and whether they are all; none, and False, where the log takes longer to read than a question may."""
    try:
        async with asyncio.timeout(running.settings.question_s):
            found, whole = await unsealed_of(running.executor.service, running.log, subject)
    except TimeoutError:
        return [], False
    return [UnsealedEvent(**each._asdict()) for each in found], whole


def _answer(
    answered: Answered, id: str, status: Literal["proposed", "erased"], events: list[UnsealedEvent], whole: bool
) -> ErasureAnswer:
    return ErasureAnswer(
        **answered.model_dump(), erasure_id=id, status=status, unreachable_events=events, all_named=whole
    )
