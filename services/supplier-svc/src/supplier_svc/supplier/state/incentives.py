"""Rewards and penalties of a supplier."""

from dataclasses import dataclass, field
from typing import assert_never

from immutables import Map

from contracts.supplier import PenaltyCharged, RewardGranted

Handled = RewardGranted | PenaltyCharged


@dataclass(frozen=True, slots=True)
class Incentives:
    """The ids of the rewards granted and the penalties charged."""

    given: Map[str, None] = field(default_factory=Map)


def evolve(incentives: Incentives, event: Handled) -> Incentives:
    match event:
        case RewardGranted():
            return Incentives(incentives.given.set(event.reward_id, None))
        case PenaltyCharged():
            return Incentives(incentives.given.set(event.penalty_id, None))
    assert_never(event)
