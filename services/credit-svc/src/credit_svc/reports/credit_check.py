"""The order check as an answer: for a new order, for one that was decided, and for a held one with the figures of today."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from chassis.http import NotFound, Queries
from contracts.credit import Exposure, Rate
from credit_svc.account.advances import advance_of
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.orders.check import check
from credit_svc.orders.order_book import Ordered
from credit_svc.orders.total_room import held_for_room
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import order_credit
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.today import today_of
from credit_svc.requests import CreditCheckBody
from credit_svc.responses.orders import CreditCheckAnswer, TodayAnswer
from credit_svc.responses.reasons import ReleaseAnswer, holds


def credit_check(queries: Queries, state: Account, body: CreditCheckBody, on: date) -> CreditCheckAnswer:
    """``state`` is after the check when the body names an order; an order that counts already does not count again."""
    policy = queries.policies.at(CreditPolicy, on)
    position = state.position(on, queries.policies, body.currency)
    orders, order_id = state.orders, body.order_id or ""
    counts = order_id in orders.approved or orders.released.get(order_id, "cancelled") != "cancelled"
    rate = state.rate(body.currency, on, queries.policies)
    amount = NOTHING if counts else _rest(state, order_id, body.amount, body.currency, rate)
    order = Ordered(order_id, body.amount, body.currency)
    advance = None if counts else advance_of(state, order, on, queries.policies)
    found = check(position, amount, body.currency, policy.document, rate, advance)
    found = held_for_room(found, orders.held.get(order_id))
    return CreditCheckAnswer(
        customer_id=body.customer_id,
        order_id=body.order_id,
        recorded=body.order_id is not None,
        ordered_on=on,
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
    query = order_credit.decisions(None, customer_id)
    row = await queries.one(query.where(order_credit.MODEL.table.c.order_id == order_id))
    if row is None:
        raise NotFound("decision about order", order_id)
    if row["state"] != "held":
        return {**shown_order(row), "today": None}
    on = await today_of(customer_id, queries)
    state: Account = await queries.state(CheckOrder, customer_id)
    position = state.position(on, queries.policies, row["currency"])
    rate = state.rate(row["currency"], on, queries.policies)
    rest = _rest(state, order_id, row["amount"], row["currency"], rate)
    advance = advance_of(state, Ordered(order_id, row["amount"], row["currency"]), on, queries.policies)
    found = check(position, rest, row["currency"], queries.policies.at(CreditPolicy, on).document, rate, advance)
    found = held_for_room(found, state.orders.held.get(order_id))
    today = TodayAnswer(holds=holds(found), exposure=position.exposure, status=found.status)
    return {**shown_order(row), "today": today.model_dump(mode="json")}


def shown_order(row: dict[str, Any]) -> dict[str, Any]:
    """A decision as it is answered: where it stands, and what releases it with the numbers that it was held with."""
    shown = {name: value for name, value in row.items() if name not in ("state", "releases_at")}
    return {**shown, "status": row["state"], "release": _release_of(row)}


def _release_of(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["releases_at"] is None:
        return None
    before = Exposure.model_validate_json(orjson.dumps(row["exposure"]))
    enough = before.total + row["counted"]
    found = ReleaseAnswer(summary=row["releases_at"])
    if enough > before.limit:
        found = ReleaseAnswer(
            summary=row["releases_at"],
            currency=before.currency,
            excess_amount=enough - before.limit,
            enough_amount=enough,
        )
    return found.model_dump(mode="json")


def _rest(state: Account, order_id: str, amount: Decimal, currency: str, rate: Rate | None) -> Decimal:
    """What of an order is not invoiced yet."""
    return state.orders.rest(Ordered(order_id, amount, currency), rate)
