"""The page that lists notices and their fate, for people with a browser."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from chassis.http import Paging, Queries, needs
from contracts.notify import Recipient
from notify_svc.read_models import notification
from notify_svc.reports import page as report
from notify_svc.reports.known import refuse_unknown
from notify_svc.rules.subscriptions import RuleId

router = APIRouter(tags=["page"])


@router.get("/notices", response_class=HTMLResponse, dependencies=[needs("notify.notifications.read")])
async def notices_page(
    queries: Queries,
    page: Paging,
    status: Annotated[notification.Status | None, Query()] = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
) -> HTMLResponse:
    """Notices with what became of them and why; filtered like ``/v1/notifications``."""
    await refuse_unknown(queries, recipient=recipient, rule=rule)
    notices = await queries.page(notification.listed(status, recipient, rule, None), notification.ORDER, page)
    filters = {"status": status, "recipient": recipient, "rule": rule}
    return HTMLResponse(report.page(notices, page.limit, filters))
