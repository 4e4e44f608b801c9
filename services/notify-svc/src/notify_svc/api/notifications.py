"""Routes: notices and their fate, why, and what people do with them."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Act,
    Answered,
    Commands,
    Days,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Problem,
    Queries,
    Sorting,
    needs,
    page_of,
)
from contracts.fields import Id
from contracts.notify import Recipient
from notify_svc.notices.acknowledgements import Acknowledge, MarkRead
from notify_svc.notices.redrives import Redrive
from notify_svc.read_models import digest_item, notification
from notify_svc.reports.known import instants_of, refuse_unknown
from notify_svc.requests import Acknowledgement, Again, ManyAgain, Reading
from notify_svc.responses import Item, NoticeCount, NoticeCounts, Notification, Redriven, Why
from notify_svc.rules.subscriptions import RuleId, Topic

router = APIRouter(prefix="/v1", tags=["notifications"])

SORT = Sorting(notification.ORDER, notification.MODEL.table.c.requested_at, notification.MODEL.table.c.deliver_at)
LISTED = page_of(
    notification.Row, "body", "attempts", *notification.CALLED, item_count=int, passed_over_because=str | None
)


@router.get("/notifications", response_model=LISTED, dependencies=[needs("notify.notifications.read")])
async def list_notifications(
    queries: Queries,
    page: Paging,
    days: Days,
    status: notification.Status | None = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
    about: Annotated[Id | None, Query(description="supplier, customer, invoice, order or case")] = None,
    topic: Topic | None = None,
    event_id: Annotated[Id | None, Query(description="the event behind the notice")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[notification.Row]:
    """Notices, the first requested first; their text and attempts are in the detail. ``status=failed``: the dead ones."""
    await refuse_unknown(queries, recipient=recipient, rule=rule, about=about, topic=topic, event_id=event_id)
    start, before = instants_of(queries, days)
    query = notification.listed(status, recipient, rule, about, topic, event_id, start, before)
    return await queries.page(query, SORT.order(sort), page)


@router.get("/notifications/{notification_id}", dependencies=[needs("notify.notifications.read")])
async def get_notification(queries: Queries, notification_id: Id) -> Notification:
    """One notice: its text, every attempt, and why it was requested or suppressed."""
    row = await queries.one(notification.one(notification_id))
    if row is None:
        raise NotFound("notification", notification_id)
    found = await queries.rows(digest_item.of_notice(notification_id)) if row.pop("item_count") else []
    items = [Item.model_validate(item) for item in found]
    return Notification(**row, digest_items=items, why=Why.model_validate(row))


@router.post("/notifications/{notification_id}/readings", dependencies=[needs("notify.notifications.read")])
async def read_notification(commands: Commands, notification_id: Id, body: JsonBody[Reading]) -> Answered:
    """Somebody has read the notice."""
    return await commands.do(MarkRead(notification_id, commands.person(body.read_by, "read_by")))


@router.post(
    "/notifications/{notification_id}/acknowledgements", dependencies=[needs("notify.notifications.acknowledge")]
)
async def acknowledge_notification(
    queries: Queries, commands: Commands, notification_id: Id, body: JsonBody[Acknowledgement]
) -> Answered:
    """Somebody takes care of it: it escalates no further. The notice of an escalation is acknowledged together with its origin."""
    person = commands.person(body.acknowledged_by, "acknowledged_by")
    row = await queries.one(notification.one(notification_id))
    if row is not None and row["escalation_of"]:
        await commands.part_named("origin").do(Acknowledge(row["escalation_of"], person))
    return await commands.do(Acknowledge(notification_id, person))


@router.post("/notifications/{notification_id}/redrives", dependencies=[needs("notify.notifications.redrive")])
async def redrive_notification(
    queries: Queries, commands: Commands, notification_id: Id, body: JsonBody[Again]
) -> Answered:
    """Try a notice that has failed for good once more, from its first channel on. Refused for any other.

    One whose template did not render is rendered with the rule and the template in force now; refused while it still does not.
    """
    person = commands.person(body.redriven_by, "redriven_by")
    return await commands.do(
        Redrive(notification_id, person, body.reason, queries.now), act=_redriven(notification_id, body.reason)
    )


@router.post("/redrives", dependencies=[needs("notify.notifications.redrive")])
async def redrive_many(queries: Queries, commands: Commands, body: JsonBody[ManyAgain]) -> Redriven:
    """Try failed notices once more; answers which. The first that failed come first."""
    person = commands.person(body.redriven_by, "redriven_by")
    await refuse_unknown(queries, recipient=body.recipient, rule=body.rule)
    query = notification.listed(body.status, body.recipient, body.rule, None).order_by(*notification.ORDER)
    found = [row["notification_id"] for row in await queries.rows(query.limit(body.limit_count))]
    done = []
    for notification_id in found:
        with suppress(Problem):  # one that somebody else has redriven by now, or whose template still does not render
            await commands.part_named(notification_id).do(
                Redrive(notification_id, person, body.reason, queries.now), act=_redriven(notification_id, body.reason)
            )
            done.append(notification_id)
    return Redriven(notifications=done)


def _redriven(notification_id: str, reason: str) -> Act:
    return Act("notice redriven", f"notifications/{notification_id}", reason, after={"status": "waiting"})


@router.get("/reports/notices", dependencies=[needs("notify.notifications.read")])
async def count_notices(queries: Queries) -> NoticeCounts:
    """How many notices each rule made, by what became of them."""
    return NoticeCounts(items=[NoticeCount(**row) for row in await queries.rows(notification.counts())])
