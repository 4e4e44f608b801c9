"""Splitting one order's quantity by the item's shares. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from supplier_svc.items.rules.apportionment import apportion

SMALLEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Split:
    """``quantities`` by supplier id; ``unplaced`` is the part for which the maxima leave no room."""

    quantities: dict[str, Decimal]
    unplaced: Decimal


def split(
    quantity: Decimal, shares: Mapping[str, Decimal], min_lot: Decimal | None = None, maxima: Mapping[str, Decimal] = {}
) -> Split:
    """The quantity by the shares (percents), in whole minimum lots where there is one.

    What exceeds a supplier's maximum is divided among the others by their shares. The remainder below a minimum lot goes undivided to
    the lowest share that has room for it. Source: 订单分配.
    """
    wanted = {supplier: share for supplier, share in sorted(shares.items(), key=lambda s: (-s[1], s[0])) if share > 0}
    step = min_lot or SMALLEST
    remainder = quantity % step
    caps = [maxima.get(supplier, quantity) for supplier in wanted]
    given = apportion(quantity - remainder, step, [Fraction(share) for share in wanted.values()], caps)
    quantities = dict(zip(wanted, given, strict=True))
    unplaced = quantity - remainder - sum(given, Decimal(0))
    for supplier in reversed(wanted):
        if remainder and quantities[supplier] + remainder <= maxima.get(supplier, quantity):
            quantities[supplier] += remainder
            remainder = Decimal(0)
    return Split({**{supplier: Decimal(0) for supplier in shares}, **quantities}, unplaced + remainder)
