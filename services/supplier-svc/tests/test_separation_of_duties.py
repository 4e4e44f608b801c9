"""Nobody approves own work; a survey says something of each topic; copies of documents."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.testing.client import app_of, client_of
from contracts.fields import STORED
from contracts.supplier import (
    CertificateRecorded,
    DocumentCopy,
    FileReviewed,
    MainCustomer,
    OnboardingFile,
    PartnerRated,
    SupplierApproved,
    SupplierGatePassed,
    SupplierRegistered,
    SupplierSurvey,
)
from standing_parts.issuer import Issuer
from supplier_svc.policies.qualification import ALL_CLAUSES, SupplierQualification
from supplier_svc.service import SERVICE
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.duties import (
    ApplicantApproves,
    ApplicantRates,
    ApplicantReviews,
    AssessorApproves,
    AuthorReviews,
    ReviewerApproves,
)
from supplier_svc.supplier.onboarding import RegisterSupplier, ReviewFile, ReviseFile
from supplier_svc.supplier.partner_ratings import RatePartner
from supplier_svc.supplier.qualification import ApproveSupplier, PassGate, RequestSupplements, SurveySaysNothing
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.supplier.trading_status import EliminateSupplier, OpenReentry
from supplier_svc.testing import SURVEY, supplier

DAY, END = date(2024, 2, 1), date(2030, 12, 31)
FILE = OnboardingFile(name="Reddoit")
COPY = DocumentCopy(
    name="licence.pdf", media_type="application/pdf", sha256="0" * 64, url="https://files.example.com/licence.pdf"
)
CODE = RecordCertificate("S-1", "code", "unified_social_credit_code", "91350100M000100Y43", "Reddoit", None, END)


def qualified(applicant: str | None = "li", reviewer: str = "wang", assessor: str = "zhao") -> list[Any]:
    """The steps before the approval, by whom."""
    return [
        RegisterSupplier("S-1", FILE, DAY, applicant),
        CODE,
        ReviewFile("S-1", DAY, reviewer),
        *(PassGate("S-1", gate, DAY, assessor, ("report",), SURVEY) for gate in GATES),
        *(SignContract("S-1", kind, kind, ALL_CLAUSES, DAY, END) for kind in ("supply", "quality_assurance", "after_sales")),
    ]  # fmt: skip


def approved_by(person: str) -> ApproveSupplier:
    return ApproveSupplier("S-1", DAY, person, "all gates passed")


def test_same_person_twice_is_refused_and_somebody_else_approves() -> None:
    known = supplier().when(*qualified())
    known.when(approved_by("zhao")).then_refused(
        AssessorApproves, "zhao assessed survey of S-1; somebody else has to approve it."
    )
    known.when(approved_by("wang")).then_refused(ReviewerApproves, "wang reviewed the file of S-1")
    known.when(approved_by("li")).then_refused(ApplicantApproves, "li applied for S-1")
    approved = known.when(approved_by("gao")).then(SupplierApproved)
    approved.when(approved_by("zhao")).then()


def test_who_applied_or_wrote_the_file_reviews_it_not_and_who_applied_rates_not() -> None:
    known = supplier().when(RegisterSupplier("S-1", FILE, DAY, "li"))
    assert known.one(SupplierRegistered).applicant == "li"
    known.when(ReviewFile("S-1", DAY, "li")).then_refused(ApplicantReviews, "somebody else has to review its file")
    revised = known.when(ReviseFile("S-1", OnboardingFile(name="Reddoit Ltd"), DAY, "shen"))
    revised.when(ReviewFile("S-1", DAY, "shen")).then_refused(AuthorReviews, "shen wrote the file of S-1")
    revised.when(ReviewFile("S-1", DAY, "li")).then_refused(ApplicantReviews)
    revised.when(ReviewFile("S-1", DAY, "wang")).then(FileReviewed)
    rate = RatePartner("S-1", "B", "solid", DAY, "li")
    known.when(rate).then_refused(ApplicantRates, "li applied for S-1; somebody else has to rate it.")
    known.when(RatePartner("S-1", "B", "solid", DAY, "gao")).then(PartnerRated)


def test_who_asked_for_supplements_assessed_the_gate() -> None:
    wanted = RequestSupplements("S-1", "survey", DAY, "sun", ("customers",))
    first, *rest = qualified()
    known = supplier().when(first, wanted, *rest)
    known.when(approved_by("sun")).then_refused(AssessorApproves, "sun assessed survey of S-1")


def test_a_supplier_registered_before_applicants_were_named_is_reviewed_by_anybody() -> None:
    known = supplier().when(RegisterSupplier("S-1", FILE, DAY))
    known.when(ReviewFile("S-1", DAY, "li")).then(FileReviewed)
    known.when(RatePartner("S-1", "B", "solid", DAY)).then(PartnerRated)


def test_after_a_reentry_the_people_of_the_first_qualification_may_approve_the_second() -> None:
    known = supplier().when(*qualified(), approved_by("gao"), EliminateSupplier("S-1", DAY, "a D"))
    back = known.when(OpenReentry("S-1", date(2025, 3, 1), "new management"))
    assert (back.state.qualification.duties.assessed, back.state.qualification.duties.applicant) == ((), "li")


def test_a_document_published_before_duties_were_separate_leaves_them_together() -> None:
    older = SupplierQualification.model_validate({"prohibited": ["S-9"]}, context=STORED)
    assert (older.separate_duties, SupplierQualification().separate_duties) == (False, True)
    known = supplier(under=(older,)).when(*qualified("li", "li", "li"))
    known.when(RatePartner("S-1", "A", "good", DAY, "li")).then(PartnerRated)
    known.when(approved_by("li")).then(SupplierApproved)


@pytest.mark.parametrize(
    ("survey", "topics"),
    [
        (None, "process capability, certification, main customers, their feedback"),
        (SURVEY.model_copy(update={"processes": ()}), "process capability"),
        (SURVEY.model_copy(update={"customers": (MainCustomer(name="A pump maker"),)}), "their feedback"),
    ],
)
def test_a_survey_that_says_nothing_of_a_topic_passes_no_gate(survey: SupplierSurvey | None, topics: str) -> None:
    known = supplier().when(RegisterSupplier("S-1", FILE, DAY, "li"))
    refused = known.when(PassGate("S-1", "survey", DAY, "zhao", ("report",), survey))
    refused.then_refused(SurveySaysNothing, f"The survey says nothing of {topics}.")
    assert SurveySaysNothing.status == 422


def test_copies_are_on_record_and_a_new_copy_of_the_same_certificate_is_too() -> None:
    known = supplier().when(RegisterSupplier("S-1", FILE, DAY, "li"), CODE)
    copied = RecordCertificate(
        "S-1", "code", "unified_social_credit_code", "91350100M000100Y43", "Reddoit", None, END, (COPY,)
    )
    again = known.when(copied)
    assert again.one(CertificateRecorded).copies == (COPY,)
    again.when(copied).then()
    again.when(CODE).then()
    gate = again.when(PassGate("S-1", "survey", DAY, "zhao", ("report",), SURVEY, (COPY,))).one(SupplierGatePassed)
    assert (gate.survey, gate.copies) == (SURVEY, (COPY,))


@pytest.fixture
async def app(start_service: Any) -> Any:
    runtime = await start_service(SERVICE)
    await runtime.move_clock(datetime(2024, 5, 3, tzinfo=UTC))
    return app_of(runtime)


async def test_persons_are_compared_as_their_tokens_name_them_whatever_a_body_says(app: Any, issuer: Issuer) -> None:
    """Nobody reviews the own application over HTTP, and nobody signs as somebody else."""

    async def asked(who: str, path: str, **body: Any) -> Any:
        async with client_of(app, token=issuer.token(who, ["quality-manager"])) as client:
            return await client.post(f"/v1/suppliers{path}", json=body)

    file = {"name": "Reddoit"}
    assert (await asked("li", "", supplier_id="S-1", file=file, registered_on="2024-05-01")).status_code == 200
    own = await asked("li", "/S-1/reviews", reviewed_on="2024-05-02")
    assert (own.status_code, own.json()["detail"]) == (
        409,
        "li applied for S-1; somebody else has to review its file.",
    )
    borrowed = await asked("li", "/S-1/reviews", reviewed_on="2024-05-02", reviewed_by="wang")
    assert borrowed.status_code == 403
    assert (await asked("wang", "/S-1/reviews", reviewed_on="2024-05-02")).status_code == 200
    gate = {"gate": "survey", "outcome": "passed", "decided_on": "2024-05-03", "evidence": ["report"]}
    silent = await asked("zhao", "/S-1/gates", **gate)
    assert (silent.status_code, silent.json()["detail"]) == (
        422,
        "The survey says nothing of process capability, certification, main customers, their feedback.",
    )
    full = {**gate, "survey": SURVEY.model_dump(mode="json"), "copies": [COPY.model_dump(mode="json")]}
    assert (await asked("zhao", "/S-1/gates", **full)).status_code == 200
    bad = await asked("zhao", "/S-1/gates", **{**full, "copies": [{**full["copies"][0], "sha256": "short"}]})
    assert bad.status_code == 422
