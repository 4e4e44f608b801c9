"""Responses about debit notes."""

from datetime import date
from decimal import Decimal
from typing import Any

from credit_svc.responses.answer import Answer


class DebitNoteAnswer(Answer):
    """A debit note: its lines as issued, its amount after corrections, and what is open of it. ``invoice_id``: its number in the ERP."""

    customer_id: str
    debit_note_id: str
    currency: str
    amount: Decimal
    open_amount: Decimal
    issued_on: date
    due_on: date
    lines: list[dict[str, Any]]
    status: str
    settled_on: date | None
    reduced: Decimal
    waivers: list[dict[str, Any]]
    invoice_id: str | None
    waiver_proposed: bool
    waiver_proposal: dict[str, Any]
    """The waiver that waits for another person; empty when none does."""
