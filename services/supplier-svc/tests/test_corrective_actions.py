"""Corrective actions (8D): what opens them, their steps, being overdue, and their end."""

from datetime import date

import pytest
from pydantic import ValidationError

from contracts.supplier import (
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
)
from supplier_svc.policies.corrective_actions import DISCIPLINES, CorrectiveActions
from supplier_svc.supplier.corrective_actions import (
    ActionUnknown,
    CompleteStep,
    EscalateStep,
    OpenCorrectiveAction,
    StepBeforeOpening,
    StepOutOfOrder,
    WithdrawCorrectiveAction,
)
from supplier_svc.testing import inspection, supplier

DAY = date(2024, 6, 5)

CRITICAL = inspection("I-1", "critical")


def done(step, on=date(2024, 5, 20)) -> CompleteStep:
    return CompleteStep("S-1", "CA-I-1:1", step, on, "wang", "photo")


def test_a_critical_nonconformance_opens_an_8d_whose_steps_have_their_days():
    opened = supplier().when(CRITICAL).one(CorrectiveActionOpened)
    assert [each.step for each in opened.steps] == list(DISCIPLINES)
    assert [(each.due_on - opened.opened_on).days for each in opened.steps] == [1, 2, 3, 14, 30, 60, 75, 90]


def test_eight_steps_in_order_close_it():
    known = supplier().when(CRITICAL)
    outcome = known.when(*map(done, DISCIPLINES))
    assert [each.next_step for each in outcome.all_of(CorrectiveActionStepDone)] == [*DISCIPLINES[1:], None]
    assert outcome.one(CorrectiveActionClosed).outcome == "done"
    outcome.when(done("closure")).then_refused(ActionUnknown, "no open corrective action CA-I-1:1")


def test_a_step_out_of_order_or_before_the_opening_is_refused_and_one_reported_twice_is_done_once():
    known = supplier().when(CRITICAL)
    known.when(done("cause")).then_refused(StepOutOfOrder, "CA-I-1:1 is team, not cause: each builds on the one before")
    known.when(done("team", date(2024, 5, 1))).then_refused(StepBeforeOpening, "opened on 2024-05-12")
    known.when(done("team")).when(done("team")).then()


def test_an_overdue_step_is_escalated_a_level_higher_each_week_up_to_the_highest():
    known, levels = supplier().when(CRITICAL), []
    for level in (1, 2, 3):
        known = known.when(EscalateStep("S-1", "CA-I-1:1", "team", level))
        overdue = known.one(CorrectiveActionOverdue)
        levels.append((overdue.level, overdue.escalated_on, overdue.next_level_on))
    assert levels == [
        (1, date(2024, 5, 14), date(2024, 5, 21)),
        (2, date(2024, 5, 21), date(2024, 5, 28)),
        (3, date(2024, 5, 28), None),
    ]
    known.when(EscalateStep("S-1", "CA-I-1:1", "team", 3)).then()
    known.when(done("team")).when(EscalateStep("S-1", "CA-I-1:1", "team", 3)).then()


def test_an_action_is_opened_and_withdrawn_by_hand():
    known = supplier().when(OpenCorrectiveAction("S-1", "CA-own", "audit 7", "loose documents", DAY))
    known.when(WithdrawCorrectiveAction("S-1", "CA-own", DAY, "found them")).then(CorrectiveActionClosed)


def test_a_policy_whose_steps_are_out_of_order_is_refused():
    with pytest.raises(ValidationError, match="must not be due before the one that it builds on"):
        CorrectiveActions(cause=1)
    with pytest.raises(ValidationError, match="there is no severity ugly"):
        CorrectiveActions(opens_on_severities=("ugly",))
