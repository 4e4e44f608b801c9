"""Claims, rewards and penalties of a supplier."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import ClaimRaised, ClaimSettled, PenaltyCharged, RewardGranted

Told = ClaimRaised | ClaimSettled | RewardGranted | PenaltyCharged


@dataclass(frozen=True, slots=True)
class Claim:
    """Money claimed for a nonconformance."""

    nonconformance_id: str
    amount: Decimal
    currency: str
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Incentives:
    """Claims by id, and the ids of rewards and penalties."""

    claims: Map[str, Claim] = field(default_factory=Map)
    given: Map[str, None] = field(default_factory=Map)


def evolve(known: Incentives, event: Told) -> Incentives:
    match event:
        case ClaimRaised():
            claim = Claim(event.nonconformance_id, event.amount, event.currency)
            return replace(known, claims=known.claims.set(event.claim_id, claim))
        case ClaimSettled():
            claim = replace(known.claims[event.claim_id], is_settled=True)
            return replace(known, claims=known.claims.set(event.claim_id, claim))
        case RewardGranted():
            return replace(known, given=known.given.set(event.reward_id, None))
        case PenaltyCharged():
            return replace(known, given=known.given.set(event.penalty_id, None))
    assert_never(event)
