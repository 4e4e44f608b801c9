"""What a supplier hands in, and our answer to it, as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import CertificateKind, Contact, Discipline, RecordId, SubmissionContent, SubmittedCertificate
from supplier_svc.requests.copies import CopyBody, copies_of
from supplier_svc.requests.fields import Because


class SubmittedCertificateBody(Body):
    kind: CertificateKind
    number: Annotated[Text, Field(min_length=1, max_length=100)]
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    copies: tuple[CopyBody, ...] = ()


class ContentBody(Body):
    """What is handed in; which of these are needed depends on the kind."""

    step: Discipline | None = None
    evidence: tuple[Annotated[Text, Field(min_length=1, max_length=2000)], ...] = ()
    note: Annotated[Text, Field(max_length=2000)] = ""
    certificate: SubmittedCertificateBody | None = None
    contacts: tuple[Contact, ...] = ()

    def content(self) -> SubmissionContent:
        """The content as its event has it."""
        held = self.certificate
        certificate = None
        if held is not None:
            certificate = SubmittedCertificate(**{**dict(held), "copies": copies_of(held.copies)})
        return SubmissionContent(**{**dict(self), "certificate": certificate})


class SubmissionBody(Body):
    """A step of a corrective action, an answer to a poor grade, a certificate, the contacts; ``reference`` names the action, the period
    or the certificate, and is the supplier itself where it is left out."""

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
