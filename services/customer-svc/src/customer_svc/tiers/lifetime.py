"""What a customer will be worth, and its points. Pure.

Rule: m·r/(1 + d − r); "Points": 1 per 1,000 received, +5 per order won, −2 per
complaint.
"""

from decimal import Decimal

from contracts.currencies import rounded
from customer_svc.policies.value import LifetimePolicy, PointsPolicy


def lifetime_value(margin: Decimal, retention: Decimal, discount: Decimal) -> Decimal:
    """The value of a customer with this margin a year, that stays with this probability a year, discounted a year."""
    return margin * retention / (1 + discount - retention)


def value_of(sales_12_months: Decimal, currency: str, policy: LifetimePolicy) -> Decimal:
    """The lifetime value of a customer with these sales in the last 12 months, in the smallest unit of their currency."""
    worth = lifetime_value(sales_12_months * policy.margin_rate, policy.retention, policy.discount)
    return rounded(worth, currency)


def points(received: Decimal, orders_won: int, complaints: int, policy: PointsPolicy) -> Decimal:
    """Whole points for each full ``per_amount`` received, and for each order and complaint."""
    full = received // policy.per_amount
    return (
        full * policy.points_per_amount
        + orders_won * policy.points_per_order
        + complaints * policy.points_per_complaint
    )
