"""Responses about limits."""

from decimal import Decimal

from contracts.credit import CreditStatus
from contracts.figures import PlainModel
from credit_svc.responses.reasons import FactorAnswer


class WhatIfAnswer(PlainModel):
    """What a limit would do today: its use, the held orders it would let through, and what the file allows."""

    customer_id: str
    limit: Decimal
    currency: str
    use_percent: Decimal | None
    status: CreditStatus
    released_orders: list[str]
    still_held: list[str]
    suggested: Decimal | None
    cap: Decimal | None
    factors: list[FactorAnswer]
