"""Responses about receivables."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.credit import MoneyKind
from contracts.figures import PlainModel
from credit_svc.responses.answer import Answer


class InterestAnswer(Answer):
    """Penalty interest of an invoice up to a day: in parts, with what of it was charged."""

    invoice_id: str
    until: date
    currency: str
    total: Decimal
    charged: Decimal
    parts: list[dict[str, Any]]
    policy_version: int


class PaidAnswer(PlainModel):
    """What paid a part of an invoice, or was given up of it."""

    kind: MoneyKind
    payment_id: str
    amount: Decimal
    allocated_on: date


class InvoiceAnswer(PlainModel):
    """An invoice, or an instalment of one (``of_invoice``), with what is open of it and what paid it (``payments``)."""

    customer_id: str
    invoice_id: str
    order_id: str | None
    of_invoice: str | None
    instalment: int | None
    currency: str
    amount: Decimal
    open_amount: Decimal
    issued_on: date
    due_on: date
    overdue_from: date
    status: str
    settled_on: date | None
    days_late: int | None
    disputed: Decimal
    written_off: Decimal
    small_difference: Decimal
    discount_until: date | None
    discount_amount: Decimal | None
    discount_taken: Decimal
    interest: Decimal
    limitation_until: date | None
    payments: list[PaidAnswer]


class AllocationAnswer(PlainModel):
    """An invoice that a payment met: with how much, and on which day."""

    invoice_id: str
    amount: Decimal
    allocated_on: date
