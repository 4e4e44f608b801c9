"""Certificates as HTTP bodies."""

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import CertificateKind
from supplier_svc.requests.copies import CopyBody
from supplier_svc.requests.fields import CertificateNumber


class CertificateBody(Body):
    """A certificate, or its renewal under the same id."""

    certificate_id: Id
    kind: CertificateKind
    number: CertificateNumber
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    copies: tuple[CopyBody, ...] = ()
