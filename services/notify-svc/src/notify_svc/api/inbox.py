"""Routes: the inbox of a recipient."""

from dataclasses import fields
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Body,
    Commands,
    Days,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Queries,
    Sorting,
    needs,
    page_of,
)
from contracts.fields import Id
from contracts.notify import Recipient
from notify_svc.notices.acknowledgements import Acknowledge
from notify_svc.read_models import notification
from notify_svc.reports.known import instants_of, refuse_unknown

SHOWN = {*notification.IN_INBOX} - {*notification.CALLED}
NOT_SHOWN = tuple(column.name for column in fields(notification.Row) if column.name not in SHOWN)
SORT = Sorting(notification.ORDER, notification.MODEL.table.c.requested_at)

router = APIRouter(prefix="/v1", tags=["inbox"])


@router.get(
    "/inbox/{recipient:path}",
    response_model=page_of(notification.Row, *NOT_SHOWN, name="InboxPage", item_count=int),
    dependencies=[needs("notify.inbox.read", partner="recipient")],
)
async def read_inbox(
    queries: Queries,
    page: Paging,
    days: Days,
    recipient: Recipient,
    unread: Annotated[bool, Query(description="only what nobody has read")] = False,
    sort: Annotated[str | None, SORT] = None,
) -> Page[notification.Row]:
    """What a recipient (``supplier:S-1``, ``customer:C-1``, ``role:buyer``) was sent, by whatever channel."""
    await refuse_unknown(queries, recipient=recipient)
    start, before = instants_of(queries, days)
    query = notification.inbox(recipient, queries.now, start, unread, before)
    return await queries.page(query, SORT.order(sort), page)


class InboxAcknowledgement(Body):
    """A recipient has taken note of one of its notices."""

    recipient: Recipient
    notification_id: Id


@router.post("/acknowledgements", dependencies=[needs("notify.inbox.acknowledge", partner="recipient")])
async def acknowledge_own(queries: Queries, commands: Commands, body: JsonBody[InboxAcknowledgement]) -> Answered:
    """The recipient has taken note of the notice: it escalates no further."""
    row = await queries.one(notification.one(body.notification_id))
    if row is None or row["recipient"] != body.recipient:
        raise NotFound("notification", body.notification_id)
    return await commands.do(Acknowledge(body.notification_id, commands.actor))
