"""The ledger of partners (台账): one row per supplier with a file, its numbers with the day on which each runs out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, or_, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.personal import Personal
from contracts.supplier import (
    CertificateRecorded,
    OnboardingFile,
    OnboardingFileRevised,
    PartnerRated,
    PartnerRating,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
    SupplierTrialStarted,
)
from supplier_svc.supplier.rules.numbers import UNIFIED

Handled = (
    SupplierRegistered
    | OnboardingFileRevised
    | CertificateRecorded
    | PartnerRated
    | SupplierGraded
    | SupplierGradeRestated
    | SupplierGatePassed
    | SupplierGateFailed
    | SupplierApproved
    | SupplierTrialStarted
    | SupplierSuspended
    | SupplierReinstated
    | SupplierEliminated
    | SupplierReentryOpened
)

NUMBERS: Mapping[str, tuple[str, str]] = {
    "business_licence": ("licence_number", "licence_expires_on"),
    "organisation_code": ("organisation_code", "organisation_code_expires_on"),
    "tax_registration": ("tax_number", "tax_expires_on"),
}
"""The columns of the number of a kind of certificate, and of its last day."""


@dataclass(frozen=True)
class Row:
    """The file as it was revised last; ``certificates`` by id are [kind, number, last day]. The contact is the file's first.

    What tells of a person stands here as in the log, sealed unless the event is older than sealing. ``name`` None: there is no file yet.
    """

    supplier_id: str
    name: str | None = None
    applicant: str | None = None
    applied_on: date | None = None
    cooperation: str | None = None
    registered_address: str | None = None
    registered_capital: Decimal | None = None
    licence_number: str | None = None
    licence_expires_on: date | None = None
    organisation_code: str | None = None
    organisation_code_expires_on: date | None = None
    tax_number: str | None = None
    tax_expires_on: date | None = None
    contact_name: Personal | None = None
    contact_phone: Personal | None = None
    owner_name: Personal | None = None
    owner_phone: Personal | None = None
    rating: str | None = None
    credit_limit: Decimal | None = None
    remarks: str | None = None
    status: str | None = None
    standing: str | None = None
    currency: str | None = None
    restrictions: list[str] | None = None
    status_before: str | None = None
    certificates: dict[str, Any] | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(key[0])
    match event:
        case SupplierRegistered():
            filed = _with_file(row, event.file)
            return replace(filed, applicant=event.applicant, applied_on=event.registered_on, status="survey")
        case OnboardingFileRevised():
            return _with_file(row, event.file)
        case CertificateRecorded():
            return _with_numbers(row, event)
        case PartnerRated():
            return replace(row, rating=event.rating, restrictions=list(event.restrictions))
        case SupplierGraded() | SupplierGradeRestated():
            return replace(row, standing=event.standing)
        case SupplierSuspended():
            return replace(row, status="suspended", status_before=row.status)
        case SupplierReinstated():
            return replace(row, status=row.status_before or "approved", status_before=None)
        case _:
            return replace(row, status=_status_after(event))


def _status_after(
    event: SupplierGatePassed
    | SupplierGateFailed
    | SupplierApproved
    | SupplierTrialStarted
    | SupplierEliminated
    | SupplierReentryOpened,
) -> str:
    match event:
        case SupplierGatePassed():
            return event.next_gate or "gates_passed"
        case SupplierGateFailed():
            return "rejected"
        case SupplierApproved():
            return "approved"
        case SupplierTrialStarted():
            return "trial"
        case SupplierEliminated():
            return "eliminated"
        case SupplierReentryOpened():
            return "survey"


def _with_file(row: Row, file: OnboardingFile) -> Row:
    contact = file.contacts[0] if file.contacts else None
    return replace(
        row,
        name=file.name,
        cooperation=file.cooperation,
        registered_address=file.registered_address,
        registered_capital=file.registered_capital,
        contact_name=contact.name if contact else None,
        contact_phone=contact.phone if contact else None,
        owner_name=file.business_owner,
        owner_phone=file.owner_phone,
        credit_limit=file.credit_limit,
        currency=file.currency,
        remarks=file.remarks,
    )


def _with_numbers(row: Row, event: CertificateRecorded) -> Row:
    """A unified social credit code fills the numbers of all three."""
    known = {**(row.certificates or {}), event.certificate_id: [event.kind, event.number, event.valid_to.isoformat()]}
    columns: dict[str, Any] = {}
    for kind, (number, expires_on) in NUMBERS.items():
        of_kind = [each for each in known.values() if each[0] == UNIFIED] or [
            each for each in known.values() if each[0] == kind
        ]
        last = max(of_kind, key=lambda each: (each[2], each[1]), default=None)
        columns |= {number: last and last[1], expires_on: last and date.fromisoformat(last[2])}
    return replace(row, certificates=known, **columns)


MODEL = ReadModel(
    name="partner_ledger",
    version=1,
    row=Row,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "supplier_id"), ("rating", "supplier_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.supplier_id,)
SEARCHED = ("supplier_id", "name", "cooperation", "licence_number", "organisation_code", "tax_number", "remarks")
EXPIRES = tuple(expires_on for _, expires_on in NUMBERS.values())


def ledger(
    today: date,
    rating: PartnerRating | None = None,
    status: str | None = None,
    lapsed: bool | None = None,
    text: str | None = None,
) -> Select[Any]:
    """Partners with a file: those with a rating, those that stand at a gate or an outcome, those with a number that ran out before
    ``today`` or with none, those in which a text occurs."""
    query = select(TABLE).where(TABLE.c.name.is_not(None))
    query = query if rating is None else query.where(TABLE.c.rating == rating)
    query = query if status is None else query.where(TABLE.c.status == status)
    if lapsed is not None:
        is_lapsed = or_(*(and_(TABLE.c[each].is_not(None), TABLE.c[each] < today) for each in EXPIRES))
        query = query.where(is_lapsed if lapsed else ~is_lapsed)
    if text is not None:
        query = query.where(or_(*(TABLE.c[each].icontains(text, autoescape=True) for each in SEARCHED)))
    return query
