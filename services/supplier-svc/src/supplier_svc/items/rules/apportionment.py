"""Dividing a whole in steps by shares: exact sums, largest remainders, caps. Pure."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction


def by_weight(whole: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
    """The whole in proportion to the weights; all parts are 0 where the weights are."""
    total = sum(weights, Fraction(0))
    return [whole * weight / total if total else Fraction(0) for weight in weights]


def apportion(
    whole: Decimal,
    step: Decimal,
    weights: Sequence[Fraction],
    caps: Sequence[Decimal],
    caps_may_break: bool = False,
    last: Collection[int] = (),
) -> list[Decimal]:
    """The whole in multiples of ``step``, in proportion to the weights, none above its cap.

    What a cap cuts off is divided among the others by their weights. Left-over steps go by largest remainder, among equal ones to the
    first; to those in ``last`` (positions) only where the others have no room. Where the caps leave no room for the whole, the rest
    stays undivided; with ``caps_may_break`` the caps are ignored instead.
    """
    steps = int(whole / step)
    room = [int(cap / step) if weight else 0 for cap, weight in zip(caps, weights, strict=True)]
    if sum(room) < steps:
        if not caps_may_break:
            return [step * each for each in room]
        room = [steps] * len(weights)
    quotas = bounded(Fraction(steps), weights, room)
    given = [int(quota) for quota in quotas]
    order = sorted(range(len(weights)), key=lambda n: (given[n] - quotas[n], n))
    left = steps - sum(given)
    for group in ([n for n in order if n not in last], [n for n in order if n in last]):
        while left and any(given[n] < room[n] for n in group):
            for n in group:
                if left and given[n] < room[n]:
                    given[n] += 1
                    left -= 1
    return [step * each for each in given]


def bounded(whole: Fraction, weights: Sequence[Fraction], room: Sequence[int | Fraction]) -> list[Fraction]:
    """Quotas by weight, none above its room; the room must be enough for the whole."""
    quotas, is_open = [Fraction(0)] * len(weights), [weight > 0 for weight in weights]
    left = whole
    while True:
        shares = by_weight(left, [w if o else Fraction(0) for w, o in zip(weights, is_open, strict=True)])
        over = [n for n, share in enumerate(shares) if is_open[n] and share > room[n]]
        if not over:
            return [share if o else quota for share, o, quota in zip(shares, is_open, quotas, strict=True)]
        for n in over:
            quotas[n], is_open[n] = Fraction(room[n]), False
            left -= room[n]
