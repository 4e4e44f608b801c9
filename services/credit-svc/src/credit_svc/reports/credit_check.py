"""The order check as an answer: for a new order, for one that was decided, and for a held one with the figures of today."""

from datetime import date
from typing import Any

from chassis.http import NotFound, Queries
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.orders.check import check
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import order_credit
from credit_svc.receivables.ledger import NOTHING
from credit_svc.requests import CreditCheckBody
from credit_svc.responses.orders import CreditCheckAnswer
from credit_svc.responses.reasons import holds


def credit_check(queries: Queries, state: Account, body: CreditCheckBody, on: date) -> CreditCheckAnswer:
    """``state`` is after the check when the body names an order; an order that counts already does not count again."""
    policy = queries.policies.at(CreditPolicy, on)
    position = state.position(on, queries.policies, body.currency)
    counts = body.order_id is not None and body.order_id in (*state.orders.approved, *state.orders.released)
    rate = state.rate(body.currency, on, queries.policies)
    found = check(position, NOTHING if counts else body.amount, body.currency, policy.document, rate)
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


async def decided_order(queries: Queries, customer_id: str, order_id: str) -> dict[str, Any]:
    """What was decided about an order; of a held one also what holds it ``today``. Raises NotFound."""
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
