"""Routes: the inbox of a recipient."""

from dataclasses import fields
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Days, Page, Paging, Queries, Sorting, needs, page_of
from contracts.notify import Recipient
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
