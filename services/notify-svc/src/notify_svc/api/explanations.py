"""Routes: why somebody was notified of an event, and why somebody was not."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import JsonBody, Queries, needs
from contracts.fields import Id
from contracts.notify import Recipient
from notify_svc.read_models import digest_item, notification
from notify_svc.reports import explanation
from notify_svc.reports.known import refuse_unknown
from notify_svc.requests import Supposed, event_of
from notify_svc.responses import Explained, Outcomes

router = APIRouter(prefix="/v1/explanations", tags=["explanations"])


@router.get("", dependencies=[needs("notify.explanations.read")])
async def explain_event(
    queries: Queries,
    event_id: Annotated[Id, Query(description="the event's id (ce_id)")],
    recipient: Recipient | None = None,
) -> Outcomes:
    """Who was notified of an event and who was not, and why; 404 with a sentence where it led to nothing."""
    await refuse_unknown(queries, event_id=event_id, recipient=recipient)
    notices = await queries.rows(notification.listed(None, recipient, None, None, None, event_id))
    items = await queries.rows(digest_item.of_event(event_id))
    return Outcomes(items=explanation.became(notices, items, recipient))


@router.post("", dependencies=[needs("notify.explanations.read")])
async def explain_supposed(queries: Queries, body: JsonBody[Supposed]) -> Explained:
    """What the rules in force would make of an event, rule by rule. Nobody is notified."""
    event = event_of(body.event_type, body.data)
    # In a thread: rules and texts that people wrote meet an event of somebody's own making.
    return await asyncio.to_thread(explanation.would_be, event, body.recipient, queries.now, queries.policies)
