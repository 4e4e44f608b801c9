"""Routes: notices and their fate, why, and what people do with them."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Problem, Queries, page_of
from contracts.fields import Id
from contracts.notify import Recipient
from notify_svc.notices.acknowledgements import Acknowledge, MarkRead
from notify_svc.notices.redrives import Redrive
from notify_svc.read_models import digest_item, notification
from notify_svc.requests import Again, By, ManyAgain
from notify_svc.responses import Item, NoticeCount, Notification, Redriven, Why
from notify_svc.rules.subscriptions import RuleId, Topic

router = APIRouter(prefix="/v1", tags=["notifications"])


@router.get("/notifications", response_model=page_of(notification.Row, "body", "attempts"))
async def list_notifications(
    queries: Queries,
    page: Paging,
    status: notification.Status | None = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
    about: Annotated[Id | None, Query(description="supplier, customer, invoice, order or case")] = None,
    topic: Topic | None = None,
    event_id: Annotated[Id | None, Query(description="the event behind the notice")] = None,
) -> Page[notification.Row]:
    """Notices, the first requested first; their text and attempts are in the detail. ``status=failed``: the dead ones."""
    query = notification.listed(status, recipient, rule, about, topic, event_id)
    return await queries.page(query, notification.ORDER, page)


@router.get("/notifications/{notification_id}")
async def get_notification(queries: Queries, notification_id: Id) -> Notification:
    """One notice: its text, every attempt, and why it was requested or suppressed."""
    row = await queries.one(notification.one(notification_id))
    if row is None:
        raise NotFound("notification", notification_id)
    items = await queries.rows(digest_item.of_notice(notification_id)) if row.pop("items") else []
    return Notification(**row, items=[Item.model_validate(item) for item in items], why=Why.model_validate(row))


@router.post("/notifications/{notification_id}/readings", status_code=201)
async def read_notification(commands: Commands, notification_id: Id, body: JsonBody[By]) -> Answered:
    """Somebody has read the notice."""
    return await commands.do(MarkRead(notification_id, body.by))


@router.post("/notifications/{notification_id}/acknowledgements", status_code=201)
async def acknowledge_notification(
    queries: Queries, commands: Commands, notification_id: Id, body: JsonBody[By]
) -> Answered:
    """Somebody takes care of it: it escalates no further. The notice of an escalation is acknowledged together with its origin."""
    row = await queries.one(notification.one(notification_id))
    if row is not None and row["escalation_of"]:
        await commands.part_named("origin").do(Acknowledge(row["escalation_of"], body.by))
    return await commands.do(Acknowledge(notification_id, body.by))


@router.post("/notifications/{notification_id}/redrives", status_code=201)
async def redrive_notification(
    queries: Queries, commands: Commands, notification_id: Id, body: JsonBody[Again]
) -> Answered:
    """Try a notice that has failed for good once more, from its first channel on. Refused for any other.

    One whose template did not render is rendered with the rule and the template in force now; refused while it still does not.
    """
    return await commands.do(Redrive(notification_id, body.by, body.reason, queries.now))


@router.post("/redrives", status_code=201)
async def redrive_many(queries: Queries, commands: Commands, body: JsonBody[ManyAgain]) -> Redriven:
    """Try failed notices once more; answers which. The first that failed come first."""
    query = notification.listed(body.status, body.recipient, body.rule, None).order_by(*notification.ORDER)
    found = [row["notification_id"] for row in await queries.rows(query.limit(body.limit))]
    done = []
    for notification_id in found:
        with suppress(Problem):  # one that somebody else has redriven by now, or whose template still does not render
            await commands.part_named(notification_id).do(Redrive(notification_id, body.by, body.reason, queries.now))
            done.append(notification_id)
    return Redriven(notifications=done)


@router.get("/reports/notices")
async def count_notices(queries: Queries) -> list[NoticeCount]:
    """How many notices each rule made, by what became of them."""
    return [NoticeCount(**row) for row in await queries.rows(notification.counts())]
