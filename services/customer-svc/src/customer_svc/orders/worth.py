"""What an order counts for on a day: facts of later days change nothing about it. Pure.

``read_models.order`` asks PostgreSQL the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_svc.orders.stages import Closing


@dataclass(frozen=True, slots=True)
class CameBack:
    """A return: its day and amount, in the currency of the order."""

    on: date
    amount: Decimal


def stands(ends: Iterable[Closing], on: date) -> bool:
    """Whether an order with these ends counts on a day: unless the last of them up to that day is a cancellation."""
    last = max((end for end in ends if end.on <= on), default=None)
    return last is None or not last.cancelled


def left(total: Decimal, returns: Iterable[CameBack], on: date) -> Decimal:
    """What is left of an order's total on a day: each return counts from its own day."""
    return total - sum((each.amount for each in returns if each.on <= on), Decimal(0))
