"""Rewards and penalties of a supplier, and those of them that change its orders."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    IncentiveEnded,
    IncentiveKind,
    IncentiveStarted,
    PenaltyCharged,
    RewardGranted,
    ShareEffect,
)

Handled = RewardGranted | PenaltyCharged | IncentiveStarted | IncentiveEnded


@dataclass(frozen=True, slots=True)
class Running:
    """A reward (``points`` above 0) or penalty that was not ended; it counts once it ``has_started``. None: orders are stopped."""

    incentive_id: str
    kind: IncentiveKind
    period: str | None
    points: Decimal | None
    item_ids: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    has_started: bool

    def is_of(self, item_id: str) -> bool:
        return not self.item_ids or item_id in self.item_ids


@dataclass(frozen=True, slots=True)
class Incentives:
    """The rewards granted and the penalties charged, by their ids; ``running`` by id and kind."""

    rewards: Map[str, RewardGranted] = field(default_factory=Map)
    penalties: Map[str, PenaltyCharged] = field(default_factory=Map)
    running: Map[tuple[str, IncentiveKind], Running] = field(default_factory=Map)

    def effects_on(self, item_id: str, with_rewards: bool = True) -> tuple[ShareEffect, ...]:
        """What runs now and changes the share of the item, the oldest first."""
        effects = (
            ShareEffect(
                incentive_id=each.incentive_id, points=each.points, starts_on=each.starts_on, ends_on=each.ends_on
            )
            for each in self.running.values()
            if each.has_started
            and each.points is not None
            and (with_rewards or each.points < 0)
            and each.is_of(item_id)
        )
        return tuple(sorted(effects, key=lambda effect: (effect.starts_on, effect.incentive_id, effect.points)))

    def stops(self, item_id: str | None) -> bool:
        """Whether orders of the item are stopped now; None: those of all items."""
        return any(
            each.has_started
            and each.kind == "orders_stopped"
            and (not each.item_ids if item_id is None else each.is_of(item_id))
            for each in self.running.values()
        )


def evolve(incentives: Incentives, event: Handled) -> Incentives:
    match event:
        case RewardGranted():
            granted = replace(incentives, rewards=incentives.rewards.set(event.reward_id, event))
            if event.kind == "money":
                return granted
            return _run(granted, event.reward_id, event.kind, event, event.points, event.granted_on)
        case PenaltyCharged():
            charged = replace(incentives, penalties=incentives.penalties.set(event.penalty_id, event))
            if event.kind == "money":
                return charged
            points = None if event.points is None else -event.points
            return _run(charged, event.penalty_id, event.kind, event, points, event.charged_on)
        case IncentiveStarted():
            key = event.incentive_id, event.kind
            started = replace(incentives.running[key], has_started=True)
            return replace(incentives, running=incentives.running.set(key, started))
        case IncentiveEnded():
            return replace(incentives, running=incentives.running.delete((event.incentive_id, event.kind)))
    assert_never(event)


def _run(
    incentives: Incentives,
    incentive_id: str,
    kind: IncentiveKind,
    event: RewardGranted | PenaltyCharged,
    points: Decimal | None,
    decided_on: date,
) -> Incentives:
    """One without a day on which it starts changes nothing: it was recorded before rewards and penalties took effect, or is money."""
    if event.starts_on is None:
        return incentives
    running = Running(
        incentive_id=incentive_id,
        kind=kind,
        period=event.period,
        points=points,
        item_ids=event.item_ids,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        has_started=event.starts_on <= decided_on,
    )
    return replace(incentives, running=incentives.running.set((incentive_id, kind), running))
