"""The credit line of an account: limits in force, proposals, temporary increases, shares of caps. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from immutables import Map

from contracts.credit import (
    CapShareTaken,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
)
from credit_svc.receivables.facts import EMPTY

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
    """``limits`` in the order in which they were set. ``proposals``: those not decided yet. ``shares``: cap → what of it is granted."""

    limits: tuple[Limit, ...] = ()
    proposals: Map[str, CreditLimitProposed] = EMPTY
    proposed: int = 0
    increases: Map[str, TemporaryIncrease] = EMPTY
    increased: int = 0
    shares: Map[str, Decimal] = EMPTY

    def on(self, day: date, default: Decimal) -> Decimal:
        """Of the limits in force on a day the one set last (``default`` for none), with its increases, within every share."""
        in_force = [limit.amount for limit in self.limits if limit.valid_from <= day]
        base = in_force[-1] if in_force else default
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
            return replace(line, increases=increases, increased=line.increased + 1)
        case TemporaryLimitEnded(raise_id=raise_id):
            return replace(
                line, increases=line.increases.delete(raise_id) if raise_id in line.increases else line.increases
            )
        case CapShareTaken(cap_id=cap_id, share=share):
            return replace(line, shares=line.shares.set(cap_id, share))


def _decided(line: CreditLine, proposal_id: str | None) -> CreditLine:
    if proposal_id is None or proposal_id not in line.proposals:
        return line
    return replace(line, proposals=line.proposals.delete(proposal_id))
