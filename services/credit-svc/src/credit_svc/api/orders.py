"""Routes of the order check: orders are checked, reserved, held, let through by a person."""

from typing import Annotated, Any

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, Sorting, needs, page_of, shown
from contracts.fields import Id
from contracts.figures import Anything
from credit_svc.account.orders import CheckOrder, CloseOrder
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.state import Account
from credit_svc.api.identity import Survivor
from credit_svc.api.within_total import with_room
from credit_svc.read_models import order_credit
from credit_svc.reports.credit_check import credit_check, decided_order, shown_order
from credit_svc.reports.known import known_customer, survivor_of
from credit_svc.reports.today import today_of
from credit_svc.requests import ClosingBody, CreditCheckBody, OverrideBody
from credit_svc.responses.orders import CreditCheckAnswer, TodayAnswer
from credit_svc.responses.reasons import ReleaseAnswer

router = APIRouter(prefix="/v1/credit-checks", tags=["orders"])

DECISIONS = order_credit.MODEL.table
SORT = Sorting(order_credit.ORDER, DECISIONS.c.decided_on, DECISIONS.c.amount)
SHOWN: dict[str, Any] = {"status": order_credit.State, "release": ReleaseAnswer | None}
DECISION = shown(order_credit.Row, left_out=("state", "releases_at"), **SHOWN, today=TodayAnswer | None)


@router.get(
    "",
    response_model=page_of(order_credit.Row, "state", "releases_at", **SHOWN),
    dependencies=[needs("credit.orders.read")],
)
async def list_credit_checks(
    queries: Queries,
    page: Paging,
    status: order_credit.State | None = None,
    customer_id: Id | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[order_credit.Row]:
    """What was decided about orders; ``status=held`` are those that wait, each with its reason and what releases it."""
    customer_id = await known_customer(queries, customer_id)
    found = await queries.page(order_credit.decisions(status, customer_id), SORT.order(sort), page)
    return Page(items=list(map(shown_order, found.items)), next=found.next)


@router.post("", dependencies=[needs("credit.orders.check")])
async def check_credit(body: JsonBody[CreditCheckBody], commands: Commands, queries: Queries) -> CreditCheckAnswer:
    """May a customer order for this amount? With an order named, the amount is reserved or the order held; a repeated
    request answers how the order stands now. Without one nothing is recorded. The order of another customer is refused with 409."""
    body = body.model_copy(update={"customer_id": await survivor_of(body.customer_id, queries)})
    on = body.ordered_on or await today_of(body.customer_id, queries)
    if body.order_id is None:
        state: Account = await queries.state(CheckOrder, body.customer_id)
    else:
        order = CheckOrder(body.order_id, body.customer_id, on, body.amount, body.currency, priority=body.priority)
        state = await with_room(await commands.state_after(order), order, commands, queries)
    return credit_check(queries, state, body, on)


@router.get("/{customer_id}/{order_id}", response_model=DECISION, dependencies=[needs("credit.orders.read")])
async def show_credit_check(customer_id: Survivor, order_id: Id, queries: Queries) -> dict[str, Anything]:
    """Why an order is held and what releases it, with the numbers of today."""
    return await decided_order(queries, customer_id, order_id)


@router.post("/{customer_id}/{order_id}/override", dependencies=[needs("credit.orders.override")])
async def override_hold(
    customer_id: Survivor, order_id: Id, body: JsonBody[OverrideBody], commands: Commands, queries: Queries
) -> Answered:
    """Let a held order through until a day; after it the order waits again unless it was delivered."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        OverrideHold(
            customer_id,
            order_id,
            body.ends_on,
            body.reason,
            commands.person(body.overridden_by, "overridden_by"),
            today,
        )
    )


@router.delete("/{customer_id}/{order_id}/override", dependencies=[needs("credit.orders.override")])
async def end_override(customer_id: Survivor, order_id: Id, commands: Commands, queries: Queries) -> Answered:
    """Withdraw an override before its last day."""
    return await commands.do(EndOverride(customer_id, order_id, await today_of(customer_id, queries), is_over=False))


@router.post("/{customer_id}/{order_id}/closing", dependencies=[needs("credit.orders.close")])
async def close_order(
    customer_id: Survivor, order_id: Id, body: JsonBody[ClosingBody], commands: Commands, queries: Queries
) -> Answered:
    """Decide that nothing more of an order will be invoiced; it no longer counts, whether it was delivered or not."""
    return await commands.do(
        CloseOrder(
            customer_id,
            order_id,
            body.reason,
            commands.person(body.closed_by, "closed_by"),
            await today_of(customer_id, queries),
        )
    )
