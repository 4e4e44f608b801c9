"""The onboarding file of a partner, its review, rating and contracts, as HTTP bodies."""

from typing import Annotated

from chassis.http import Body
from contracts.fields import Day, Id, Text, formerly
from contracts.supplier import ContractClause, ContractKind, OnboardingFile, PartnerRating
from supplier_svc.requests.fields import Because


class RegistrationBody(Body):
    """The onboarding file of a potential supplier. ``applicant`` is the one of the token where it is left out."""

    supplier_id: Id
    file: OnboardingFile
    registered_on: Day
    applicant: Id | None = None


class AdoptionBody(Body):
    """Adopt a supplier that was approved before this service had its file."""

    supplier_id: Id
    file: OnboardingFile
    approved_on: Day
    approved_by: Id | None = None
    because: Because


class FileBody(Body):
    file: OnboardingFile
    revised_on: Day
    revised_by: Id | None = None


class ReviewBody(Body):
    """``objections`` are what the reviewer finds unacceptable, beside the automatic findings."""

    reviewed_on: Day
    reviewed_by: Annotated[Id | None, formerly("reviewed_by", "reviewer")] = None
    objections: tuple[Text, ...] = ()


class RatingBody(Body):
    rating: PartnerRating
    because: Because
    rated_on: Day
    rated_by: Id | None = None


class ContractBody(Body):
    contract_id: Id
    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    starts_on: Day
    ends_on: Day
    information_exchanged: tuple[Text, ...] = ()
