"""Routes of the order check: orders are checked, reserved, held, let through by a person."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, shown
from contracts.fields import Id
from contracts.figures import Anything
from credit_svc.account.orders import CheckOrder, CloseOrder
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.state import Account
from credit_svc.read_models import order_credit
from credit_svc.reports.credit_check import credit_check, decided_order
from credit_svc.reports.today import today_of
from credit_svc.requests import ClosingBody, CreditCheckBody, OverrideBody
from credit_svc.responses.orders import CreditCheckAnswer

router = APIRouter(prefix="/v1/credit-checks", tags=["orders"])


@router.get("")
async def list_credit_checks(
    queries: Queries,
    page: Paging,
    state: order_credit.State | None = None,
    customer_id: Id | None = None,
) -> Page[order_credit.Row]:
    """What was decided about orders; ``state=held`` are those that wait, each with its reason and what releases it."""
    query, by = order_credit.decisions(state, customer_id)
    return await queries.page(query, by, page)


@router.post("")
async def check_credit(body: JsonBody[CreditCheckBody], commands: Commands, queries: Queries) -> CreditCheckAnswer:
    """May a customer order for this amount? With an order named, the amount is reserved or the order held; a repeated
    request answers how the order stands now. Without one nothing is recorded."""
    on = body.on or await today_of(body.customer_id, queries)
    if body.order_id is None:
        state: Account = await queries.state(CheckOrder, body.customer_id)
    else:
        order = CheckOrder(body.order_id, body.customer_id, on, body.amount, body.currency)
        state = await commands.state_after(order)
    return credit_check(queries, state, body, on)


@router.get("/{customer_id}/{order_id}", response_model=shown(order_credit.Row))
async def show_credit_check(customer_id: Id, order_id: Id, queries: Queries) -> dict[str, Anything]:
    """Why an order is held and what releases it, with the numbers of today."""
    return await decided_order(queries, customer_id, order_id)


@router.post("/{customer_id}/{order_id}/override")
async def override_hold(
    customer_id: Id, order_id: Id, body: JsonBody[OverrideBody], commands: Commands, queries: Queries
) -> Answered:
    """Let a held order through until a day; after it the order waits again unless it was delivered."""
    today = await today_of(customer_id, queries)
    return await commands.do(OverrideHold(customer_id, order_id, body.ends_on, body.reason, body.overridden_by, today))


@router.delete("/{customer_id}/{order_id}/override")
async def end_override(customer_id: Id, order_id: Id, commands: Commands, queries: Queries) -> Answered:
    """Withdraw an override before its last day."""
    return await commands.do(EndOverride(customer_id, order_id, await today_of(customer_id, queries), is_over=False))


@router.post("/{customer_id}/{order_id}/closing")
async def close_order(
    customer_id: Id, order_id: Id, body: JsonBody[ClosingBody], commands: Commands, queries: Queries
) -> Answered:
    """Decide that nothing more of an order will be invoiced; it no longer counts, whether it was delivered or not."""
    return await commands.do(CloseOrder(customer_id, order_id, body.reason, body.closed_by, await today_of(customer_id, queries)))
