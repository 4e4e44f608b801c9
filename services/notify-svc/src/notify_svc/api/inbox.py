"""Routes: the inbox of a recipient."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Page, Paging, Queries
from contracts.fields import Instant
from contracts.notify import Recipient
from notify_svc.read_models import notification

router = APIRouter(prefix="/v1", tags=["inbox"])


@router.get("/inbox/{recipient:path}")
async def read_inbox(
    queries: Queries,
    page: Paging,
    recipient: Recipient,
    since: Annotated[Instant | None, Query(description="only what was requested at or after this instant")] = None,
    unread: Annotated[bool, Query(description="only what nobody has read")] = False,
) -> Page[notification.Row]:
    """What a recipient (``supplier:S-1``, ``customer:C-1``, ``role:buyer``) was sent, by whatever channel."""
    return await queries.page(notification.inbox(recipient, queries.now, since, unread), notification.ORDER, page)
