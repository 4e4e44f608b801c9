"""Certificates as HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Text
from contracts.supplier import CertificateKind
from supplier_svc.requests.copies import CopyBody


class CertificateBody(Body):
    """A certificate, or its renewal under the same id."""

    certificate_id: Id
    kind: CertificateKind
    number: Annotated[Text, Field(min_length=1, max_length=100)]
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    copies: tuple[CopyBody, ...] = ()
