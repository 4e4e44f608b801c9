"""A distributor over 12 months: purchases, rebates, diversions and complaints; and how often it was suspected before."""

from datetime import date
from decimal import Decimal
from typing import Any

from chassis.http import Queries
from customer_svc.policies.channel import ChannelPolicy, RebatePolicy
from customer_svc.read_models import complaint, diversion, rebate
from customer_svc.reports.turnover import bought
from customer_svc.tiers.window import window_start


async def scorecard(customer_id: str, ids: list[str], day: date, queries: Queries) -> dict[str, Any]:
    """The 12 months that end with a day; ``ids`` are all ids of the distributor."""
    since = window_start(day, 12)
    currency = queries.policies.at(RebatePolicy, day).document.currency
    purchased = (await queries.rows(bought(ids, currency, since, day)))[0]
    earned = [row for row in await queries.rows(rebate.rebates(customer_id)) if since <= row["period_ends_on"] <= day]
    suspected = await queries.rows(diversion.counted(customer_id, since, day))
    complaints = await queries.rows(complaint.complaints(customer_id))
    return {
        "customer_id": customer_id,
        "since": since,
        "as_of": day,
        "currency": currency,
        "order_count": purchased["orders"],
        "purchases": purchased["amount"],
        "rebates_accrued": sum((row["amount"] for row in earned), Decimal(0)),
        "rebates_paid": sum(
            (row["paid_amount"] for row in earned if row["paid_on"] is not None and row["paid_on"] <= day), Decimal(0)
        ),
        "diversions": {row["kind"]: row["suspected"] for row in suspected},
        "complaint_count": sum(since <= queries.day_of(row["opened_at"]) <= day for row in complaints),
    }


async def repeats_before(customer_id: str, scanned_on: date, queries: Queries) -> int:
    """How often a distributor was suspected of diversion in the months before a scan that the policy looks at."""
    months = queries.policies.at(ChannelPolicy, scanned_on).document.repeat_months
    suspected = await queries.rows(diversion.counted(customer_id, window_start(scanned_on, months), scanned_on))
    return sum(row["suspected"] for row in suspected)
