"""What a customer is worth: lifetime value from the sales of 12 months, and points of all time."""

from datetime import date

from chassis.calendar import add_days
from chassis.http import Queries
from customer_svc.policies.value import LifetimePolicy, PointsPolicy
from customer_svc.read_models import complaint
from customer_svc.reports.turnover import bought
from customer_svc.responses.values import Worth
from customer_svc.tiers.lifetime import points, value_of
from customer_svc.tiers.window import FIRST_DAY, window_start


async def customer_value(customer_id: str, ids: list[str], currency: str, day: date, queries: Queries) -> Worth:
    """The worth of a customer on a day; ``ids`` are all ids of it."""
    lifetime, rules = queries.policies.at(LifetimePolicy, day), queries.policies.at(PointsPolicy, day)
    year = (await queries.rows(bought(ids, currency, window_start(day, 12), day)))[0]
    ever = (await queries.rows(bought(ids, currency, FIRST_DAY, day)))[0]
    count = (await queries.rows(complaint.counted(ids, queries.start_of(add_days(day, 1)))))[0]["complaints"]
    return Worth(
        customer_id=customer_id,
        currency=currency,
        as_of=day,
        sales_12_months=year["amount"],
        lifetime_value=value_of(year["amount"], currency, lifetime.document),
        received=ever["received"],
        order_count=ever["orders"],
        complaint_count=count,
        points=points(ever["received"], ever["orders"], count, rules.document),
        lifetime_policy_version=lifetime.version,
        points_policy_version=rules.version,
    )
