"""What another limit would do to an account, without being set."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.http import Queries
from chassis.policies import PolicyBook
from contracts.credit import CreditStatus, Exposure
from credit_svc.account import decide
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account, evolve
from credit_svc.limits.methods import suggest_for
from credit_svc.orders.check import check
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.account_page import use_percent
from credit_svc.reports.today import today_of
from credit_svc.responses.limits import WhatIfAnswer
from credit_svc.responses.reasons import factors


@dataclass(frozen=True)
class Tried:
    """``released`` and ``held``: the orders that wait now, by what the limit would do to them. Exposure after them."""

    exposure: Exposure
    status: CreditStatus
    released: tuple[str, ...]
    held: tuple[str, ...]


def with_limit(
    customer_id: str, account: Account, limit: Decimal, currency: str, on: date, policies: PolicyBook
) -> Tried:
    """The account as if the limit were set on a day. Raises LimitInAnotherCurrency."""
    before = account.orders.oldest_first()
    command = SetCreditLimit(customer_id, limit, currency, on, "what if", "nobody", on)
    for event in decide(command, account, policies):
        account = evolve(account, event)
    position = account.position(on, policies, currency)
    found = check(position, NOTHING, currency, policies.at(CreditPolicy, on).document)
    return Tried(
        exposure=position.exposure,
        status=found.status,
        released=tuple(order.order_id for order in before if order.order_id not in account.orders.held),
        held=tuple(order.order_id for order in before if order.order_id in account.orders.held),
    )


async def what_if_report(queries: Queries, customer_id: str, limit: Decimal, currency: str) -> WhatIfAnswer:
    """Raises LimitInAnotherCurrency."""
    today = await today_of(customer_id, queries)
    state: Account = await queries.state(CheckOrder, customer_id)
    tried = with_limit(customer_id, state, limit, currency, today, queries.policies)
    policy = queries.policies.at(LimitPolicy, today).document
    suggestion = suggest_for(state.file, today, policy, state.has_overdue(today))
    return WhatIfAnswer(
        customer_id=customer_id,
        limit=limit,
        currency=currency,
        use_percent=use_percent(tried.exposure.total, tried.exposure.limit),
        status=tried.status,
        released_orders=list(tried.released),
        still_held=list(tried.held),
        suggested=suggestion.limit if suggestion else None,
        cap=suggestion.cap if suggestion else None,
        factors=factors(suggestion.factors if suggestion else ()),
    )
