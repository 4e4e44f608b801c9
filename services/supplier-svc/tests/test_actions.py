"""Corrective actions, claims, rewards, penalties; objections; complaints and cases."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing.replay import envelope
from contracts.customer import ComplaintTraced
from contracts.supplier import (
    CaseRecorded,
    CaseWithdrawn,
    ClaimRaised,
    ClaimSettled,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    LatenessExcused,
    NonconformanceRecorded,
    ObjectionDecided,
    ObjectionRaised,
    PenaltyCharged,
    ResponsibilityDecided,
    RewardGranted,
    SupplierGradeRestated,
)
from supplier_svc.policies.corrective_actions import DISCIPLINES, CorrectiveActions
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.reactions import record_complaint
from supplier_svc.supplier.claims import (
    ClaimUnknown,
    MoreThanClaimed,
    NothingToClaimFor,
    NotTheSuppliers,
    RaiseClaim,
    SettleClaim,
)
from supplier_svc.supplier.corrective_actions import (
    ActionUnknown,
    CompleteStep,
    EscalateStep,
    OpenCorrectiveAction,
    StepBeforeOpening,
    StepOutOfOrder,
    WithdrawCorrectiveAction,
)
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward
from supplier_svc.supplier.objections import (
    DecideObjection,
    ObjectionUnknown,
    ObjectionWasDecided,
    RaiseObjection,
    RecordUnknown,
)
from supplier_svc.testing import book, case, deliveries, delivery, grade, inspection, supplier

DAY = date(2024, 6, 5)
CRITICAL = inspection("I-1", "critical")


def done(step, on=date(2024, 5, 20)) -> CompleteStep:
    return CompleteStep("S-1", "CA-I-1:1", step, on, "wang", "photo")


# --- corrective actions


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


def test_a_step_out_of_order_or_before_the_opening_is_refused_and_one_told_twice_is_done_once():
    known = supplier().when(CRITICAL)
    known.when(done("cause")).then_refused(StepOutOfOrder, "CA-I-1:1 is team, not cause: each builds on the one before")
    known.when(done("team", date(2024, 5, 1))).then_refused(StepBeforeOpening, "opened on 2024-05-12")
    known.when(done("team")).when(done("team")).then()


def test_an_overdue_step_is_told_a_level_higher_each_week_up_to_the_highest():
    known, told = supplier().when(CRITICAL), []
    for level in (1, 2, 3):
        known = known.when(EscalateStep("S-1", "CA-I-1:1", "team", level))
        overdue = known.one(CorrectiveActionOverdue)
        told.append((overdue.level, overdue.escalated_on, overdue.next_level_on))
    assert told == [
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


# --- claims, rewards, penalties


def claim(nonconformance: str = "I-1:1", amount: str = "500") -> RaiseClaim:
    return RaiseClaim("S-1", "CL-9", nonconformance, Decimal(amount), "CNY", "sorting", DAY)


def test_a_claim_for_a_nonconformance_is_settled_with_what_is_paid():
    known = supplier().when(CRITICAL).when(claim()).then(ClaimRaised)
    settled = known.when(SettleClaim("S-1", "CL-9", Decimal(300), "half an hour less", DAY)).one(ClaimSettled)
    assert (settled.outcome, settled.amount, settled.currency) == ("reduced", 300, "CNY")
    known.when(claim()).then()
    known.when(SettleClaim("S-1", "CL-9", Decimal(900), "more", DAY)).then_refused(MoreThanClaimed, "for 500 CNY")
    known.when(SettleClaim("S-1", "CL-8", Decimal(9), "what", DAY)).then_refused(ClaimUnknown, "no open claim CL-8")


def test_nothing_is_claimed_for_what_the_supplier_does_not_answer_for():
    known = supplier().when(inspection("I-1", "critical undetermined"))
    known.when(claim()).then_refused(NotTheSuppliers, "(undetermined)")
    known.when(claim("I-8:1")).then_refused(NothingToClaimFor, "no nonconformance I-8:1")


def test_the_policys_claim_is_raised_with_the_record_and_falls_with_the_responsibility():
    policy = SupplierIncentives(claim_critical=Decimal(1000), currency="EUR")
    known = supplier(under=(policy,)).when(CRITICAL)
    assert (known.one(ClaimRaised).amount, known.one(ClaimRaised).currency) == (1000, "EUR")
    objection = RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", "not ours", (), DAY)
    upheld = known.when(objection, DecideObjection("S-1", "OB-1", "upheld", "true", "li", DAY))
    assert upheld.one(ClaimSettled).outcome == "withdrawn"


def test_rewards_and_penalties_are_given_once():
    reward = GrantReward("S-1", "RW-1", "money", "a good year", DAY, Decimal(100), "CNY")
    penalty = ChargePenalty("S-1", "PN-1", "smaller_share", "late again", DAY)
    known = supplier().when(CRITICAL).when(reward, penalty).then(RewardGranted, PenaltyCharged)
    known.when(reward, penalty).then()


# --- disputes


def objection(kind="nonconformance", record="I-1:1") -> RaiseObjection:
    return RaiseObjection("S-1", "OB-1", kind, record, "cracked in your store", ("video",), DAY)


def decision(outcome="upheld") -> DecideObjection:
    return DecideObjection("S-1", "OB-1", outcome, "the video shows it", "li.na", DAY)


def test_an_upheld_objection_restates_the_period_and_twice_is_once():
    known = (
        supplier().when(CRITICAL, inspection("I-2", "minor"), grade("2024-05")).when(objection()).then(ObjectionRaised)
    )
    upheld = known.when(decision())
    upheld.then(ObjectionDecided, ResponsibilityDecided, CorrectiveActionClosed, SupplierGradeRestated)
    restated = upheld.one(SupplierGradeRestated)
    assert (restated.before.score, restated.after.score) == (6, 1)
    assert restated.because == "Objection OB-1 was upheld: the video shows it"
    upheld.when(decision()).then()
    upheld.when(decision("dismissed")).then_refused(ObjectionWasDecided, "was upheld already")


def test_a_dismissed_objection_changes_nothing_but_is_kept():
    known = supplier().when(CRITICAL, grade("2024-05"), objection())
    known.when(decision("dismissed")).then(ObjectionDecided)


def test_an_objection_to_the_lateness_of_a_delivery_excuses_it():
    scheme = SupplierGrading(scheme="assessment_table")
    known = supplier(under=(scheme,)).when(*deliveries(19), delivery("D-late", promised="2024-05-07"), grade("2024-05"))
    upheld = known.when(objection("delivery", "D-late"), decision())
    assert upheld.one(LatenessExcused).days_late_before == 3
    assert (upheld.one(SupplierGradeRestated).before.score, upheld.one(SupplierGradeRestated).after.score) == (76, 80)


def test_an_objection_to_a_case_withdraws_it():
    scheme = SupplierGrading(scheme="assessment_table")
    known = supplier(under=(scheme,)).when(*deliveries(20), case("CASE-1", "site_criticism")).when(grade("2024-05"))
    upheld = known.when(objection("case", "CASE-1"), decision())
    assert upheld.one(CaseWithdrawn).case_id == "CASE-1"
    assert (upheld.one(SupplierGradeRestated).before.score, upheld.one(SupplierGradeRestated).after.score) == (77, 80)


def test_an_objection_to_nothing_is_refused():
    known = supplier().when(CRITICAL)
    known.when(objection(record="I-9:9")).then_refused(RecordUnknown, "no nonconformance I-9:9 to object to")
    known.when(decision()).then_refused(ObjectionUnknown, "never raised objection OB-1")


# --- complaints and cases


def test_a_complaint_traced_to_a_lot_is_a_nonconformance_found_in_the_field():
    traced = ComplaintTraced(
        complaint_id="CP-7", customer_id="C-1", supplier_id="S-1", item_id="bolt", lot_id="L-1", severity="major",
        quantity=Decimal(3), code="rust", description="rusty after a week", traced_on=date(2024, 5, 30),
    )  # fmt: skip
    command = record_complaint(traced, envelope(), book())
    known = supplier().when(*deliveries(10), grade("2024-05"))
    recorded = known.when(command)
    found = recorded.one(NonconformanceRecorded)
    assert (found.nonconformance_id, found.inspection_id, found.stage, found.points) == ("CP-7", None, "field", 3)
    assert (
        recorded.one(SupplierGradeRestated).because
        == "Complaint CP-7 of 2024-05-30 was traced to the supplier after the grading."
    )
    recorded.when(command).then()


def test_a_case_told_twice_is_one_case():
    supplier().when(case("CASE-1")).when(case("CASE-1")).then()
    assert supplier().when(case("CASE-1")).one(CaseRecorded).kind == "uncooperative"


@settings(max_examples=40, deadline=None)
@forall(st.permutations(range(5)))
def test_disputes_and_facts_in_any_order_end_in_the_same_grade(order):
    told = [
        inspection("I-2", "major", on="2024-05-13"),
        inspection("I-3", "minor undetermined", on="2024-05-14"),
        case("CASE-1"),
        delivery("D-9", promised="2024-05-01"),
        objection(),
    ]
    known = supplier().when(CRITICAL, *(told[n] for n in order), decision()).when(grade("2024-05"))
    late = supplier().when(CRITICAL, grade("2024-05"), *told, decision())
    period = next(iter(known.state.gradings.by_period))
    assert known.state.gradings.by_period[period].score == late.state.gradings.by_period[period].score
