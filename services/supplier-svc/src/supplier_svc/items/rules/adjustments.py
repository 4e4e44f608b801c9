"""Rewards and penalties that take effect on the shares of an item's orders (奖惩). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from contracts.supplier import ShareAdjustment, ShareEffect
from supplier_svc.items.rules.apportionment import bounded

WHOLE = Fraction(100)
COMPARED_MAX = 6
"""Of an item's running penalties: with more, each is compared with the plain effects of the others, so that the work stays small."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """``shares`` in percent, 100 in all, not rounded; ``penalised`` are the positions of those that have a penalty.

    ``has_no_room``: a penalty, or a part of it, stayed with its source, because the maxima of the others leave no room for it.
    """

    shares: list[Fraction]
    penalised: frozenset[int] = frozenset()
    adjustments: tuple[ShareAdjustment, ...] = ()
    has_no_room: bool = False


def adjust(
    shares: Sequence[Fraction],
    caps: Sequence[Decimal],
    step: Decimal,
    sources: Sequence[tuple[str, tuple[ShareEffect, ...]]],
) -> Adjusted:
    """The shares of ``sources`` (supplier id, its effects) after each running effect, the oldest first.

    A reward takes its points from the others in proportion to their shares, a penalty gives its points to them; nobody falls below 0
    or rises above its cap (in percent, whole multiples of ``step``). One that is alone has all. Where a penalty, by what it makes of
    the effects after it, would leave its source more than it has without the penalty, the source gets no more than that.
    """
    effects = sorted(
        (Running(effect, who) for who, (_, of_source) in enumerate(sources) for effect in of_source),
        key=lambda each: (each.effect.starts_on, each.effect.incentive_id, sources[each.who][0]),
    )
    if not effects:
        return Adjusted([*shares])
    limits = [Fraction(cap - cap % step) for cap in caps]
    run = _bounded_run(tuple(effects), _Table(shares, _capped(shares, limits), limits), {})
    return Adjusted(
        shares=run.shares,
        penalised=frozenset(each.who for each in effects if each.effect.points < 0),
        adjustments=tuple(
            ShareAdjustment(
                supplier_id=sources[each.who][0],
                points=_rounded(did, step),
                incentive_id=each.effect.incentive_id,
                ends_on=each.effect.ends_on,
            )
            for each, did in zip(effects, run.did, strict=True)
        ),
        has_no_room=run.has_no_room,
    )


class Running(NamedTuple):
    """An effect, and the position of its source."""

    effect: ShareEffect
    who: int


class _Table(NamedTuple):
    """What the table gives, the same under the caps, and the caps."""

    shares: Sequence[Fraction]
    capped: Sequence[Fraction]
    limits: Sequence[Fraction]


class _Run(NamedTuple):
    """The shares after effects, and what each effect did to the share of its source."""

    shares: list[Fraction]
    did: list[Fraction]
    has_no_room: bool


def _bounded_run(effects: tuple[Running, ...], table: _Table, known: dict[tuple[Running, ...], _Run]) -> _Run:
    """No penalised source has more than the same effects without one of its penalties leave it. ``known`` are the runs so far."""
    if effects in known:
        return known[effects]
    run = _run(effects, table)
    ceilings = [*map(max, table.limits, table.capped, run.shares)]
    penalties = [n for n, each in enumerate(effects) if each.effect.points < 0]
    for n in penalties:
        without = effects[:n] + effects[n + 1 :]
        other = _bounded_run(without, table, known) if len(penalties) <= COMPARED_MAX else _run(without, table)
        ceilings[effects[n].who] = min(ceilings[effects[n].who], other.shares[effects[n].who])
    for n in reversed(penalties):
        who = effects[n].who
        if (excess := run.shares[who] - ceilings[who]) > 0:
            others = [each for each in range(len(run.shares)) if each != who]
            stays = _give(excess, who, others, run.shares, ceilings, table.shares)
            run.did[n] -= excess - stays
    known[effects] = run
    return run


def _run(effects: Sequence[Running], table: _Table) -> _Run:
    now, did, has_no_room = [*table.capped], list[Fraction](), False
    for effect, who in effects:
        points, before = Fraction(effect.points), now[who]
        others = [n for n in range(len(now)) if n != who]
        if points > 0:
            _take(points, who, others, now, table.limits)
        else:
            stays = _give(min(-points, before), who, others, now, table.limits, table.shares)
            has_no_room = has_no_room or bool(stays and others)
        did.append(now[who] - before)
    return _Run(now, did, has_no_room)


def _capped(shares: Sequence[Fraction], limits: Sequence[Fraction]) -> list[Fraction]:
    """The table's shares under the caps; where these leave no room for the whole, they do not count."""
    room = [limit if share else Fraction(0) for share, limit in zip(shares, limits, strict=True)]
    return [*shares] if sum(room) < WHOLE else bounded(WHOLE, shares, room)


def _take(points: Fraction, who: int, others: Sequence[int], now: list[Fraction], limits: Sequence[Fraction]) -> None:
    of_others = sum((now[n] for n in others), Fraction(0))
    taken = min(points, max(limits[who] - now[who], Fraction(0)), of_others)
    if taken:
        for n in others:
            now[n] -= taken * now[n] / of_others
        now[who] += taken


def _give(
    points: Fraction,
    who: int,
    others: Sequence[int],
    now: list[Fraction],
    limits: Sequence[Fraction],
    table: Sequence[Fraction],
) -> Fraction:
    """Gives points of ``who`` to those that have a share, by their shares, and the rest to those that have none left, by the table's.

    Returns what nobody has room for.
    """
    left = points
    for weights in ([now[n] for n in others], [Fraction(0) if now[n] else table[n] for n in others]):
        room = [
            max(limits[n] - now[n], Fraction(0)) if weight else Fraction(0)
            for n, weight in zip(others, weights, strict=True)
        ]
        part = min(left, sum(room, Fraction(0)))
        for n, more in zip(others, bounded(part, weights, room), strict=True):
            now[n] += more
        now[who] -= part
        left -= part
    return left


def _rounded(points: Fraction, step: Decimal) -> Decimal:
    return (Decimal(points.numerator) / points.denominator).quantize(step, ROUND_HALF_UP) + 0
