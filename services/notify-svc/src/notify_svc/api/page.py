"""The page that lists notices and their fate, for people with a browser."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from chassis.http import Paging, Queries
from contracts.notify import Recipient
from notify_svc.read_models import notification
from notify_svc.rules.subscriptions import RuleId

router = APIRouter(tags=["page"])

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "pages"), autoescape=select_autoescape(), trim_blocks=True
)
STATUSES = ("requested", "retrying", "sent", "failed", "suppressed")


@router.get("/notices", response_class=HTMLResponse)
async def notices_page(
    queries: Queries,
    page: Paging,
    status: Annotated[notification.Status | None, Query()] = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
) -> HTMLResponse:
    """Notices with what became of them and why; filtered like ``/v1/notifications``."""
    shown = await queries.page(notification.listed(status, recipient, rule, None), notification.ORDER, page)
    filters = {"status": status, "recipient": recipient, "rule": rule}
    text = _PAGES.get_template("notices.html").render(
        items=shown.items,
        next=shown.next,
        limit=page.limit,
        statuses=STATUSES,
        filters={name: value for name, value in filters.items() if value},
    )
    return HTMLResponse(text)
