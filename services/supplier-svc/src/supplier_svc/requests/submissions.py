"""What a supplier hands in, and our answer to it, as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import (
    CauseOrigin,
    CertificateKind,
    Contacts,
    Discipline,
    RecordId,
    SubmissionContent,
    SubmittedCertificate,
    SubmittedSubSupplier,
)
from supplier_svc.requests.copies import CopyBody, copies_of
from supplier_svc.requests.fields import Because, CertificateNumber


class SubmittedCertificateBody(Body):
    kind: CertificateKind
    number: CertificateNumber
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    copies: tuple[CopyBody, ...] = ()


class SubmittedSubSupplierBody(Body):
    """Who does ``process`` for which items of the supplier."""

    name: Annotated[Text, Field(min_length=1, max_length=500)]
    item_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1000)]
    process: Annotated[Text, Field(min_length=1, max_length=2000)]


class ContentBody(Body):
    """What is handed in; which of these are needed depends on the kind."""

    step: Discipline | None = None
    evidence: tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...] = ()
    note: Annotated[Text, Field(max_length=2000)] = ""
    certificate: SubmittedCertificateBody | None = None
    contacts: Contacts = ()
    sub_supplier: SubmittedSubSupplierBody | None = None
    statement: Annotated[Text, Field(max_length=2000)] = ""
    cause_origin: CauseOrigin | None = None

    def content(self) -> SubmissionContent:
        """The content as its event has it."""
        held, declared = self.certificate, self.sub_supplier
        certificate = held and SubmittedCertificate(**{**dict(held), "copies": copies_of(held.copies)})
        sub_supplier = declared and SubmittedSubSupplier(**dict(declared))
        return SubmissionContent(**{**dict(self), "certificate": certificate, "sub_supplier": sub_supplier})


class SubmissionBody(Body):
    """A step of a corrective action, an answer to a poor grade or to a complaint, a certificate, the contacts, a sub-supplier. Which one:
    ``reference`` names the action, period, complaint, certificate or sub-supplier; left out, it is the supplier itself.
    """

    submission_id: RecordId
    kind: Id
    reference: RecordId | None = None
    content: ContentBody


class AcceptanceBody(Body):
    """Accept what was handed in; by the one of the token where ``accepted_by`` is left out."""

    accepted_on: Day
    accepted_by: Id | None = None


class ReturnBody(Body):
    """Return what was handed in, with what is missing; by the one of the token where ``returned_by`` is left out."""

    because: Because
    returned_on: Day
    returned_by: Id | None = None
