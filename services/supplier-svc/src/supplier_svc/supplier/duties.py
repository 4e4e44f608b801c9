"""Separation of duties (不相容岗位分离): nobody reviews, approves or rates own work. Persons are compared as their tokens name them."""

from datetime import date

from chassis.domain import Decision, Refusal
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.supplier.state import Supplier


class ApplicantReviews(Refusal):
    """{person} applied for {supplier_id}; somebody else has to review its file."""


class AuthorReviews(Refusal):
    """{person} wrote the file of {supplier_id}; somebody else has to review it."""


class AssessorApproves(Refusal):
    """{person} assessed {gate} of {supplier_id}; somebody else has to approve it."""


class ReviewerApproves(Refusal):
    """{person} reviewed the file of {supplier_id}; somebody else has to approve it."""


class ApplicantApproves(Refusal):
    """{person} applied for {supplier_id}; somebody else has to approve it."""


class ApplicantRates(Refusal):
    """{person} applied for {supplier_id}; somebody else has to rate it."""


def check_review(decision: Decision[Supplier], person: str, on: date) -> None:
    """Raises a Refusal where the person applied or wrote the file."""
    if not _are_separate(decision, on):
        return
    duties = decision.state.qualification.duties
    if person == duties.applicant:
        raise ApplicantReviews(person=person, supplier_id=decision.id)
    if person == duties.author:
        raise AuthorReviews(person=person, supplier_id=decision.id)


def check_approval(decision: Decision[Supplier], person: str, on: date) -> None:
    """Raises a Refusal where the person assessed a gate of this qualification, reviewed the file, or applied."""
    if not _are_separate(decision, on):
        return
    duties = decision.state.qualification.duties
    if gates := [gate for gate, assessor in duties.assessed if assessor == person]:
        raise AssessorApproves(person=person, gate=gates[0].replace("_", " "), supplier_id=decision.id)
    if person in duties.reviewers:
        raise ReviewerApproves(person=person, supplier_id=decision.id)
    if person == duties.applicant:
        raise ApplicantApproves(person=person, supplier_id=decision.id)


def check_rating(decision: Decision[Supplier], person: str | None, on: date) -> None:
    """Raises a Refusal where the person applied."""
    applicant = decision.state.qualification.duties.applicant
    if person is not None and person == applicant and _are_separate(decision, on):
        raise ApplicantRates(person=person, supplier_id=decision.id)


def _are_separate(decision: Decision[Supplier], on: date) -> bool:
    return decision.policy(SupplierQualification, on).document.separate_duties
