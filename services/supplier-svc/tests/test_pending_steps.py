"""Steps that wait for somebody of ours, each published once; and the applicant, who hears what was decided."""

from datetime import date

from contracts.supplier import (
    FileReviewed,
    OnboardingFile,
    PartnerRatingDue,
    SupplementsRequested,
    SupplierApproved,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierRegistered,
    SupplierStepPending,
)
from supplier_svc.policies.qualification import ALL_CLAUSES, SupplierQualification
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.onboarding import AdoptSupplier, RegisterSupplier, ReviewFile, ReviseFile
from supplier_svc.supplier.partner_ratings import CallForRating, RatePartner
from supplier_svc.supplier.qualification import ApproveSupplier, FailGate, PassGate, RequestSupplements
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.supplier.trading_status import EliminateSupplier, OpenReentry
from supplier_svc.testing import SURVEY, supplier

FILE, REVISED = OnboardingFile(name="Reddoit"), OnboardingFile(name="Reddoit Works")
DAY, LATER = date(2024, 2, 1), date(2024, 2, 8)
REGISTER = RegisterSupplier("S-1", FILE, DAY, "wu")
CODE = RecordCertificate(
    "S-1", "uscc", "unified_social_credit_code", "91350100M000100Y43", "Reddoit", None, date(2030, 12, 31)
)
REVIEW = ReviewFile("S-1", DAY, "li.na")
REFUSAL = ReviewFile("S-1", LATER, "li.na", ("The address is a letter box.",))


def passed(gate) -> PassGate:
    return PassGate("S-1", gate, DAY, "zhao", ("report of the visit",), survey=SURVEY)


def pending(outcome) -> list[tuple[str, str]]:
    return [(each.step, each.for_role) for each in outcome.all_of(SupplierStepPending)]


def test_pending_once_though_it_is_reviewed_twice():
    known = supplier().when(REGISTER)
    assert pending(known) == [("review", "buyer")]
    assert "There is no valid business licence" in known.one(SupplierStepPending).open[0]
    # Revised before anybody reviewed it: it waits already.
    assert pending(known.when(ReviseFile("S-1", REVISED, LATER))) == []
    ready = known.when(CODE, *map(passed, GATES))
    assert pending(ready) == []
    reviewed = ready.when(REVIEW)
    assert pending(reviewed) == [("approval", "quality-head")]
    waits = reviewed.one(SupplierStepPending)
    assert (waits.since, waits.applicant) == (DAY, "wu")
    assert any(each.startswith("Contracts are missing") for each in waits.open)
    assert pending(reviewed.when(REVIEW)) == []


def test_a_file_that_is_accepted_first_waits_for_its_last_gate():
    known = supplier().when(REGISTER, CODE, REVIEW, *map(passed, GATES[:-1]))
    assert pending(known) == [("review", "buyer")]
    assert pending(known.when(passed(GATES[-1]))) == [("approval", "quality-head")]


def test_what_is_taken_back_waits_again():
    known = supplier().when(REGISTER, CODE, REVIEW, *map(passed, GATES))
    revised = known.when(ReviseFile("S-1", REVISED, LATER))
    assert pending(revised) == [("review", "buyer")]
    refused = known.when(REFUSAL)
    assert pending(refused) == []
    assert pending(refused.when(REVIEW)) == [("approval", "quality-head")]


def test_who_is_adopted_waits_for_nothing_and_who_comes_back_is_reviewed():
    adopted = supplier().when(AdoptSupplier("S-1", FILE, DAY, "chen", "we have traded for years"))
    assert pending(adopted) == []
    out = adopted.when(EliminateSupplier("S-1", DAY, "gave up"))
    assert pending(out.when(OpenReentry("S-1", date(2025, 2, 1), "a new owner"))) == [("review", "buyer")]


def test_a_rating_that_is_due_waits_until_it_is_given():
    adopted = supplier().when(AdoptSupplier("S-1", FILE, date(2025, 1, 1), "chen", "we have traded for years"))
    due = adopted.when(CallForRating("S-1", date(2025, 4, 1)))
    assert pending(due) == [("rating", "buyer")]
    factors = due.one(PartnerRatingDue).factors
    assert due.one(SupplierStepPending).open == tuple(factor.summary for factor in factors)
    given = due.when(RatePartner("S-1", "C", "", date(2025, 4, 10), "wu"))
    assert given.state.pending.steps == frozenset()


def test_the_role_is_the_policys():
    policy = SupplierQualification(review_by_role="purchasing", approval_by_role="board")
    known = supplier(under=(policy,)).when(REGISTER, CODE)
    assert known.one(SupplierStepPending).for_role == "purchasing"
    assert pending(known.when(REVIEW, *map(passed, GATES))) == [("approval", "board")]


def test_every_decision_names_the_applicant():
    known = supplier().when(REGISTER, CODE)
    assert known.one(SupplierRegistered).applicant == "wu"
    assert known.when(REFUSAL).one(FileReviewed).applicant == "wu"
    assert known.when(passed("survey")).one(SupplierGatePassed).applicant == "wu"
    assert known.when(FailGate("S-1", "survey", DAY, "zhao", "no room")).one(SupplierGateFailed).applicant == "wu"
    wanted = known.when(RequestSupplements("S-1", "survey", DAY, "zhao", ("customer list",)))
    assert wanted.one(SupplementsRequested).applicant == "wu"
    kinds = ("supply", "quality_assurance", "after_sales")
    signed = [SignContract("S-1", kind, kind, ALL_CLAUSES, DAY, date(2026, 1, 1)) for kind in kinds]
    approved = known.when(REVIEW, *map(passed, GATES), *signed, ApproveSupplier("S-1", DAY, "gao", "all passed"))
    assert approved.one(SupplierApproved).applicant == "wu"
