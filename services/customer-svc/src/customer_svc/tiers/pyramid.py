"""The customer pyramid: who is in which tier when a population is ranked. Pure.

Rule: VIP 1 %, important 4 %, ordinary large 15 %, small 80 %, cumulative ceiling.

Two rules of our own make it fair. Customers of equal worth share the higher tier, so a tier can be larger than its
share by those who tie at its border. A worth of zero earns no place above the bottom, however few the customers are.

A population may be larger than memory, so borders are found in bands: how many customers have which worth, best first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple, get_args

from contracts.customer import CustomerTier, CutPoint
from customer_svc.policies.tiering import PyramidShares

TIERS: tuple[CustomerTier, ...] = get_args(CustomerTier)
"""Best first."""

BOTTOM: CustomerTier = TIERS[-1]
ABOVE_BOTTOM = TIERS[:-1]
FIFTHS = (Decimal(20), Decimal(40), Decimal(60), Decimal(80))


def is_better(tier: CustomerTier, than: CustomerTier) -> bool:
    return TIERS.index(tier) < TIERS.index(than)


def best_of(tiers: Iterable[str]) -> CustomerTier | None:
    """The best of some tiers, None of none."""
    held = set(tiers)
    return next((tier for tier in TIERS if tier in held), None)


class Worth(NamedTuple):
    """What customers are ranked by: the index of their scores, 0 where only amounts count, then the amount."""

    score: Decimal
    amount: Decimal

    @property
    def earning(self) -> bool:
        return self.score > 0 or self.amount > 0


@dataclass
class Borders:
    """Where a population is cut; it is taken in bands of equal worth, best first.

    ``lasts`` are the places after which to cut; a cut moves behind those who tie there. ``found`` has, for each place
    that the bands have reached, the number of customers up to its cut and the worth there.
    """

    lasts: Sequence[int]
    reached: int = 0
    found: list[tuple[int, Any]] = field(default_factory=list)

    def take(self, worth: Any, customers: int) -> None:
        self.reached += customers
        while len(self.found) < len(self.lasts) and self.lasts[len(self.found)] <= self.reached:
            self.found.append((self.reached, worth))


def places(population: int, percents: Iterable[Decimal]) -> list[int]:
    """The last place of each cumulative share: the ceiling of its percent of the population."""
    return [ceil(population * percent / 100) for percent in percents]


def quintiles(population: int) -> Borders:
    """Borders that take the bands of a population; ``found`` then has where the scores 5, 4, 3 and 2 begin."""
    return Borders(places(population, FIFTHS))


def tier_borders(population: int, earning: int, shares: PyramidShares) -> Borders:
    """Borders that take the bands of a population of which ``earning`` are worth more than nothing."""
    vip, important = shares.vip, shares.vip + shares.important
    percents = (vip, important, important + shares.ordinary_large)
    return Borders([min(last, earning) for last in places(population, percents)])


def cut_points_of(borders: Borders, lowest: Worth | None) -> tuple[CutPoint, ...]:
    """The cut points of tiers, when all bands have been taken; ``lowest`` is the worth of the last band."""
    found: list[CutPoint] = []
    filled = 0
    for tier, last, (reached, worth) in zip(ABOVE_BOTTOM, borders.lasts, borders.found, strict=False):
        if last and reached > filled:
            found.append(CutPoint(tier=tier, last_rank=reached, amount=worth.amount, index=worth.score))
            filled = reached
    if lowest is not None and borders.reached > filled:
        found.append(CutPoint(tier=BOTTOM, last_rank=borders.reached, amount=lowest.amount, index=lowest.score))
    return tuple(found)


def cut_points(worths: Sequence[Worth], shares: PyramidShares) -> tuple[CutPoint, ...]:
    """The borders of the tiers in a population in memory, given best first; a tier that nobody reached has none."""
    borders = tier_borders(len(worths), sum(worth.earning for worth in worths), shares)
    for worth, customers in bands(worths):
        borders.take(worth, customers)
    return cut_points_of(borders, worths[-1] if worths else None)


def bands(values: Iterable[Any]) -> Iterable[tuple[Any, int]]:
    """Values in order as pairs of value and how often it comes in a row."""
    last, count = None, 0
    for value in values:
        if count and value != last:
            yield last, count
            count = 0
        last, count = value, count + 1
    if count:
        yield last, count


def deserved_tier(worth: Worth, cuts: Sequence[CutPoint]) -> CustomerTier:
    """The best tier whose border the worth reaches."""
    if not worth.earning:
        return BOTTOM
    for cut in cuts:
        if worth >= (cut.index, cut.amount):
            return cut.tier
    return BOTTOM


@dataclass(frozen=True, slots=True)
class BetterTier:
    """What a better tier would have taken: the worth at its border, and how much of the amount was missing."""

    tier: CustomerTier
    from_amount: Decimal
    short_by: Decimal
    from_index: Decimal = Decimal(0)


def better_tiers(worth: Worth, deserved: CustomerTier, cuts: Sequence[CutPoint]) -> list[BetterTier]:
    """Every tier above the deserved one, nearest first, had everybody else stayed the same."""
    above = [cut for cut in cuts if is_better(cut.tier, deserved)]
    return [
        BetterTier(cut.tier, cut.amount, max(cut.amount - worth.amount, Decimal(0)), cut.index)
        for cut in reversed(above)
    ]
