"""One row per certificate and the day on which it ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import CertificateExpired, CertificateKind, CertificateRecorded

Handled = CertificateRecorded | CertificateExpired


Status = Literal["valid", "expired"]
REGISTRATIONS: tuple[CertificateKind, ...] = (
    "business_licence", "organisation_code", "tax_registration", "unified_social_credit_code"
)  # fmt: skip
"""Kinds whose number is one holder's only."""


@dataclass(frozen=True)
class Row:
    """``status``: valid, or expired once that was published."""

    supplier_id: str
    certificate_id: str
    kind: str
    number: str
    holder: str
    valid_to: date
    status: str = "valid"
    copies: list[dict[str, str]] = field(default_factory=list)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.certificate_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case CertificateRecorded():
            copies = [each.model_dump(mode="json") for each in event.copies]
            return Row(key[0], key[1], event.kind, event.number, event.holder, event.valid_to, copies=copies)
        case CertificateExpired():
            return row and replace(row, status="expired")


MODEL = ReadModel(
    name="certificate",
    version=4,
    row=Row,
    key=("supplier_id", "certificate_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("valid_to",), ("number",)),
)
TABLE = MODEL.table
ORDER = (TABLE.c.valid_to, TABLE.c.supplier_id, TABLE.c.certificate_id)


def certificates(
    supplier_id: str | None = None,
    ends_by: date | None = None,
    kind: CertificateKind | None = None,
    status: Status | None = None,
) -> Select[Any]:
    """All certificates, those of a supplier, those that end by a day, those of a kind or that are valid."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if kind is None else query.where(TABLE.c.kind == kind)
    query = query if status is None else query.where(TABLE.c.status == status)
    return query if ends_by is None else query.where(TABLE.c.valid_to <= ends_by)


def numbers_elsewhere(supplier_id: str, on: date) -> Select[Any]:
    """The numbers in force on a day that a supplier's certificates have and another supplier's have too: number and that supplier."""
    other = TABLE.alias("other")
    return (
        select(other.c.number, other.c.supplier_id)
        .join(TABLE, TABLE.c.number == other.c.number)
        .where(TABLE.c.supplier_id == supplier_id, other.c.supplier_id != supplier_id, other.c.valid_to >= on)
        .where(other.c.kind.in_(REGISTRATIONS))
        .distinct()
    )
