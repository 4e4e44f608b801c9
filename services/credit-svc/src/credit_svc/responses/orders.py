"""Responses of the order check."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from contracts.credit import CreditStatus, Exposure
from credit_svc.responses.reasons import HoldAnswer


class CreditCheckAnswer(BaseModel):
    """What the order check says; ``recorded`` when an order was named and its amount is reserved or held.

    The exposure is the one before the order; of a recorded one it is the one now.
    """

    customer_id: str
    order_id: str | None = None
    recorded: bool = False
    on: date
    amount: Decimal
    currency: str
    approved: bool
    status: CreditStatus
    holds: list[HoldAnswer]
    exposure: Exposure
    policy_version: int
