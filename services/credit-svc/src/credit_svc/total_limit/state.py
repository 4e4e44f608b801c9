"""The total limit folded from its events: what is granted and used of it. Pure.

The accounts are added up from time to time, a measurement. What is promised between two of them counts besides: limits about to be
set (claims), and orders that got room. So what counts is never less than what the accounts have by way of this stream.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar, assert_never

from immutables import Map

from chassis.domain import Decision
from chassis.policies import PolicyBook
from contracts.credit import (
    TotalAmount,
    TotalLimitClaimed,
    TotalLimitClaimSettled,
    TotalLimitMeasured,
    TotalLimitProposed,
    TotalLimitSet,
    TotalLimitUseReached,
    TotalRoomAnswered,
    TotalRoomAwaited,
    TotalRoomGranted,
)
from contracts.currencies import rounded
from credit_svc.policies.receivables import ExchangePolicy
from credit_svc.receivables.exchange import rate_on
from credit_svc.receivables.facts import EMPTY, NOTHING

V = TypeVar("V")

TotalStreamEvent = (
    TotalLimitProposed
    | TotalLimitSet
    | TotalLimitMeasured
    | TotalLimitUseReached
    | TotalLimitClaimed
    | TotalLimitClaimSettled
    | TotalRoomGranted
    | TotalRoomAwaited
    | TotalRoomAnswered
)


@dataclass(frozen=True, slots=True)
class Promised:
    """``is_settled``: the account has heard of it."""

    customer_id: str
    amount: Decimal
    currency: str
    on: date
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """``number``: the oldest has the smallest."""

    order: TotalRoomAwaited
    number: int

    @property
    def rank(self) -> tuple[int, int]:
        """By priority, a higher one first, then by age."""
        return -self.order.priority, self.number


@dataclass(frozen=True)
class Total:
    """``sets`` in the order in which they were set. ``claims``: by claim, ``rooms``: by order, until a measurement has them;
    ``room_sums``: by currency what the rooms take. ``reached``: the highest percentage that was recorded and not fallen below."""

    sets: tuple[TotalLimitSet, ...] = ()
    proposed: TotalLimitProposed | None = None
    amounts: tuple[TotalAmount, ...] = ()
    measurements: int = 0
    claims: Map[str, Promised] = EMPTY
    rooms: Map[str, Promised] = EMPTY
    room_sums: Map[str, Decimal] = EMPTY
    waiting: Map[str, WaitingOrder] = EMPTY
    waits: int = 0
    reached: int = 0

    def on(self, day: date) -> TotalLimitSet | None:
        """Of the totals in force on a day the one set last."""
        return next((each for each in reversed(self.sets) if each.valid_from <= day), None)


def evolve(total: Total, event: TotalStreamEvent) -> Total:
    match event:
        case TotalLimitProposed():
            return replace(total, proposed=event)
        case TotalLimitSet():
            return replace(total, sets=(*total.sets, event), proposed=None)
        case TotalLimitMeasured() as e:
            for order_id in e.had_orders:
                total = _with_room(total, order_id, None)
            claims, number = _without(total.claims, *e.had_claims), total.measurements + 1
            return replace(total, amounts=e.amounts, measurements=number, claims=claims, reached=e.reached_percent)
        case TotalLimitUseReached(percent=percent):
            return replace(total, reached=max(total.reached, percent))
        case TotalLimitClaimed() as e:
            claimed = Promised(e.customer_id, e.rise, e.currency, e.claimed_on)
            return replace(total, claims=total.claims.set(e.claim_id, claimed))
        case TotalLimitClaimSettled() as e:
            claim = total.claims.get(e.claim_id)
            if claim is None or e.version is None:
                return replace(total, claims=_without(total.claims, e.claim_id))
            return replace(total, claims=total.claims.set(e.claim_id, replace(claim, is_settled=True)))
        case TotalRoomGranted() as e:
            room = Promised(e.customer_id, e.amount, e.currency, e.granted_on)
            return replace(_with_room(total, e.order_id, room), waiting=_without(total.waiting, e.order_id))
        case TotalRoomAwaited() as e:
            waiting = total.waiting.set(e.order_id, WaitingOrder(e, total.waits))
            return replace(total, waiting=waiting, waits=total.waits + 1)
        case TotalRoomAnswered(order_id=order_id):
            answered = total.rooms.get(order_id)
            # Without a total nothing is added up, and nothing needs to be remembered until then.
            settled = replace(answered, is_settled=True) if answered is not None and total.sets else None
            return _with_room(total, order_id, settled)
    assert_never(event)


def _with_room(total: Total, order_id: str, room: Promised | None) -> Total:
    """``room`` None: the order has none any more."""
    before, sums = total.rooms.get(order_id), total.room_sums
    if before is not None:
        sums = sums.set(before.currency, sums[before.currency] - before.amount)
    if room is None:
        return replace(total, rooms=_without(total.rooms, order_id), room_sums=sums)
    sums = sums.set(room.currency, sums.get(room.currency, NOTHING) + room.amount)
    return replace(total, rooms=total.rooms.set(order_id, room), room_sums=sums)


def _without(known: Map[str, V], *keys: str) -> Map[str, V]:
    for key in keys:
        known = known.delete(key) if key in known else known
    return known


# What is granted and used


@dataclass(frozen=True)
class Rates:
    """Amounts of other currencies in that of a total, at the rates of a day."""

    into: str
    on: date
    policies: PolicyBook

    def converted(self, amount: Decimal, currency: str) -> Decimal | None:
        """None where no rate is recorded."""
        if currency == self.into:
            return amount
        rate = rate_on(currency, self.into, self.on, self.policies.at(ExchangePolicy, self.on).document)
        return None if rate is None else rate.converted(amount)

    def sum(self, amounts: Iterable[tuple[Decimal, str]]) -> Decimal:
        """Of those that can be converted."""
        found = (self.converted(amount, currency) for amount, currency in amounts)
        return sum((each for each in found if each is not None), NOTHING)


def granted(total: Total, rates: Rates) -> Decimal:
    """All limits in force, and those about to be set."""
    measured = ((each.granted, each.currency) for each in total.amounts)
    return rates.sum([*measured, *((each.amount, each.currency) for each in total.claims.values())])


def used(total: Total, rates: Rates) -> Decimal:
    """All exposures above 0, and the orders that got room since they were added up."""
    measured = ((each.used, each.currency) for each in total.amounts)
    return rates.sum([*measured, *((amount, currency) for currency, amount in total.room_sums.items())])


def ceiling(in_force: TotalLimitSet) -> Decimal:
    """What the limits of all customers may make together."""
    return rounded(in_force.amount * in_force.overbook_percent / 100, in_force.currency)


@dataclass
class TotalDecision(Decision[Total]):
    """A decision on the one total."""

    def rates(self, on: date) -> tuple[TotalLimitSet, Rates] | None:
        """The total in force on a day with the rates into its currency; None while there is none."""
        in_force = self.state.on(on)
        return None if in_force is None else (in_force, self.rates_into(in_force.currency, on))

    def rates_into(self, currency: str, on: date) -> Rates:
        return Rates(currency, on, self.policies)
