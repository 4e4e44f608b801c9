"""Rewards and penalties, by hand and of a supplier's grades: money, a larger or smaller share, or no orders (奖惩)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import PenaltyCharged, RewardGranted, SupplierGrade
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import sourcing
from supplier_svc.supplier.incentive_terms import last_day
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class GrantReward:
    """A larger share is of ``item_ids``, or of all items where there are none, for ``months`` from ``starts_on`` (when granted) on.

    ``points`` and ``months`` are the policy's unless named.
    """

    supplier_id: str
    reward_id: str
    kind: Literal["larger_share", "money"]
    because: str
    granted_on: date
    amount: Decimal | None = None
    currency: str | None = None
    points: Decimal | None = None
    item_ids: tuple[str, ...] = ()
    starts_on: date | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class ChargePenalty:
    """A smaller share is as a larger one; orders that are stopped have no last day.

    ``left_without``: the items that would have no source left, which is refused unless ``accept_no_source``.
    """

    supplier_id: str
    penalty_id: str
    kind: Literal["smaller_share", "orders_stopped", "money"]
    because: str
    charged_on: date
    amount: Decimal | None = None
    currency: str | None = None
    points: Decimal | None = None
    item_ids: tuple[str, ...] = ()
    starts_on: date | None = None
    months: int | None = None
    accept_no_source: bool = False
    left_without: tuple[str, ...] = ()


Command = GrantReward | ChargePenalty


class NoOrdersNow(Refusal):
    """Supplier {supplier_id} may not get orders now; a larger share would have no effect."""


class NoLargerShare(Refusal):
    """It is rated D; it gets no larger share."""


class NoSourceLeft(Refusal):
    """Item {item_id} would have no source left; say accept_no_source to stop all the same."""


class NotItsItem(Refusal):
    """Supplier {supplier_id} is not a source of item {item_id}."""

    status = 404


def decide(command: Command, decision: Decision[Supplier]) -> None:
    incentives = decision.state.incentives
    match command:
        case GrantReward():
            granted = _reward(command, decision)
            if (on_record := incentives.rewards.get(command.reward_id)) is not None:
                check_same(f"Reward {command.reward_id}", _named(on_record, command), dict(granted))
                return
            if command.kind == "larger_share":
                _check_items(command, decision)
                _check_orders(command, decision)
            decision.emit(granted)
        case ChargePenalty():
            charged = _penalty(command, decision)
            if (on_charge := incentives.penalties.get(command.penalty_id)) is not None:
                check_same(f"Penalty {command.penalty_id}", _named(on_charge, command), dict(charged))
                return
            _check_items(command, decision)
            if command.kind == "orders_stopped" and command.left_without and not command.accept_no_source:
                raise NoSourceLeft(item_id=command.left_without[0])
            decision.emit(charged)
        case _:
            assert_never(command)
    sourcing.notify_items(decision, command.starts_on or _day(command), command.because)


def _reward(command: GrantReward, decision: Decision[Supplier]) -> RewardGranted:
    return RewardGranted(
        supplier_id=command.supplier_id,
        reward_id=command.reward_id,
        kind=command.kind,
        amount=command.amount,
        currency=command.currency,
        because=command.because,
        granted_on=command.granted_on,
        answer_by=_answer_by(decision, command.amount, command.granted_on),
        **_terms(command, decision),
    )


def _penalty(command: ChargePenalty, decision: Decision[Supplier]) -> PenaltyCharged:
    return PenaltyCharged(
        supplier_id=command.supplier_id,
        penalty_id=command.penalty_id,
        kind=command.kind,
        amount=command.amount,
        currency=command.currency,
        because=command.because,
        charged_on=command.charged_on,
        answer_by=_answer_by(decision, command.amount, command.charged_on),
        **_terms(command, decision),
    )


def _day(command: Command) -> date:
    return command.granted_on if isinstance(command, GrantReward) else command.charged_on


def _terms(command: Command, decision: Decision[Supplier]) -> dict[str, Any]:
    """The fields of the event that say how orders change, and how long."""
    if command.kind == "money":
        return {}
    starts_on = command.starts_on or _day(command)
    terms = {"item_ids": tuple(sorted({*command.item_ids})), "starts_on": starts_on}
    if command.kind == "orders_stopped":
        return terms
    policy = decision.policy(SupplierIncentives, _day(command))
    return terms | {
        "points": policy.document.share_points if command.points is None else command.points,
        "ends_on": last_day(starts_on, command.months or policy.document.share_months),
        "policy_version": policy.version,
    }


def _named(on_record: RewardGranted | PenaltyCharged, command: Command) -> dict[str, Any]:
    """The fields of what is on record that the command names: those that it leaves open were the policy's of then."""
    left_open = {"policy_version", "answer_by"}
    if command.points is None:
        left_open.add("points")
    if command.starts_on is None:
        left_open.add("starts_on")
    if command.months is None:
        left_open.add("ends_on")
    return {name: value for name, value in dict(on_record).items() if name not in left_open}


def _check_items(command: Command, decision: Decision[Supplier]) -> None:
    for item_id in command.item_ids:
        if item_id not in decision.state.sourcing.items:
            raise NotItsItem(supplier_id=decision.id, item_id=item_id)


def _check_orders(command: GrantReward, decision: Decision[Supplier]) -> None:
    supplier = decision.state
    is_stopped = supplier.incentives.stops(None) or (
        bool(command.item_ids) and all(supplier.incentives.stops(item_id) for item_id in command.item_ids)
    )
    if not supplier.qualification.may_get_orders or supplier.gradings.standing == "D" or is_stopped:
        raise NoOrdersNow(supplier_id=decision.id)
    if not sourcing.may_get_larger_share(supplier):
        raise NoLargerShare


def reward_preferred(decision: Decision[Supplier], period: Period, starts_on: date) -> None:
    """A preferred source gets preference, a larger share of its items unless it may have none, and the policy's money if any."""
    policy = decision.policy(SupplierIncentives, period.ends_on)
    money = policy.document.reward_preferred
    may_have_more = decision.state.qualification.may_get_orders and sourcing.may_get_larger_share(decision.state)
    has_more = policy.document.preferred_larger_share and may_have_more
    decision.emit(
        RewardGranted(
            supplier_id=decision.id,
            reward_id=f"RW-{decision.id}-{period}",
            kind="preferred_source",
            period=str(period),
            amount=money or None,
            currency=policy.document.currency if money else None,
            because=Sentences.A_RUNNING(period=period),
            granted_on=starts_on,
            answer_by=_answer_by(decision, money, starts_on),
            points=policy.document.share_points if has_more else None,
            starts_on=starts_on if has_more else None,
            ends_on=last_day(starts_on, policy.document.share_months) if has_more else None,
            policy_version=policy.version,
        )
    )


def penalise(decision: Decision[Supplier], period: Period, grade: SupplierGrade, starts_on: date) -> None:
    """A D gets no orders, and the policy's penalty where there is any; a C loses the policy's points where there are some."""
    policy = decision.policy(SupplierIncentives, period.ends_on)
    document = policy.document
    points = document.penalty_c_points if grade == "C" else None
    if grade not in ("C", "D") or points == 0:
        return
    money = document.penalty_d if grade == "D" else Decimal(0)
    decision.emit(
        PenaltyCharged(
            supplier_id=decision.id,
            penalty_id=f"PN-{decision.id}-{period}",
            kind="orders_stopped" if grade == "D" else "smaller_share",
            period=str(period),
            amount=money or None,
            currency=document.currency if money else None,
            because=Sentences.GRADED_AS(period=period, grade=grade),
            charged_on=starts_on,
            answer_by=_answer_by(decision, money, starts_on),
            points=points,
            starts_on=starts_on,
            ends_on=None if points is None else last_day(starts_on, document.share_months),
            policy_version=policy.version,
        )
    )


def _answer_by(decision: Decision[Supplier], amount: Decimal | None, on: date) -> date | None:
    """The last day before money becomes a note to finance; None for what is not in money."""
    return decision.policy(SupplierIncentives, on).document.answer_by(on) if amount else None
