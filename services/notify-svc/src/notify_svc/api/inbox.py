"""Routes: the inbox of a recipient."""

from dataclasses import fields
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Page, Paging, Queries, page_of
from contracts.fields import Instant
from contracts.notify import Recipient
from notify_svc.read_models import notification

NOT_SHOWN = tuple(column.name for column in fields(notification.Row) if column.name not in notification.IN_INBOX)

router = APIRouter(prefix="/v1", tags=["inbox"])


@router.get("/inbox/{recipient:path}", response_model=page_of(notification.Row, *NOT_SHOWN, name="InboxPage"))
async def read_inbox(
    queries: Queries,
    page: Paging,
    recipient: Recipient,
    since: Annotated[Instant | None, Query(description="only what was requested at or after this instant")] = None,
    unread: Annotated[bool, Query(description="only what nobody has read")] = False,
) -> Page[notification.Row]:
    """What a recipient (``supplier:S-1``, ``customer:C-1``, ``role:buyer``) was sent, by whatever channel."""
    return await queries.page(notification.inbox(recipient, queries.now, since, unread), notification.ORDER, page)
