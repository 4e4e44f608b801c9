"""Responses about tribunals, courts and limitations."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel


class LimitationItem(PlainModel):
    """Until when an overdue invoice may be sued for, what began that anew, and when it ran out."""

    customer_id: str
    invoice_id: str
    currency: str
    open_amount: Decimal
    due_on: date
    limitation_until: date
    restarted_on: date | None
    restarted_by: str | None
    ran_out_on: date | None
