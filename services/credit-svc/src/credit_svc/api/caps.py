"""Routes of caps: the most for a group of companies, or for all customers together, divided into shares."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, needs
from contracts.fields import Id
from credit_svc.group_limits.cap import SetCap, SetCapShare
from credit_svc.read_models import cap_share
from credit_svc.reports.known import known_customer
from credit_svc.reports.today import today_of
from credit_svc.requests import CapBody, ShareBody

router = APIRouter(prefix="/v1/caps", tags=["limits"])


@router.get("", dependencies=[needs("credit.caps.read")])
async def list_caps(queries: Queries, page: Paging, customer_id: Id | None = None) -> Page[cap_share.Row]:
    """Caps with their shares, or a customer's shares; a share is in force once the customer's account has accepted it."""
    await known_customer(queries, customer_id)
    return await queries.page(cap_share.caps(customer_id=customer_id), cap_share.ORDER, page)


@router.get("/{cap_id}", dependencies=[needs("credit.caps.read")])
async def show_cap(cap_id: Id, queries: Queries, page: Paging) -> Page[cap_share.Row]:
    """One cap, the first row, with its shares."""
    found = await queries.page(cap_share.caps(cap_id), cap_share.ORDER, page)
    if not found.items and page.after is None:
        raise NotFound("cap", cap_id)
    return found


@router.put("/{cap_id}", dependencies=[needs("credit.caps.set")])
async def set_cap(cap_id: Id, body: JsonBody[CapBody], commands: Commands) -> Answered:
    """Set the most that may be granted to several customers together."""
    return await commands.do(
        SetCap(
            cap_id, body.name, body.amount, body.currency, body.reason, commands.person(body.approved_by, "approved_by")
        )
    )


@router.put("/{cap_id}/shares/{customer_id}", dependencies=[needs("credit.caps.set")])
async def set_share(
    cap_id: Id, customer_id: Id, body: JsonBody[ShareBody], commands: Commands, queries: Queries
) -> Answered:
    """Grant a customer a share of a cap; its limit is never more than the smallest of its shares."""
    return await commands.do(SetCapShare(cap_id, customer_id, body.share, await today_of(customer_id, queries)))
