"""What was given up by rule, because it costs more to pursue than it is worth."""

from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.http import Queries
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.read_models import item_sums
from credit_svc.responses.reports import SmallDifferenceAnswer, SmallDifferencesAnswer


async def small_differences_report(queries: Queries, currency: str, as_of: date, days: int) -> SmallDifferencesAnswer:
    """Of the days up to and with ``as_of``."""
    rows = await queries.rows(item_sums.small_differences(currency, add_days(as_of, -days), as_of))
    policy = queries.policies.at(ReceivablesPolicy, as_of)
    return SmallDifferencesAnswer(
        currency=currency,
        as_of=as_of,
        days=days,
        tolerance=policy.document.tolerance(currency),
        invoice_count=sum(row["invoice_count"] for row in rows),
        amount=sum((row["amount"] for row in rows), Decimal(0)),
        customers=[SmallDifferenceAnswer(**row) for row in rows],
        policy_version=policy.version,
    )
