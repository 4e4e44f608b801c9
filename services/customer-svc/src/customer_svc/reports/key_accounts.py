"""Where effort goes, and who has no development plan: key accounts and A1 customers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from chassis.calendar import add_months
from chassis.http import Queries
from customer_svc.files.access import Reach
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.read_models import customer, customer_file, relationship


async def key_accounts(queries: Queries, scope: Reach | None) -> dict[str, Any]:
    """The key accounts in reach (None: all of them). Shares in percent: of effort, None while nothing was spent; of the
    customers who ordered lately, None while nobody did."""
    rules = queries.policies.at(RelationshipPolicy, queries.today).document.key_accounts
    by = relationship.TABLE.c.customer_id
    spent = {row["key_account"]: row for row in await queries.rows(relationship.effort(scope))}
    hours = {kind: row["hours"] for kind, row in spent.items()}
    accounts = await queries.rows(customer_file.scoped(relationship.relationships(key_account=True), by, scope))
    planless = await queries.rows(customer_file.scoped(relationship.without_a_plan("A1"), by, scope))
    share = round(hours.get(True, Decimal(0)) * 100 / sum(hours.values()), 2) if hours else None
    since = add_months(queries.today, -rules.customers_of_months) + timedelta(days=1)
    ordering = (await queries.one(customer.ordering_since(since, scope)) or {"customers": 0})["customers"]
    return {
        "key_account_count": len(accounts),
        "share_of_customers": round(Decimal(len(accounts)) * 100 / ordering, 2) if ordering else None,
        "share_of_customers_wanted": rules.share_of_customers,
        "needs_a_department": len(accounts) >= rules.department_from,
        "hours_for_key_accounts": hours.get(True, Decimal(0)),
        "hours_for_others": hours.get(False, Decimal(0)),
        "share_of_effort": share,
        "share_of_effort_wanted": rules.share_of_effort,
        "without_a_plan": planless,
    }
