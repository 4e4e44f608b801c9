"""Responses about tribunals, courts and limitations."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel
from credit_svc.read_models import open_item


@dataclass(frozen=True)
class InvoiceItem(open_item.Row):
    """An invoice of the list, with the last day on which it may be sued for; None while it is not overdue."""

    limitation_until: date | None = None


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
