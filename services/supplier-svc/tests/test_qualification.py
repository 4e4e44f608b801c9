"""From a potential supplier to an approved one, out again, and back; deliveries before approval."""

from datetime import date

import pytest
from pydantic import ValidationError

from contracts.supplier import (
    ContractSigned,
    FileReviewed,
    OnboardingFile,
    PartnerRated,
    SourceStandingChanged,
    SupplementsRequested,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
    SupplierTrialStarted,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.policies.qualification import ALL_CLAUSES, SupplierQualification
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.contracts import ContractEndsBeforeStart, SignContract
from supplier_svc.supplier.onboarding import (
    AdoptSupplier,
    FileExists,
    OnProhibitedList,
    RegisterSupplier,
    ReviewFile,
    ReviseFile,
)
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.qualification import (
    ApproveSupplier,
    EvidenceMissing,
    FailGate,
    GateNotNext,
    NotYetApprovable,
    PassGate,
    RequestSupplements,
)
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.supplier.trading_status import (
    EliminateSupplier,
    NotTrading,
    OpenReentry,
    ReentryTooEarly,
    ReinstateSupplier,
    SuspendSupplier,
)
from supplier_svc.testing import SURVEY, delivery, grade, inspection, supplier

FILE = OnboardingFile(name="Reddoit")
DAY = date(2024, 2, 1)
REGISTER = RegisterSupplier("S-1", FILE, date(2024, 1, 2))
CODE_NUMBER = "91350100M000100Y43"
CODE = RecordCertificate("S-1", "uscc", "unified_social_credit_code", CODE_NUMBER, "Reddoit", None, date(2030, 12, 31))
REVIEW = ReviewFile("S-1", DAY, "li.na")
APPROVE = ApproveSupplier("S-1", DAY, "chen", "all gates passed")


def passed(gate, on=DAY) -> PassGate:
    return PassGate("S-1", gate, on, "zhao.lei", ("report of the visit",), SURVEY)


def contracts(ends=date(2026, 1, 31)):
    for kind in ("supply", "quality_assurance", "after_sales"):
        yield SignContract("S-1", f"CT-{kind}", kind, ALL_CLAUSES, date(2024, 1, 1), ends)


def everything():
    return [REGISTER, CODE, REVIEW, *map(passed, GATES), *contracts()]


def test_every_gate_passed_the_file_reviewed_the_contracts_complete_the_supplier_is_approved():
    outcome = supplier().when(*everything(), APPROVE)
    assert outcome.outcome[-1] == outcome.one(SupplierApproved)
    assert [each.next_gate for each in outcome.all_of(SupplierGatePassed)] == [*GATES[1:], None]
    assert outcome.one(FileReviewed).acceptable


def test_what_is_in_the_way_of_an_approval_is_said_all_at_once():
    refused = supplier().when(REGISTER, passed("survey"), APPROVE).outcome
    assert isinstance(refused, NotYetApprovable)
    for said in (
        "It is at quality audit",
        "not reviewed",
        "no valid business licence",
        "Contracts are missing: supply",
        "do not cover",
    ):
        assert said in str(refused)


def test_gates_come_in_their_order_and_on_evidence():
    known = supplier().when(REGISTER)
    known.when(passed("quality_audit")).then_refused(
        GateNotNext, "is at survey, so quality_audit cannot be decided now"
    )
    known.when(PassGate("S-1", "survey", DAY, "li", ())).then_refused(EvidenceMissing, "at least one document")
    known.when(passed("survey")).when(passed("survey")).then()


def test_a_failed_gate_ends_in_rejection_and_supplements_keep_it_open():
    known = supplier().when(REGISTER)
    wanted = known.when(RequestSupplements("S-1", "survey", DAY, "li", ("customer list",))).then(SupplementsRequested)
    wanted.when(passed("survey")).then(SupplierGatePassed)
    failed = known.when(FailGate("S-1", "survey", DAY, "li", "no measuring room")).then(SupplierGateFailed)
    assert failed.state.qualification.stage == "rejected"
    failed.when(passed("survey")).then_refused(GateNotNext)


def test_who_is_on_the_prohibited_list_is_never_approved():
    listed = SupplierQualification(prohibited=(CODE_NUMBER,))
    known = supplier(under=(listed,)).when(*everything())
    assert known.one(FileReviewed).findings == (f"{CODE_NUMBER} is on the prohibited list.",)
    known.when(APPROVE).then_refused(NotYetApprovable, f"{CODE_NUMBER} is on the prohibited list")
    by_name = SupplierQualification(prohibited=("Reddoit",))
    adopt = AdoptSupplier("S-1", FILE, DAY, "chen", "old friends")
    supplier(under=(by_name,)).when(adopt).then_refused(OnProhibitedList, "Reddoit")


@pytest.mark.parametrize(
    "held", [("business_licence", "organisation_code", "tax_registration"), ("unified_social_credit_code",)]
)
def test_three_certificates_or_the_one_that_stands_for_them_make_a_file_acceptable(held):
    numbers = [CODE_NUMBER, "320118", "320119"]
    commands = [
        RecordCertificate("S-1", kind, kind, number, "Reddoit", None, date(2030, 1, 1))
        for kind, number in zip(held, numbers, strict=False)
    ]
    assert supplier().when(REGISTER, *commands, REVIEW).one(FileReviewed).acceptable


def test_certificates_out_of_date_or_of_another_holder_are_found_by_the_review():
    ended = RecordCertificate(
        "S-1", "uscc", "unified_social_credit_code", CODE_NUMBER, "Reddoit", None, date(2024, 1, 31)
    )
    assert len(supplier().when(REGISTER, ended, REVIEW).one(FileReviewed).findings) == 3
    other = RecordCertificate(
        "S-1", "uscc", "unified_social_credit_code", CODE_NUMBER, "Somebody", None, date(2030, 1, 1)
    )
    assert (
        "name different holders: Reddoit, Somebody"
        in supplier().when(REGISTER, other, REVIEW).one(FileReviewed).findings[0]
    )


def test_a_contract_names_the_clauses_that_it_lacks():
    known = supplier().when(REGISTER, SignContract("S-1", "CT-1", "supply", ("trial",), DAY, date(2025, 1, 1)))
    assert known.one(ContractSigned).missing == tuple(clause for clause in ALL_CLAUSES if clause != "trial")
    backwards = SignContract("S-1", "CT-2", "supply", (), DAY, date(2023, 1, 1))
    known.when(backwards).then_refused(ContractEndsBeforeStart, "before it starts")


def test_contracts_that_ended_count_no_more():
    known = supplier().when(*everything()[:-3], *contracts(ends=date(2024, 1, 15)))
    known.when(APPROVE).then_refused(NotYetApprovable, "Contracts are missing: supply, quality_assurance, after_sales.")


def test_registering_twice_is_one_file_and_another_file_is_a_revision():
    known = supplier().when(REGISTER)
    known.when(REGISTER).then()
    known.when(RegisterSupplier("S-1", OnboardingFile(name="Other"), DAY)).then_refused(FileExists, "revise it")
    revised = known.when(CODE, REVIEW).when(ReviseFile("S-1", OnboardingFile(name="Other"), DAY))
    assert not revised.state.qualification.is_reviewed


# --- trade


def test_a_delivery_before_approval_is_recorded_and_flagged():
    known = supplier().when(REGISTER, delivery("D-1"))
    assert known.one(UnapprovedDeliveryFlagged).summary == "S-1 delivers and is not approved: survey."
    assert known.when(delivery("D-2")).one(UnapprovedDeliveryFlagged).delivery_id == "D-2"


def test_without_a_file_the_first_delivery_of_a_month_is_flagged():
    known = supplier().when(delivery("D-1"), delivery("D-2"), delivery("D-3", on="2024-06-01"))
    assert [each.delivery_id for each in known.all_of(UnapprovedDeliveryFlagged)] == ["D-1", "D-3"]
    assert "register it" in known.all_of(UnapprovedDeliveryFlagged)[0].summary


def test_approved_and_on_the_small_batch_trial_a_delivery_is_in_order():
    assert not supplier().when(*everything(), APPROVE, delivery("D-1")).all_of(UnapprovedDeliveryFlagged)
    on_trial = [REGISTER, *map(passed, GATES[:3]), delivery("D-1")]
    assert not supplier().when(*on_trial).all_of(UnapprovedDeliveryFlagged)


def test_an_e_blocks_trade():
    known = supplier().when(*everything(), APPROVE, delivery("D-1"))
    rated = known.when(RatePartner("S-1", "E", "fraud", DAY)).then(PartnerRated, SourceStandingChanged)
    assert not rated.one(SourceStandingChanged).may_supply
    assert "rated E" in rated.when(delivery("D-2")).one(UnapprovedDeliveryFlagged).summary


def test_a_suspended_supplier_gets_no_orders_until_it_is_reinstated():
    known = supplier().when(*everything(), APPROVE, delivery("D-1"))
    suspended = known.when(SuspendSupplier("S-1", DAY, "fire")).then(SupplierSuspended, SourceStandingChanged)
    assert suspended.when(delivery("D-2")).one(UnapprovedDeliveryFlagged).stage == "suspended"
    back = suspended.when(ReinstateSupplier("S-1", DAY, "rebuilt")).then(SupplierReinstated, SourceStandingChanged)
    assert back.one(SourceStandingChanged).may_supply
    supplier().when(REGISTER).when(SuspendSupplier("S-1", DAY, "x" * 3)).then_refused(NotTrading, "S-1 is survey")


def test_re_entry_after_12_months_through_every_gate_on_trial_with_10_percent_until_three_acceptable_periods():
    out = supplier().when(*everything(), APPROVE, delivery("D-0", on="2024-02-20"))
    out = out.when(EliminateSupplier("S-1", date(2024, 2, 29), "three D")).then(
        SupplierEliminated, SourceStandingChanged
    )
    assert out.one(SupplierEliminated).reentry_from == date(2025, 2, 28)
    early = OpenReentry("S-1", date(2025, 2, 27), "new owner")
    out.when(early).then_refused(ReentryTooEarly, "from 2025-02-28 on")
    on = date(2025, 3, 1)
    back = out.when(OpenReentry("S-1", on, "new owner")).then(SupplierReentryOpened)
    back.when(ApproveSupplier("S-1", on, "chen", "quickly")).then_refused(NotYetApprovable, "It is at survey")
    trial = back.when(ReviewFile("S-1", on, "li"), *(passed(each, on) for each in GATES))
    trial = trial.when(ApproveSupplier("S-1", on, "chen", "all gates again"))
    assert (trial.one(SupplierTrialStarted).share_max_percent, trial.one(SourceStandingChanged).share_max_percent) == (
        10,
        10,
    )
    months = [
        step for m in (3, 4, 5) for step in (inspection(f"I-{m}", "minor", on=f"2025-0{m}-12"), grade(f"2025-0{m}"))
    ]
    free = trial.when(*months)
    assert free.one(SupplierApproved).because == "3 consecutive acceptable periods on trial: A, A, A."
    assert free.all_of(SourceStandingChanged)[-1].share_max_percent == 100


def test_an_adopted_supplier_is_approved_without_the_gates():
    adopt = AdoptSupplier("S-1", FILE, DAY, "chen", "traded since 2015")
    supplier().when(adopt).then(SupplierRegistered, SupplierApproved)
    supplier().when(adopt).when(adopt).then()


# --- certificates


def test_a_trial_without_orders_is_no_policy():
    with pytest.raises(ValidationError, match="a trial without orders cannot be passed"):
        SupplierQualification(reentry_share_max_percent=0)
