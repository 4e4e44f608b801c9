"""How a potential supplier is approved, and how an approval ends."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from contracts.data_subjects import About
from contracts.envelope import Event, Part
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, Percent, Text, formerly, is_stored
from contracts.personal import Clear, Personal, PersonalText
from contracts.supplier.documents import DocumentCopy, SupplierSurvey
from contracts.supplier.gradings import PeriodName

Gate = Literal["survey", "quality_audit", "sample_approval", "small_batch_trial"]
"""The gates of a qualification, in this order."""

ContractKind = Literal["supply", "quality_assurance", "after_sales"]
ContractClause = Literal[
    "development", "trial", "inspection", "packing_and_transport", "nonconforming_product", "after_sales"
]

CertificateKind = Literal[
    "business_licence", "organisation_code", "tax_registration", "unified_social_credit_code", "quality_system", "other"
]


class Contact(Part):
    """Whom to call at the supplier; ``role`` is a place in its organisation and stays when the person is erased."""

    SUBJECT: ClassVar[str] = "contact:{supplier_id}/{contact_id}"

    name: Annotated[Personal, PersonalText(200)]
    role: Text = ""
    phone: Annotated[Personal, PersonalText(100)] = Clear("")
    email: Annotated[Personal, PersonalText(254)] = Clear("")
    contact_id: Id | None = Field(
        default=None,
        description="who this is, from one file to the next; left out it is the contact's place among the contacts, from 1: whoever"
        " stands there later is then taken for the same person",
    )


def _numbered(contacts: tuple[Contact, ...], info: ValidationInfo) -> tuple[Contact, ...]:
    """The contacts, each with an id: files of before had none."""
    numbered = tuple(
        each if each.contact_id is not None else _with_id(each, str(place)) for place, each in enumerate(contacts, 1)
    )
    if not is_stored(info) and len({each.contact_id for each in numbered}) != len(numbered):
        raise ValueError("two contacts have the same contact_id; give each person one of their own")
    return numbered


def _with_id(contact: Contact, contact_id: str) -> Contact:
    """The contact as if the id were its default: what was sent, or published, did not name it."""
    values = {name: getattr(contact, name) for name in Contact.model_fields}
    return Contact.model_construct(contact.model_fields_set, **{**values, "contact_id": contact_id})


Contacts = Annotated[tuple[Contact, ...], AfterValidator(_numbered)]
"""The people at a supplier; whoever has no id gets the place from 1."""


class OnboardingFile(Part):
    """What is known about a partner before trading with it."""

    name: Text
    profile: Text = ""
    contacts: Contacts = ()
    business_owner: Annotated[Personal, PersonalText(200), About("business-owner:{supplier_id}")] = Clear("")
    owner_phone: Annotated[Personal, PersonalText(100), About("business-owner:{supplier_id}")] = Clear("")
    cooperation: Text = ""
    registered_address: Text = ""
    registered_capital: Amount | None = None
    currency: Currency | None = None
    remarks: Text = ""
    credit_limit: AmountNotNegative | None = Field(
        default=None, description="what may be paid to it in advance, in ``currency``"
    )


class SupplierRegistered(Event):
    """A potential supplier has an onboarding file; its qualification begins with the survey."""

    TYPE: ClassVar[str] = "supplier.SupplierRegistered"
    supplier_id: Id
    file: OnboardingFile
    registered_on: Day
    applicant: Id | None = Field(default=None, description="who wrote the file and applies for the supplier")


class OnboardingFileRevised(Event):
    """The onboarding file was revised; ``file`` is the whole new one."""

    TYPE: ClassVar[str] = "supplier.OnboardingFileRevised"
    supplier_id: Id
    file: OnboardingFile
    revised_on: Day
    revised_by: Id | None = Field(default=None, description="who wrote the new file, where known")
    handed_in_by: Id | None = Field(
        default=None, description="who handed in its contacts, where the supplier did so itself"
    )


class FileReviewed(Event):
    """The file was reviewed: prohibited list, content, and whether the certificates agree and are in date."""

    TYPE: ClassVar[str] = "supplier.FileReviewed"
    supplier_id: Id
    reviewed_on: Day
    reviewer: Id
    acceptable: bool
    findings: tuple[Text, ...] = Field(description="what prevents acceptance; empty when it was accepted")
    applicant: Id | None = None


class SupplierGatePassed(Event):
    """The supplier passed a gate of its qualification."""

    TYPE: ClassVar[str] = "supplier.SupplierGatePassed"
    supplier_id: Id
    gate: Gate
    passed_on: Day
    assessor: Id
    evidence: tuple[Text, ...]
    next_gate: Gate | None = None
    applicant: Id | None = None
    survey: SupplierSurvey | None = Field(default=None, description="of the gate survey: what it found out")
    copies: tuple[DocumentCopy, ...] = Field(default=(), description="copies of the evidence")


class SupplierGateFailed(Event):
    """The supplier failed a gate, which ends its qualification: it is rejected."""

    TYPE: ClassVar[str] = "supplier.SupplierGateFailed"
    supplier_id: Id
    gate: Gate
    failed_on: Day
    assessor: Id
    because: Text
    evidence: tuple[Text, ...] = ()
    applicant: Id | None = None


class SupplementsRequested(Event):
    """A gate cannot be decided before the supplier has submitted more."""

    TYPE: ClassVar[str] = "supplier.SupplementsRequested"
    supplier_id: Id
    gate: Gate
    requested_on: Day
    assessor: Id
    wanted: tuple[Text, ...]
    applicant: Id | None = None


class ContractSigned(Event):
    """A contract with the supplier; ``missing`` are the clauses that a complete one of its kind would have."""

    TYPE: ClassVar[str] = "supplier.ContractSigned"
    supplier_id: Id
    contract_id: Id
    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    missing: tuple[ContractClause, ...]
    starts_on: Day
    ends_on: Day
    information_exchanged: tuple[Text, ...] = Field(default=(), description="forecasts, stock, process data, …")
    policy_version: int
    amount: Amount | None = None
    currency: Currency | None = None
    owner_id: Id | None = Field(default=None, description="the colleague who is notified of its end")
    signed_on: Day | None = None
    remind_on: tuple[Day, ...] = Field(
        default=(),
        description="days of the reminders of its end, as long as it is not renewed; of a contract of before there are none",
    )


class SupplierTrialStarted(Event):
    """The supplier delivers on trial, with at most ``share_max_percent`` of an item's orders, until its grades end the trial."""

    TYPE: ClassVar[str] = "supplier.SupplierTrialStarted"
    supplier_id: Id
    started_on: Day
    share_max_percent: Percent
    periods_needed: Count
    because: Text
    registration_numbers: tuple[Text, ...] = Field(
        default=(), description="numbers in force that stand for this supplier from now on, and for no other one"
    )
    despite: Text = Field(default="", description="why a head lets a restricted partner in all the same")


class SupplierApproved(Event):
    """The supplier may trade."""

    TYPE: ClassVar[str] = "supplier.SupplierApproved"
    supplier_id: Id
    approved_on: Day
    approved_by: Id
    because: Text
    registration_numbers: tuple[Text, ...] = Field(
        default=(), description="numbers in force that stand for this supplier from now on, and for no other one"
    )
    despite: Text = Field(default="", description="why a head approves a restricted partner all the same")
    rating_due_on: Day | None = Field(
        default=None,
        description="when the partner is to be rated first; None where a rating is due on another day already",
    )
    applicant: Id | None = None


class SupplierSuspended(Event):
    """No new orders until the supplier is reinstated."""

    TYPE: ClassVar[str] = "supplier.SupplierSuspended"
    supplier_id: Id
    suspended_on: Day
    because: Text


class SupplierReinstated(Event):
    """The suspension ended; the supplier has the status it had before."""

    TYPE: ClassVar[str] = "supplier.SupplierReinstated"
    supplier_id: Id
    reinstated_on: Day
    because: Text


class SupplierEliminated(Event):
    """The supplier gets no more orders; it may qualify again, through every gate, from ``reentry_from`` on."""

    TYPE: ClassVar[str] = "supplier.SupplierEliminated"
    supplier_id: Id
    eliminated_on: Day
    reentry_from: Day
    because: Text
    period: PeriodName | None = None
    policy_version: int


class SupplierReentryOpened(Event):
    """An eliminated or rejected supplier starts its qualification again."""

    TYPE: ClassVar[str] = "supplier.SupplierReentryOpened"
    supplier_id: Id
    opened_on: Day
    because: Text


class CertificateRecorded(Event):
    """A certificate of the supplier; a later one of the same id renews it."""

    TYPE: ClassVar[str] = "supplier.CertificateRecorded"
    supplier_id: Id
    certificate_id: Id
    kind: CertificateKind
    number: Text
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    remind_first_on: Day
    remind_last_on: Day
    number_given_up: Text | None = Field(
        default=None, description="the number before this one, where no certificate of the supplier has it any more"
    )
    copies: tuple[DocumentCopy, ...] = Field(default=(), description="copies of the certificate")
    handed_in_by: Id | None = Field(default=None, description="who handed it in, where the supplier did so itself")
    accepted_by: Id | None = Field(default=None, description="who accepted what the supplier handed in")


class CertificateExpiring(Event):
    """A certificate ends in ``days_left`` days; published daily until it is renewed, last on the day after its end (−1)."""

    TYPE: ClassVar[str] = "supplier.CertificateExpiring"
    supplier_id: Id
    certificate_id: Id
    kind: CertificateKind
    number: Text
    valid_to: Day
    days_left: int
    reminded_on: Annotated[Day, formerly("reminded_on", "told_on")]


class CertificateExpired(Event):
    """A certificate of a supplier that may trade ended without being renewed."""

    TYPE: ClassVar[str] = "supplier.CertificateExpired"
    supplier_id: Id
    certificate_id: Id
    kind: CertificateKind
    number: Text
    valid_to: Day
