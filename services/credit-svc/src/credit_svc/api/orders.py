"""Routes of the order check: asked, reserved, held, let through by a person."""

from typing import Literal

from fastapi import APIRouter

from chassis.http import Answered, Commands, NotFound, Page, Paging, Queries
from contracts.fields import Id
from credit_svc.account.orders import CheckOrder
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.state import Account
from credit_svc.api.accounts import holds
from credit_svc.orders.check import check
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import order_credit
from credit_svc.requests import CreditCheck, Override
from credit_svc.responses import CreditCheckAnswer

router = APIRouter(prefix="/v1/credit-checks", tags=["orders"])


@router.get("")
async def list_credit_checks(
    queries: Queries,
    page: Paging,
    state: Literal["approved", "held", "overridden", "released"] | None = None,
    customer_id: Id | None = None,
) -> Page:
    """What was decided about orders; ``state=held`` are those that wait, each with its reason and what releases it."""
    query, by = order_credit.decisions(state, customer_id)
    return await queries.page(query, by, page)


@router.post("")
async def check_credit(body: CreditCheck, commands: Commands, queries: Queries) -> CreditCheckAnswer:
    """May a customer order for so much? With an order named, the amount is reserved or the order held; told again, the
    answer is how the order stands now. Without one nothing is recorded."""
    on = body.on or queries.now.date()
    state: Account
    if body.order_id is not None:
        asked = CheckOrder(body.order_id, body.customer_id, on, body.amount, body.currency)
        state = await commands.state_after(asked)
    else:
        state = await queries.state(CheckOrder, body.customer_id)
    policy = queries.policies.at(CreditPolicy, on)
    position = state.position(on, queries.policies, body.currency)
    counts = body.order_id is not None and body.order_id in (*state.orders.approved, *state.orders.released)
    rate = state.rate(body.currency, on, queries.policies)
    amount = body.amount * 0 if counts else body.amount
    found = check(position, amount, body.currency, policy.document, rate)
    return CreditCheckAnswer(
        customer_id=body.customer_id,
        order_id=body.order_id,
        recorded=body.order_id is not None,
        on=on,
        amount=body.amount,
        currency=body.currency,
        approved=counts if body.order_id is not None else found.approved,
        status=found.status,
        holds=[] if counts else holds(found),
        exposure=position.exposure,
        policy_version=policy.version,
    )


@router.get("/{customer_id}/{order_id}")
async def show_credit_check(customer_id: Id, order_id: Id, queries: Queries) -> dict[str, object]:
    """Why an order is held and what releases it, with the numbers of today."""
    query, _ = order_credit.decisions(None, customer_id)
    row = await queries.one(query.where(order_credit.MODEL.table.c.order_id == order_id))
    if row is None:
        raise NotFound("decision about order", order_id)
    if row["state"] != "held":
        return row
    on = queries.now.date()
    state: Account = await queries.state(CheckOrder, customer_id)
    position = state.position(on, queries.policies, row["currency"])
    rate = state.rate(row["currency"], on, queries.policies)
    found = check(position, row["amount"], row["currency"], queries.policies.at(CreditPolicy, on).document, rate)
    return {**row, "today": {"holds": holds(found), "exposure": position.exposure, "status": found.status}}


@router.post("/{customer_id}/{order_id}/override")
async def override(customer_id: Id, order_id: Id, body: Override, commands: Commands, queries: Queries) -> Answered:
    """Let a held order through until a day; after it the order waits again unless it was delivered."""
    today = queries.now.date()
    return await commands.do(OverrideHold(customer_id, order_id, body.ends_on, body.reason, body.overridden_by, today))


@router.delete("/{customer_id}/{order_id}/override")
async def end_override(customer_id: Id, order_id: Id, commands: Commands, queries: Queries) -> Answered:
    """Take an override back before its last day."""
    return await commands.do(EndOverride(customer_id, order_id, queries.now.date(), is_over=False))
