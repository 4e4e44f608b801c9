"""Rewards and penalties."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.supplier import (
    PenaltyCharged,
    RewardGranted,
)
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward
from supplier_svc.testing import delivery, inspection, supplier

DAY = date(2024, 6, 5)


def test_rewards_and_penalties_are_given_once():
    reward = GrantReward("S-1", "RW-1", "money", "a good year", DAY, Decimal(100), "CNY")
    penalty = ChargePenalty("S-1", "PN-1", "smaller_share", "late again", DAY)
    known = supplier().when(inspection("I-1", "critical")).when(reward, penalty).then(RewardGranted, PenaltyCharged)
    known.when(reward, penalty).then()


def test_an_item_named_twice_is_one():
    known = supplier().when(delivery("D-1"))
    twice = ChargePenalty("S-1", "PN-1", "smaller_share", "late again", DAY, item_ids=("bolt", "bolt"))
    charged = known.when(twice)
    assert charged.one(PenaltyCharged).item_ids == ("bolt",)
    charged.when(replace(twice, item_ids=("bolt",))).then()
