"""The onboarding file of a partner and its review, as HTTP bodies."""

from typing import Annotated

from chassis.http import Body
from contracts.fields import Day, Id, Text, formerly
from contracts.supplier import OnboardingFile
from supplier_svc.requests.fields import Because


class RegistrationBody(Body):
    """The onboarding file of a potential supplier; ``applicant`` is the one of the token where it is left out."""

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
