"""Commands that need their part of the total limit first: a limit its claim, an order its room."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from chassis.domain import Refusal
from chassis.http import Answered, Commands, Problem, Queries
from credit_svc.account import decide
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account, evolve
from credit_svc.account.total_room import AnswerRoom, NoRoom
from credit_svc.receivables.facts import NOTHING
from credit_svc.total_limit import ALL
from credit_svc.total_limit.rooms import RequestRoom
from credit_svc.total_limit.setting import ClaimLimit, SettleClaim
from credit_svc.total_limit.state import Total


async def set_within_total(command: Any, on: date, commands: Commands, queries: Queries) -> Answered:
    """Execute a command that changes a customer's limit. While no total is set, nothing is claimed. Raises Problem."""
    total: Total = await queries.state(SettleClaim, ALL)
    if not total.sets:
        return await commands.do(command)
    account: Account = await queries.state(CheckOrder, command.customer_id)
    changed = _after(command, account, queries)
    if changed is None or changed.currency is None:
        return await commands.do(command)  # it is refused, or changes nothing
    before, after = _limit(account, on, queries), _limit(changed, on, queries)
    claim_id = str(uuid4())
    claim = ClaimLimit(claim_id, command.customer_id, after, before, changed.currency, on)
    await commands.part_named("claim").do(claim)
    settle = commands.part_named("settle")
    try:
        answered = await commands.do(command)
    except Problem:
        await settle.do(SettleClaim(claim_id, None))
        raise
    headers = dict(commands.response.headers)
    await settle.do(SettleClaim(claim_id, answered.version, frees=after < before))
    commands.response.headers.update(headers)  # so that the caller reads the account after it, not the total
    return answered


def _after(command: Any, account: Account, queries: Queries) -> Account | None:
    try:
        events = decide(command, account, queries.policies)
    except Refusal:
        return None
    for event in events:
        account = evolve(account, event)
    return account


def _limit(account: Account, on: date, queries: Queries) -> Decimal:
    return NOTHING if account.currency is None else account.limit_on(on, queries.policies)


async def with_room(state: Account, order: CheckOrder, commands: Commands, queries: Queries) -> Account:
    """The account after an order that needs room within the total has its answer; the order that needs none changes nothing."""
    held = state.orders.held.get(order.order_id)
    if held is None or held.total_room != "requested":
        return state
    request = RequestRoom(held.order_id, order.customer_id, held.amount, held.currency, held.priority, order.on)
    total: Total = await commands.part_named("room").state_after(request)
    missing, waits = None, total.waiting.get(order.order_id)
    if waits is not None:
        awaited = waits.order
        missing = NoRoom(awaited.used, awaited.total, awaited.free, awaited.total_currency)
    elif order.order_id not in total.rooms:
        after: Account = await queries.state(CheckOrder, order.customer_id)  # it was answered meanwhile
        return after
    answered: Account = await commands.part_named("answer").state_after(
        AnswerRoom(order.customer_id, order.order_id, order.on, missing)
    )
    return answered
