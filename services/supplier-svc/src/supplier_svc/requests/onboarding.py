"""The onboarding file of a partner and its review, as HTTP bodies."""

from typing import Annotated

from pydantic import AfterValidator

from chassis.http import Body
from contracts.currencies import check_places
from contracts.fields import Day, Id, Text, formerly
from contracts.supplier import OnboardingFile
from supplier_svc.requests.fields import Because


def _in_its_currency(file: OnboardingFile) -> OnboardingFile:
    for amount in (file.credit_limit, file.registered_capital):
        check_places(amount, file.currency)
    return file


File = Annotated[OnboardingFile, AfterValidator(_in_its_currency)]


class RegistrationBody(Body):
    """The onboarding file of a potential supplier; ``applicant`` is the one of the token where it is left out."""

    supplier_id: Id
    file: File
    registered_on: Day
    applicant: Id | None = None


class AdoptionBody(Body):
    """Adopt a supplier that was approved before this service had its file."""

    supplier_id: Id
    file: File
    approved_on: Day
    approved_by: Id | None = None
    because: Because


class FileBody(Body):
    file: File
    revised_on: Day
    revised_by: Id | None = None


class ReviewBody(Body):
    """``objections`` are what the reviewer finds unacceptable, beside the automatic findings."""

    reviewed_on: Day
    reviewed_by: Annotated[Id | None, formerly("reviewed_by", "reviewer")] = None
    objections: tuple[Text, ...] = ()
