"""How consecutive periods change a grade: As in a row, falls in a row, one grade down. Pure."""

from collections.abc import Sequence

from chassis.policies import PolicyBook
from contracts.supplier import LetterGrade, Movement, SupplierGrade
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.scoring.gradings import is_comparable, merit
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.result import Result
from supplier_svc.sentences import Sentences

ONE_DOWN: dict[SupplierGrade, LetterGrade] = {"A": "B", "B": "C", "C": "D", "D": "D"}


def movements(judged: Sequence[tuple[Period, Result]], policies: PolicyBook) -> dict[Period, Movement]:
    """The movement of every judged period (insufficient ones left out), in order.

    A score falls when its merit is lower than that of the judged period before it under the same scheme; an equal one ends the row.
    Source: 动态分级, policy supplier-movement.
    """
    moved = dict[Period, Movement]()
    a_running = falls = 0
    before: Result | None = None
    for period, grading in judged:
        policy = policies.at(SupplierMovement, period.ends_on)
        rules = policy.document
        fell = before is not None and is_comparable(before, grading) and merit(grading) < merit(before)
        falls = falls + 1 if fell else 0
        is_down = falls >= rules.grade_down_after_falls
        in_force = ONE_DOWN[grading.grade] if is_down else grading.grade
        a_running = a_running + 1 if in_force == "A" else 0
        summary = Sentences.GRADE_DOWN(falls=falls) if is_down else ""
        moved[period] = Movement(
            grade=in_force, a_running=a_running, falls_running=falls, policy_version=policy.version, summary=summary
        )
        before = grading
    return moved
