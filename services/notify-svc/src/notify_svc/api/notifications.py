"""Routes: notices and their fate, why, and what people do with them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Answered, Commands, NotFound, Page, Paging, Problem, Queries
from chassis.http.commands import CommandRunner
from contracts.fields import NO_CONTROLS, Id
from contracts.notify import Recipient
from notify_svc.notices.commands import Acknowledge, MarkRead, Redrive
from notify_svc.read_models import digest_item, notification
from notify_svc.rules.subscriptions import RuleId, Topic

router = APIRouter(prefix="/v1", tags=["notifications"])

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_CONTROLS)]


class Attempt(BaseModel):
    """One answer of a channel; ``error`` is None when it took the notice."""

    channel: str
    attempt: int
    at: datetime
    error: str | None
    next_channel: str | None
    retry_at: datetime | None


class Why(BaseModel):
    """Why this recipient was told, or was not: the event, the rule, and the version of the subscriptions."""

    event_id: str
    event_type: str
    event_source: str
    rule: str
    policy_version: int
    because: str | None
    waits_because: str | None


class EscalatedTo(BaseModel):
    step: int
    to: str
    notification_id: str


class Item(BaseModel):
    """What a digest told of, with the event behind it."""

    item_id: str
    subject: str
    about: str
    event_id: str
    event_type: str


class Notification(BaseModel):
    """A notice and its fate; a suppressed one has no words. ``passed_over``: why a channel was not tried at all."""

    notification_id: str
    recipient: str
    status: notification.Status
    about: str
    period: str
    topic: str
    happened_at: datetime
    requested_at: datetime
    subject: str | None
    body: str | None
    language: str | None
    urgency: str | None
    channels: list[str] | None
    deliver_at: datetime | None
    attempts: list[Attempt] | None
    channel: str | None
    address: str | None
    reference: str | None
    sent_at: datetime | None
    passed_over: str | None
    read_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalated_to: list[EscalatedTo] | None
    escalation_of: str | None
    test: bool
    items: list[Item]
    why: Why


def each(commands: CommandRunner, name: str) -> CommandRunner:
    """The runner for one of several commands of a request: the request's Idempotency-Key is theirs, each with its name."""
    return replace(commands, key=commands.key and f"{commands.key}/{name}")


class NoticeCount(BaseModel):
    rule: str
    status: notification.Status
    notices: int


class By(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class Again(By):
    """Why a failed notice is tried again."""

    reason: Annotated[str, Field(min_length=3, max_length=500, pattern=NO_CONTROLS)]


class ManyAgain(Again):
    """Which failed notices are tried again: all, or those of a rule or a recipient; at most ``limit``."""

    rule: RuleId | None = None
    recipient: Recipient | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 500


class Redriven(BaseModel):
    notifications: list[str]


@router.get("/notifications")
async def list_notifications(
    queries: Queries,
    page: Paging,
    status: notification.Status | None = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
    about: Annotated[Id | None, Query(description="supplier, customer, invoice, order or case")] = None,
    topic: Topic | None = None,
    event_id: Annotated[Id | None, Query(description="the event that was told of")] = None,
) -> Page:
    """Notices, the first asked for first; their words and attempts are in the detail. ``status=failed``: the dead ones."""
    query = notification.listed(status, recipient, rule, about, topic, event_id)
    return await queries.page(query, notification.ORDER, page)


@router.get("/notifications/{notification_id}")
async def get_notification(queries: Queries, notification_id: str) -> Notification:
    """One notice: its words, every attempt, and why it was told or suppressed."""
    row = await queries.one(notification.one(notification_id))
    if row is None:
        raise NotFound("notification", notification_id)
    items = await queries.rows(digest_item.of_notice(notification_id)) if row.pop("items") else []
    return Notification(**row, items=[Item.model_validate(item) for item in items], why=Why.model_validate(row))


@router.post("/notifications/{notification_id}/readings", status_code=201)
async def read_notification(commands: Commands, notification_id: Id, person: By) -> Answered:
    """Somebody has read the notice."""
    return await commands.do(MarkRead(notification_id, person.by))


@router.post("/notifications/{notification_id}/acknowledgements", status_code=201)
async def acknowledge_notification(queries: Queries, commands: Commands, notification_id: Id, person: By) -> Answered:
    """Somebody takes care of it: it escalates no further. What an escalation told is acknowledged with its origin."""
    row = await queries.one(notification.one(notification_id))
    if row is not None and row["escalation_of"]:
        await each(commands, "origin").do(Acknowledge(row["escalation_of"], person.by))
    return await commands.do(Acknowledge(notification_id, person.by))


@router.post("/notifications/{notification_id}/redrives", status_code=201)
async def redrive_notification(queries: Queries, commands: Commands, notification_id: Id, again: Again) -> Answered:
    """Try a notice that has failed for good once more, from its first channel on. Refused for any other.

    One whose template had no words is worded with the rule and the template in force now; refused while there are none.
    """
    return await commands.do(Redrive(notification_id, again.by, again.reason, queries.now))


@router.post("/redrives", status_code=201)
async def redrive_many(queries: Queries, commands: Commands, again: ManyAgain) -> Redriven:
    """Try failed notices once more; answers which. The first that failed come first."""
    query = notification.listed("failed", again.recipient, again.rule, None).order_by(*notification.ORDER)
    found = [row["notification_id"] for row in await queries.rows(query.limit(again.limit))]
    done = []
    for notification_id in found:
        with suppress(Problem):  # one that is on its way by now, asked for by somebody else, or still has no words
            await each(commands, notification_id).do(Redrive(notification_id, again.by, again.reason, queries.now))
            done.append(notification_id)
    return Redriven(notifications=done)


@router.get("/reports/notices")
async def count_notices(queries: Queries) -> list[NoticeCount]:
    """How many notices each rule made, by what became of them."""
    return [NoticeCount(**row) for row in await queries.rows(notification.counts())]
