"""Rewards and penalties of a supplier."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from immutables import Map

from contracts.supplier import PenaltyCharged, RewardGranted

Handled = RewardGranted | PenaltyCharged


@dataclass(frozen=True, slots=True)
class Incentives:
    """The rewards granted and the penalties charged, by their ids."""

    rewards: Map[str, RewardGranted] = field(default_factory=Map)
    penalties: Map[str, PenaltyCharged] = field(default_factory=Map)


def evolve(incentives: Incentives, event: Handled) -> Incentives:
    match event:
        case RewardGranted():
            return replace(incentives, rewards=incentives.rewards.set(event.reward_id, event))
        case PenaltyCharged():
            return replace(incentives, penalties=incentives.penalties.set(event.penalty_id, event))
    assert_never(event)
