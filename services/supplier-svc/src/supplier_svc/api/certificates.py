"""Routes of certificates and when they end."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from contracts.supplier import CertificateKind, RecordId
from supplier_svc.api.suppliers import of_known, one_of_supplier
from supplier_svc.read_models import certificate
from supplier_svc.requests.certificates import CertificateBody
from supplier_svc.requests.copies import copies_of
from supplier_svc.requests.fields import WithinDays
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.rules.numbers import NumberElsewhere

router = APIRouter(prefix="/v1", tags=["qualification"])

OF = certificate.TABLE.c
SORT = Sorting(certificate.ORDER, OF.valid_to, OF.supplier_id, OF.kind)


async def numbers_elsewhere(supplier_id: str, on: date, queries: Queries) -> tuple[NumberElsewhere, ...]:
    """Which numbers of the supplier are in force on a day at other suppliers too."""
    rows = await queries.rows(certificate.numbers_elsewhere(supplier_id, on))
    return tuple(NumberElsewhere(row["number"], row["supplier_id"]) for row in rows)


@router.post("/suppliers/{supplier_id}/certificates", dependencies=[needs("supplier.certificates.record")])
async def record_certificate(supplier_id: Id, body: JsonBody[CertificateBody], commands: Commands) -> Answered:
    """Record a certificate or renew it; reminders of its end are published daily, by default from 30 days before to one day after."""
    return await commands.do(RecordCertificate(supplier_id, **{**dict(body), "copies": copies_of(body.copies)}))


@router.get("/certificates", dependencies=[needs("supplier.certificates.read", partner="supplier_id")])
async def list_certificates(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: Annotated[Id | None, Query()] = None,
    kind: CertificateKind | None = None,
    status: certificate.Status | None = None,
    within_days: Annotated[WithinDays | None, Query(description="only those that end within this many days")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[certificate.Row]:
    """Certificates by the day on which they end, which ``since`` and ``until`` bound; expired ones included."""
    ends_by = None if within_days is None else add_days(queries.today, within_days)
    query = days.of(certificate.certificates(supplier_id, ends_by, kind, status), OF.valid_to)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/certificates/{certificate_id}",
    response_model=shown(certificate.Row),
    dependencies=[needs("supplier.certificates.read", partner="supplier_id")],
)
async def show_certificate(supplier_id: Id, certificate_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One certificate, as it was renewed last."""
    query = certificate.certificates(supplier_id).where(OF.certificate_id == certificate_id)
    return await one_of_supplier(query, queries, "certificate", certificate_id)
