"""What a customer is worth."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel


class Worth(PlainModel):
    """``points`` are of all time: for what was delivered (``received``), orders and complaints."""

    customer_id: str
    currency: str
    as_of: date
    sales_12_months: Decimal
    lifetime_value: Decimal
    received: Decimal
    order_count: int
    complaint_count: int
    points: Decimal
    lifetime_policy_version: int
    points_policy_version: int
