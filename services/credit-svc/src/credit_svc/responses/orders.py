"""Responses of the order check."""

from datetime import date
from decimal import Decimal

from contracts.credit import CreditStatus, Exposure
from contracts.figures import PlainModel
from credit_svc.responses.answer import Answer
from credit_svc.responses.reasons import HoldAnswer


class TodayAnswer(PlainModel):
    """What holds an order with the numbers of today."""

    holds: list[HoldAnswer]
    exposure: Exposure
    status: CreditStatus


class CreditCheckAnswer(Answer):
    """The answer of the order check; ``recorded`` when an order was named and its amount is reserved or held.

    ``exposure`` is that before the order; for a recorded order it is that of now.
    """

    customer_id: str
    order_id: str | None = None
    recorded: bool = False
    ordered_on: date
    amount: Decimal
    currency: str
    approved: bool
    status: CreditStatus
    holds: list[HoldAnswer]
    exposure: Exposure
    policy_version: int
