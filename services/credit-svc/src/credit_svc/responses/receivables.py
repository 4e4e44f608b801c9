"""Responses about receivables."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.figures import PlainModel


class InterestAnswer(PlainModel):
    """Penalty interest of an invoice up to a day: in parts, with what of it was charged."""

    invoice_id: str
    until: date
    currency: str
    total: Decimal
    charged: Decimal
    parts: list[dict[str, Any]]
    policy_version: int
