"""The credit line of an account: limits in force, proposals, temporary increases, shares of caps. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.values import replace
from contracts.credit import (
    CapShareTaken,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
)
from credit_svc.receivables.facts import EMPTY, NOTHING

CreditLineEvent = (
    CreditLimitProposed
    | CreditLimitSet
    | CreditLimitRejected
    | TemporaryLimitRaised
    | TemporaryLimitEnded
    | CapShareTaken
)


@dataclass(frozen=True, slots=True)
class Limit:
    amount: Decimal
    valid_from: date
    reason: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class TemporaryIncrease:
    """At least ``amount`` from a day to another, its last."""

    amount: Decimal
    valid_from: date
    ends_on: date


@dataclass(frozen=True)
class CreditLine:
    """``limits`` in the order in which they were set. ``proposals``: those not decided yet. ``shares``: cap → what of it is granted,
    to all ids of the customer; ``held``: cap and id → the part of one that was merged into it."""

    limits: tuple[Limit, ...] = ()
    proposals: Map[str, CreditLimitProposed] = EMPTY
    proposed: int = 0
    increases: Map[str, TemporaryIncrease] = EMPTY
    increased: int = 0
    shares: Map[str, Decimal] = EMPTY
    held: Map[tuple[str, str], Decimal] = EMPTY

    def set_on(self, day: date) -> Decimal | None:
        """Of the limits in force on a day the one set last."""
        in_force = [limit.amount for limit in self.limits if limit.valid_from <= day]
        return in_force[-1] if in_force else None

    def share_of(self, cap_id: str, holder_id: str | None) -> Decimal:
        """What of a cap is granted to one of the customer's ids; None: its own."""
        if holder_id is not None:
            return self.held.get((cap_id, holder_id), NOTHING)
        others: list[Decimal] = [share for (cap, _), share in self.held.items() if cap == cap_id]
        return self.shares.get(cap_id, NOTHING) - sum(others, NOTHING)

    def on(self, day: date, default: Decimal) -> Decimal:
        """Of the limits in force on a day the one set last (``default`` for none), with its increases, within every share."""
        in_force = self.set_on(day)
        base = default if in_force is None else in_force
        increases = [each.amount for each in self.increases.values() if each.valid_from <= day <= each.ends_on]
        shares: list[Decimal] = [*self.shares.values()]
        return min([max([base, *increases]), *shares])


def evolve(line: CreditLine, event: CreditLineEvent) -> CreditLine:
    match event:
        case CreditLimitProposed() as e:
            return replace(line, proposals=line.proposals.set(e.proposal_id, e), proposed=line.proposed + 1)
        case CreditLimitSet() as e:
            limit = Limit(e.limit, e.valid_from, e.reason, e.approved_by)
            return _decided(replace(line, limits=(*line.limits, limit)), e.proposal_id)
        case CreditLimitRejected() as e:
            return _decided(line, e.proposal_id)
        case TemporaryLimitRaised() as e:
            increases = line.increases.set(e.raise_id, TemporaryIncrease(e.limit, e.valid_from, e.ends_on))
            return _decided(replace(line, increases=increases, increased=line.increased + 1), e.proposal_id)
        case TemporaryLimitEnded(raise_id=raise_id):
            return replace(
                line, increases=line.increases.delete(raise_id) if raise_id in line.increases else line.increases
            )
        case CapShareTaken() as e:
            taken = replace(line, shares=line.shares.set(e.cap_id, e.share))
            if e.holder_id is None or e.holder_share is None:
                return taken
            return replace(taken, held=line.held.set((e.cap_id, e.holder_id), e.holder_share))


def _decided(line: CreditLine, proposal_id: str | None) -> CreditLine:
    if proposal_id is None or proposal_id not in line.proposals:
        return line
    return replace(line, proposals=line.proposals.delete(proposal_id))
