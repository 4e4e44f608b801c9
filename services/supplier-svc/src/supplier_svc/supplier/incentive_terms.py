"""When rewards and penalties that change orders start and end: by their days, by a person, by an improvement or a restatement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from chassis.calendar import add_days, add_months, month_end
from chassis.domain import Decision, Refusal
from contracts.supplier import IncentiveEnded, IncentiveKind, IncentiveStarted, Track
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import sourcing
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.incentives import Running


@dataclass(frozen=True, slots=True)
class StartIncentive:
    """The day has come on which a reward or penalty that was decided before takes effect."""

    supplier_id: str
    incentive_id: str
    kind: IncentiveKind


@dataclass(frozen=True, slots=True)
class ExpireIncentive:
    """The last day of a reward or penalty has passed."""

    supplier_id: str
    incentive_id: str
    kind: IncentiveKind


@dataclass(frozen=True, slots=True)
class EndIncentive:
    """End a reward or penalty before its last day, or one that has none: orders that were stopped go on."""

    supplier_id: str
    incentive_id: str
    ended_on: date
    by: str
    reason: str


Command = StartIncentive | ExpireIncentive | EndIncentive


class IncentiveNotRunning(Refusal):
    """Incentive {incentive_id} is not running."""


class EndsBeforeStart(Refusal):
    """Incentive {incentive_id} started on {starts_on}; it cannot end on {ended_on}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    running = decision.state.incentives.running
    match command:
        case StartIncentive():
            waiting = running.get((command.incentive_id, command.kind))
            if waiting is not None and not waiting.has_started:
                decision.emit(
                    IncentiveStarted(
                        supplier_id=decision.id,
                        incentive_id=waiting.incentive_id,
                        kind=waiting.kind,
                        started_on=waiting.starts_on,
                    )
                )
                because = Sentences.INCENTIVE_STARTED(incentive_id=waiting.incentive_id)
                sourcing.notify_items(decision, waiting.starts_on, because)
        case ExpireIncentive():
            over = running.get((command.incentive_id, command.kind))
            if over is not None and over.ends_on is not None:
                reason = Sentences.INCENTIVE_EXPIRED(incentive_id=over.incentive_id, day=over.ends_on)
                _end(decision, over, add_days(over.ends_on, 1), "expired", reason)
                sourcing.notify_items(decision, add_days(over.ends_on, 1), reason)
        case EndIncentive():
            ended = next((each for each in running.values() if each.incentive_id == command.incentive_id), None)
            if ended is None:
                raise IncentiveNotRunning(incentive_id=command.incentive_id)
            if ended.has_started and command.ended_on < ended.starts_on:
                raise EndsBeforeStart(
                    incentive_id=ended.incentive_id, starts_on=ended.starts_on, ended_on=command.ended_on
                )
            _end(decision, ended, command.ended_on, "withdrawn", command.reason, command.by)
            sourcing.notify_items(decision, command.ended_on, command.reason)
        case _:
            assert_never(command)


def last_day(starts_on: date, months: int) -> date:
    """The last of ``months`` from a day on: 3 from 1 April to 30 June; where the month is too short, its last day."""
    month = add_months(starts_on.replace(day=1), months)
    return min(add_days(month, starts_on.day - 2), month_end(month))


def after_improvement(decision: Decision[Supplier], period: str, recorded_on: date) -> None:
    """The improvement for a period was accepted: orders that its grade stopped go on."""
    policy = decision.policy(SupplierIncentives, recorded_on).document
    if not policy.stop_ends_with_improvement:
        return
    reason = Sentences.IMPROVEMENT_ACCEPTED(period=period)
    if _end_all(decision, recorded_on, "improved", reason, lambda each: _is_stop(each) and each.period == period):
        sourcing.notify_items(decision, recorded_on, reason)


def after_restatement(decision: Decision[Supplier], period: Period, track: Track) -> None:
    """A period that was restated to better than D stops no orders; one better than C costs no share.

    They end on the day on which they started, because they should not have been.
    """
    grade = decision.state.gradings.of(track).grade_in_force(period)
    if grade == "D":
        return
    reason = Sentences.RESTATED_TO(period=period, grade=grade)
    _end_all(
        decision,
        None,
        "restated",
        reason,
        lambda each: each.period == str(period) and (_is_stop(each) or (each.kind == "smaller_share" and grade != "C")),
    )


def after_requalification(decision: Decision[Supplier], approved_on: date) -> None:
    """Who went through the whole qualification again has improved: orders that a grade stopped before go on."""
    reason = Sentences.APPROVED()
    _end_all(decision, approved_on, "improved", reason, lambda each: _is_stop(each) and each.period is not None)


def _is_stop(running: Running) -> bool:
    return running.kind == "orders_stopped"


def _end_all(
    decision: Decision[Supplier],
    on: date | None,
    because: Literal["improved", "restated"],
    reason: str,
    is_meant: Callable[[Running], bool],
) -> int:
    """Ends those that are meant, on a day or on the one on which each started; returns how many."""
    meant = sorted(filter(is_meant, decision.state.incentives.running.values()), key=lambda each: each.incentive_id)
    for each in meant:
        _end(decision, each, on or each.starts_on, because, reason)
    return len(meant)


def _end(
    decision: Decision[Supplier],
    running: Running,
    on: date,
    because: Literal["expired", "withdrawn", "improved", "restated"],
    reason: str,
    by: str | None = None,
) -> None:
    decision.emit(
        IncentiveEnded(
            supplier_id=decision.id,
            incentive_id=running.incentive_id,
            kind=running.kind,
            ended_on=max(on, running.starts_on) if running.has_started else on,
            because=because,
            by=by,
            reason=reason,
        )
    )
