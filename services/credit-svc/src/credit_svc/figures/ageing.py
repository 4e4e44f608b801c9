"""Ageing: how old open receivables are, and what of them is expected to be lost. Pure.

Source: the rules page, "Receivables": buckets not due, 1–30, 31–60, 61–90, 91–120, > 120 days; they tie to the balance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LAST_DAYS = (0, 30, 60, 90, 120)
NAMES = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_91_120", "days_over_120")


@dataclass(frozen=True)
class Ageing:
    """Open amounts by bucket, not due first."""

    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    @property
    def current(self) -> Decimal:
        """What is not yet due."""
        return self.amounts[0]

    def by_name(self) -> dict[str, Decimal]:
        return dict(zip(NAMES, self.amounts, strict=True))


def bucket(days_past_due: int) -> int:
    """The number of the bucket, 0 for what is not due."""
    return sum(days_past_due > last for last in LAST_DAYS)


def ageing(items: Iterable[tuple[date, Decimal]], as_of: date) -> Ageing:
    """Open amounts, each with its due date, by their age on a day; due today is not yet past due."""
    amounts = [Decimal(0)] * len(NAMES)
    for due_on, amount in items:
        amounts[bucket((as_of - due_on).days)] += amount
    return Ageing(tuple(amounts))


def allowance(amounts: Sequence[Decimal], percents: Sequence[Decimal]) -> Decimal:
    """The expected loss: 18,000, 5,000, 2,000 and 200 at 1, 1.5, 5 and 50 % are 455."""
    return sum((amount * percent / 100 for amount, percent in zip(amounts, percents, strict=True)), Decimal(0))
