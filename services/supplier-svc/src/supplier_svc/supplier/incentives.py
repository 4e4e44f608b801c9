"""Rewards and penalties of a supplier's assessment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from chassis.domain import Decision
from contracts.supplier import PenaltyCharged, RewardGranted
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class GrantReward:
    supplier_id: str
    reward_id: str
    kind: Literal["larger_share", "money"]
    because: str
    granted_on: date
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ChargePenalty:
    supplier_id: str
    penalty_id: str
    kind: Literal["smaller_share", "orders_stopped", "money"]
    because: str
    charged_on: date
    amount: Decimal | None = None
    currency: str | None = None


Command = GrantReward | ChargePenalty


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case GrantReward():
            if command.reward_id not in decision.state.incentives.given:
                decision.emit(
                    RewardGranted(
                        supplier_id=command.supplier_id,
                        reward_id=command.reward_id,
                        kind=command.kind,
                        amount=command.amount,
                        currency=command.currency,
                        because=command.because,
                        granted_on=command.granted_on,
                    )
                )
        case ChargePenalty():
            if command.penalty_id not in decision.state.incentives.given:
                decision.emit(
                    PenaltyCharged(
                        supplier_id=command.supplier_id,
                        penalty_id=command.penalty_id,
                        kind=command.kind,
                        amount=command.amount,
                        currency=command.currency,
                        because=command.because,
                        charged_on=command.charged_on,
                    )
                )
        case _:
            assert_never(command)


def reward_preferred(decision: Decision[Supplier], period: Period) -> None:
    """A preferred source gets preference, and the policy's money where there is any."""
    policy = decision.policy(SupplierIncentives, period.ends_on).document
    decision.emit(
        RewardGranted(
            supplier_id=decision.id,
            reward_id=f"RW-{decision.id}-{period}",
            kind="preferred_source",
            period=str(period),
            amount=policy.reward_preferred or None,
            currency=policy.currency if policy.reward_preferred else None,
            because=f"An A for the periods up to {period}.",
            granted_on=period.due_on,
        )
    )


def penalise_d(decision: Decision[Supplier], period: Period) -> None:
    """A D gets no orders, and the policy's penalty where there is any."""
    policy = decision.policy(SupplierIncentives, period.ends_on).document
    decision.emit(
        PenaltyCharged(
            supplier_id=decision.id,
            penalty_id=f"PN-{decision.id}-{period}",
            kind="orders_stopped",
            period=str(period),
            amount=policy.penalty_d or None,
            currency=policy.currency if policy.penalty_d else None,
            because=f"{period} was graded D.",
            charged_on=period.due_on,
        )
    )
