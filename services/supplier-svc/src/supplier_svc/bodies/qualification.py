"""Onboarding, gates, certificates and trade as HTTP bodies."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.fields import Day, Id, Text
from contracts.supplier import CertificateKind, ContractClause, ContractKind, Gate, OnboardingFile, PartnerRating
from supplier_svc.bodies.body import Because, Body


class RegistrationBody(Body):
    """The onboarding file of a potential supplier."""

    supplier_id: Id
    file: OnboardingFile
    registered_on: Day


class AdoptionBody(Body):
    """Take over a supplier that was approved before files were kept here."""

    supplier_id: Id
    file: OnboardingFile
    approved_on: Day
    approved_by: Id
    because: Because


class FileBody(Body):
    file: OnboardingFile
    revised_on: Day


class ReviewBody(Body):
    """``objections`` are what the reviewer finds unacceptable besides what the review finds by itself."""

    reviewed_on: Day
    reviewer: Id
    objections: tuple[Text, ...] = ()


class RatingBody(Body):
    rating: PartnerRating
    because: Because
    rated_on: Day


class ContractBody(Body):
    contract_id: Id
    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    starts_on: Day
    ends_on: Day
    information_exchanged: tuple[Text, ...] = ()


class GateBody(Body):
    """Decide a gate; ``because`` is needed for a failed one, ``evidence`` for a passed one, ``wanted`` for supplements."""

    gate: Gate
    outcome: Literal["passed", "failed", "supplements"]
    decided_on: Day
    assessor: Id
    evidence: tuple[Text, ...] = ()
    because: Text = ""
    wanted: tuple[Text, ...] = ()


class ApprovalBody(Body):
    approved_on: Day
    approved_by: Id
    because: Because


class TradeBody(Body):
    """Suspend, reinstate, eliminate, or begin anew."""

    on: Day
    because: Because


class CertificateBody(Body):
    """A certificate, or its renewal under the same id."""

    certificate_id: Id
    kind: CertificateKind
    number: Annotated[Text, Field(min_length=1, max_length=100)]
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
