"""Responses about the total limit."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel


class ClassUseAnswer(PlainModel):
    """The accounts of a class together, in the currency of the total; ``credit_class`` null: those without one."""

    credit_class: str | None
    account_count: int
    granted: Decimal
    used: Decimal


class TotalLimitAnswer(PlainModel):
    """``amount`` is null while no total is in force. ``most_granted``: what the limits may make together, ``free``: what of that
    is not granted. ``unquoted``: currencies that are left out for want of a rate."""

    amount: Decimal | None
    currency: str | None
    most_granted: Decimal | None
    granted: Decimal | None
    free: Decimal | None
    used: Decimal | None
    percent: Decimal | None
    valid_from: date | None
    reason: str | None
    proposed_by: str | None
    approved_by: str | None
    waiting_order_count: int
    unquoted: list[str]
    by_class: list[ClassUseAnswer]
