"""Copies of documents, and what the survey of a potential supplier found out."""

from pydantic import Field

from contracts.envelope import Part
from contracts.fields import Quantity, Text


class DocumentCopy(Part):
    """A copy of a document: where it is, and the hash by which one sees that it is still the same."""

    name: Text
    media_type: Text
    sha256: Text = Field(description="of its bytes, as 64 hexadecimal digits")
    url: Text


class ProcessCapability(Part):
    """A process of the supplier, and its capability index where that is known."""

    name: Text
    cpk: Quantity | None = Field(default=None, description="Cpk, a ratio")


class MainCustomer(Part):
    """A main customer of the supplier, and what it says of it."""

    name: Text
    feedback: Text = ""


class SupplierSurvey(Part):
    """What the survey of a potential supplier found out: process capability, certification, main customers and their feedback."""

    processes: tuple[ProcessCapability, ...] = ()
    certifications: tuple[Text, ...] = ()
    customers: tuple[MainCustomer, ...] = ()
