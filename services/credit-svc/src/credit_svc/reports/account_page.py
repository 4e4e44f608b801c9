"""An account as its page shows it: a row with what a day and the policies make of it, now or as it was known."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Numeric, String, column, select

from chassis.http import NotFound, Page, Paging, Queries, Sorting
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.orders.check import Check, check
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import account, collection_case
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.ageing import ageing_with_notes
from credit_svc.reports.known import merged_ids
from credit_svc.responses.accounts import AccountAnswer, AccountDetailAnswer, KnownAccountAnswer
from credit_svc.responses.reasons import holds

SORT = Sorting(
    (column("customer_id", String),),
    column("receivable", Numeric),
    column("overdue", Numeric),
    column("approved_orders", Numeric),
    column("held_order_count", Integer),
)
"""By customer, or by a figure."""


async def accounts_page(
    queries: Queries, page: Paging, wanted: dict[str, str | None], sort: str | None
) -> Page[AccountAnswer]:
    """``wanted``: the value of a column, by its name; None is any."""
    accounts = account.accounts(queries.today, queries.days)[0].subquery()
    chosen = (accounts.c[name] == value for name, value in wanted.items() if value is not None)
    found = await queries.page(select(accounts).where(*chosen), SORT.order(sort), page)
    return Page(items=[AccountAnswer(**_figures(row, queries)).model_dump() for row in found.items], next=found.next)


async def account_page(queries: Queries, customer_id: str) -> AccountDetailAnswer:
    """Raises NotFound."""
    row = await account_row(queries, customer_id)
    ages, notes = await ageing_with_notes(queries, row["today"], row["currency"] or "", customer_id)
    case = await queries.one(collection_case.case_of_customer(customer_id))
    others = await merged_ids(customer_id, queries)
    return AccountDetailAnswer(
        **_figures(row, queries), merged_ids=others, ageing=ages.by_name(), debit_notes=notes, case=case
    )


async def known_account(queries: Queries, customer_id: str, as_of: date, known_at: datetime) -> KnownAccountAnswer:
    """From what was recorded until an instant; of an id that was merged by then, the customer that it was then. Raises NotFound."""
    state: Account = await queries.known_state(CheckOrder, customer_id, known_at)
    while state.merged_into is not None:
        customer_id = state.merged_into
        state = await queries.known_state(CheckOrder, customer_id, known_at)
    if state.currency is None:
        raise NotFound("account, as it was known then, of customer", customer_id)
    position = state.position(as_of, queries.policies, state.currency)
    found = check(position, NOTHING, state.currency, queries.policies.at(CreditPolicy, as_of).document)
    items = {i: amount for ledger in state.ledgers.values() for i, amount in sorted(ledger.open.items())}
    return KnownAccountAnswer(
        customer_id=customer_id,
        as_of=as_of,
        as_known_at=known_at,
        exposure=position.exposure,
        status=found.status,
        holds=holds(found),
        days_past_due=position.days_past_due,
        credit_class=state.file.credit_class,
        behaviour=state.behaviour.current,
        held_orders=[order.order_id for order in state.orders.oldest_first()],
        open_items=items,
    )


async def account_row(queries: Queries, customer_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    query, by = account.accounts(queries.today, queries.days)
    row = await queries.one(query.where(by == customer_id))
    if row is None:
        raise NotFound("account of customer", customer_id)
    return row


def use_percent(used: Decimal, limit: Decimal) -> Decimal | None:
    """Of the limit, to two places; None for a limit of zero."""
    return round(used / limit * 100, 2) if limit > 0 else None


def _figures(row: dict[str, Any], queries: Queries) -> dict[str, Any]:
    today = row["today"]
    policy = queries.policies.at(CreditPolicy, today).document
    found, days_past_due = Check("ok"), 0
    limit = account.limit_on(row, today, policy.default_limit)
    security = account.security_on(row, today)
    if row["currency"] is not None:
        collection = queries.policies.at(CollectionPolicy, today).document
        position = account.position(row, today, policy.default_limit, collection)
        found = check(position, NOTHING, row["currency"], policy)
        days_past_due = position.days_past_due
    exposure = row["receivable"] + row["approved_orders"] - security
    return {
        **{name: value for name, value in row.items() if name != "today"},
        "status": found.status,
        "holds": holds(found),
        "days_past_due": days_past_due,
        "credit_limit": limit,
        "security": security,
        "exposure": exposure,
        "available": limit - exposure,
        "use_percent": use_percent(exposure, limit),
        "deliveries_stopped_because": row["stopped_because"],
    }
