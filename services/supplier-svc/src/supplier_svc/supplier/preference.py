"""Preferred sources (优选供方): As in a row, and no year that limits the standing to less than an A."""

from datetime import date

from chassis.domain import Decision
from contracts.supplier import Movement, PreferredSourceEnded, PreferredSourceNamed
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.scoring.period import Period
from supplier_svc.supplier import incentives
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier


def after_grading(decision: Decision[Supplier], period: Period, movement: Movement, on: date) -> None:
    """After the latest operational period; ``period`` is the one that decides, the year where its grade did."""
    gradings, policy = decision.state.gradings, decision.policy(SupplierMovement, period.ends_on)
    is_limited = gradings.ceiling not in (None, "A")
    if gradings.is_preferred:
        if movement.grade != "A" or is_limited:
            grade = gradings.standing or movement.grade
            decision.emit(PreferredSourceEnded(supplier_id=decision.id, period=str(period), grade=grade))
    elif movement.a_running >= policy.document.preferred_after_a and not is_limited:
        decision.emit(
            PreferredSourceNamed(
                supplier_id=decision.id,
                period=str(period),
                a_running=movement.a_running,
                policy_version=policy.version,
            )
        )
        incentives.reward_preferred(decision, period, on)


def after_ceiling(decision: Decision[Supplier], year: Period, on: date) -> None:
    """After a year was graded or restated, which may set another ceiling."""
    latest = decision.state.gradings.latest
    if latest is not None:
        moved = movements(decision.state.gradings.judged(), decision.policies)
        after_grading(decision, year, moved[latest[0]], on)
