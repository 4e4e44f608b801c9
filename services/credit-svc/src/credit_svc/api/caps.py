"""Routes of caps: the most for a group of companies, or for all customers together, divided into shares."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from credit_svc.group_limits.cap import SetCap, SetCapShare
from credit_svc.read_models import cap_share
from credit_svc.reports.today import today_of
from credit_svc.requests import CapBody, ShareBody

router = APIRouter(prefix="/v1/caps", tags=["limits"])


@router.get("")
async def list_caps(queries: Queries, page: Paging) -> Page[cap_share.Row]:
    """Caps with their shares; a share is in force once the customer's account has accepted it."""
    query, by = cap_share.caps()
    return await queries.page(query, by, page)


@router.put("/{cap_id}")
async def set_cap(cap_id: Id, body: JsonBody[CapBody], commands: Commands) -> Answered:
    """Set the most that may be granted to several customers together."""
    return await commands.do(SetCap(cap_id, body.name, body.amount, body.currency, body.reason, body.approved_by))


@router.put("/{cap_id}/shares/{customer_id}")
async def set_share(
    cap_id: Id, customer_id: Id, body: JsonBody[ShareBody], commands: Commands, queries: Queries
) -> Answered:
    """Grant a customer a share of a cap; its limit is never more than the smallest of its shares."""
    return await commands.do(SetCapShare(cap_id, customer_id, body.share, await today_of(customer_id, queries)))
