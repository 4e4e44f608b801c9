"""Splitting one order's quantity by quota: no part is too small to be worth making. Pure; after SAP's splitting quota arrangement."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from chassis.domain import Refusal
from supplier_svc.items.rules.splits import Split

NOTHING = Decimal(0)


class MinQuantityNeeded(Refusal):
    """min_quantity is needed to split by quota."""

    status = 422


class NoSourceForOrders(Refusal):
    """No source of item {item_id} may get orders."""


class QuotaOfAnother(Refusal):
    """{supplier_id} may not get orders of item {item_id}; quotas are for {sources}."""

    status = 422


class NoSourceOfItem(Refusal):
    """{supplier_id} is no source of item {item_id}; {field} are for {sources}."""

    status = 422


def split_by_quota(
    quantity: Decimal,
    quotas: Mapping[str, Decimal],
    min_quantity: Decimal,
    allocated: Mapping[str, Decimal] = {},
    maxima: Mapping[str, Decimal] = {},
    decimals: int = 0,
) -> Split:
    """The quantity by the quotas, the largest first, as long as at least ``min_quantity`` is left.

    Each source in turn gets its part of what is left, rounded half up to ``decimals`` places, the last one all of it. A rest below
    ``min_quantity`` goes to one that got nothing yet, the one with the lowest rating: the quantity ``allocated`` to it so far in
    proportion to its quota. A quota of 0 gets nothing, and nobody more than its maximum.
    """
    wanted = [name for name, quota in sorted(quotas.items(), key=lambda each: (-each[1], each[0])) if quota > 0]
    given = dict.fromkeys(quotas, NOTHING)
    left, unused = quantity, [*wanted]
    while unused and left >= min_quantity:
        part = _part(left, [quotas[name] for name in unused], decimals)
        first = unused.pop(0)
        given[first] = min(part, maxima.get(first, part))
        left -= given[first]
    # Equal ratings: a whole order goes to the largest quota, the rest of one to the smallest, which would get little otherwise.
    sign = -1 if quantity < min_quantity else 1
    unused.sort(key=lambda name: (Fraction(allocated.get(name, NOTHING)) / Fraction(quotas[name]), sign * quotas[name]))
    room = {name: maxima.get(name, quantity) - given[name] for name in wanted}
    takers = [*unused, *(name for name in wanted if name not in unused)]
    for name in sorted(takers, key=lambda name: room[name] < left):  # undivided, where anybody has room for all of it
        taken = min(left, room[name])
        given[name] += taken
        left -= taken
    return Split(given, left)


def _part(left: Decimal, quotas: list[Decimal], decimals: int) -> Decimal:
    """What the first of these quotas gets of what is left, never more than there is."""
    if len(quotas) == 1:
        return left
    step = Fraction(1, 10**decimals)
    exact = Fraction(left) * Fraction(quotas[0]) / sum(map(Fraction, quotas), Fraction(0))
    units = int(exact / step + Fraction(1, 2))
    return min(left, Decimal(units).scaleb(-decimals))
