"""Responses about what contracts plan to receive."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel
from credit_svc.read_models.receipt_plan import Status


class ReceiptAnswer(PlainModel):
    """An instalment of a contract, in its currency. ``invoice_id`` is what is owed for it: the item of its day, or its invoice.

    ``planned`` and ``due_on`` are None while only its invoice is known. ``received`` is what payments paid of what is owed.
    """

    customer_id: str
    contract_id: str
    number: int
    currency: str
    status: Status
    due_on: date | None
    planned: Decimal | None
    invoice_id: str | None
    invoiced: Decimal
    received: Decimal
    open: Decimal
