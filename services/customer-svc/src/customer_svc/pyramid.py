"""The customer pyramid: who stands in which tier when a population is ranked by amount. Pure.

Source: domain/customer.md, "Pyramid": VIP 1 %, important 4 %, ordinary large 15 %, small 80 %, cumulative ceiling.

Two rules of our own make it fair. Customers of equal amount share the higher tier, so a tier can be larger than its
share by those who tie at its border. An amount of zero earns no place above the bottom, however few the customers are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import get_args

from contracts.customer import CustomerTier, CutPoint
from customer_svc.policies import PyramidShares

TIERS: tuple[CustomerTier, ...] = get_args(CustomerTier)
"""Best first."""

BOTTOM: CustomerTier = TIERS[-1]
ABOVE_BOTTOM = TIERS[:-1]


def is_better(tier: CustomerTier, than: CustomerTier) -> bool:
    return TIERS.index(tier) < TIERS.index(than)


def ranks(amounts: Sequence[Decimal]) -> list[int]:
    """The rank of each amount, given largest first; equal amounts share the best of their ranks (1, 2, 2, 4)."""
    found: list[int] = []
    for place, amount in enumerate(amounts, start=1):
        found.append(found[-1] if place > 1 and amount == amounts[place - 2] else place)
    return found


def cut_points(amounts: Sequence[Decimal], shares: PyramidShares) -> tuple[CutPoint, ...]:
    """The borders of the tiers in a population, given largest amount first; a tier that nobody reached has none."""
    population = len(amounts)
    earning = sum(amount > 0 for amount in amounts)
    percents = (shares.vip, shares.important, shares.ordinary_large)
    found: list[CutPoint] = []
    filled, cumulative = 0, Decimal(0)
    for tier, percent in zip(ABOVE_BOTTOM, percents, strict=True):
        cumulative += percent
        last = min(ceil(population * cumulative / 100), earning)
        while 0 < last < population and amounts[last] == amounts[last - 1]:
            last += 1
        if last > filled:
            found.append(CutPoint(tier=tier, last_rank=last, amount=amounts[last - 1]))
            filled = last
    if population > filled:
        found.append(CutPoint(tier=BOTTOM, last_rank=population, amount=amounts[-1]))
    return tuple(found)


def deserved_tier(amount: Decimal, cuts: Sequence[CutPoint]) -> CustomerTier:
    """The best tier whose border the amount reaches."""
    if amount <= 0:
        return BOTTOM
    return next((cut.tier for cut in cuts if amount >= cut.amount), BOTTOM)


@dataclass(frozen=True, slots=True)
class BetterTier:
    """What a better tier would have taken: the amount at its border, and how much was missing."""

    tier: CustomerTier
    from_amount: Decimal
    short_by: Decimal


def better_tiers(amount: Decimal, deserved: CustomerTier, cuts: Sequence[CutPoint]) -> list[BetterTier]:
    """Every tier above the deserved one, nearest first, had everybody else stayed the same."""
    above = [cut for cut in cuts if is_better(cut.tier, deserved)]
    return [BetterTier(cut.tier, cut.amount, cut.amount - amount) for cut in reversed(above)]
