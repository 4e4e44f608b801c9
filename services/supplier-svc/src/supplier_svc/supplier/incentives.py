"""Rewards and penalties of a supplier's assessment."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from chassis.domain import Decision
from contracts.supplier import PenaltyCharged, RewardGranted
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.repeats import check_same
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
    incentives = decision.state.incentives
    match command:
        case GrantReward():
            answer_by = _answer_by(decision, command.amount, command.granted_on)
            granted = RewardGranted(**asdict(command), answer_by=answer_by)
            if (on_record := incentives.rewards.get(command.reward_id)) is not None:
                check_same(f"Reward {command.reward_id}", dict(on_record), asdict(command))
                return
            decision.emit(granted)
        case ChargePenalty():
            answer_by = _answer_by(decision, command.amount, command.charged_on)
            charged = PenaltyCharged(**asdict(command), answer_by=answer_by)
            if (on_charge := incentives.penalties.get(command.penalty_id)) is not None:
                check_same(f"Penalty {command.penalty_id}", dict(on_charge), asdict(command))
                return
            decision.emit(charged)
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
            because=Sentences.A_RUNNING(period=period),
            granted_on=period.due_on,
            answer_by=_answer_by(decision, policy.reward_preferred, period.due_on),
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
            because=Sentences.GRADED_AS(period=period, grade="D"),
            charged_on=period.due_on,
            answer_by=_answer_by(decision, policy.penalty_d, period.due_on),
        )
    )


def _answer_by(decision: Decision[Supplier], amount: Decimal | None, on: date) -> date | None:
    """The last day before money becomes a note to finance; None for what is not in money."""
    return decision.policy(SupplierIncentives, on).document.answer_by(on) if amount else None
