"""Routes of certificates and when they end."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import certificate
from supplier_svc.requests.certificates import CertificateBody
from supplier_svc.supplier.certificates import RecordCertificate

router = APIRouter(prefix="/v1", tags=["qualification"])


@router.post("/suppliers/{supplier_id}/certificates")
async def record_certificate(supplier_id: Id, body: JsonBody[CertificateBody], commands: Commands) -> Answered:
    """Record a certificate or renew it; reminders of its end are published daily, by default from 30 days before to one day after."""
    return await commands.do(RecordCertificate(supplier_id, **dict(body)))


@router.get("/certificates")
async def list_certificates(
    queries: Queries,
    page: Paging,
    supplier_id: Annotated[Id | None, Query()] = None,
    within_days: Annotated[
        int | None, Query(ge=0, le=3660, description="only those that end within this many days")
    ] = None,
) -> Page[certificate.Row]:
    """Certificates by the day on which they end, expired ones included."""
    ends_by = None if within_days is None else add_days(queries.today, within_days)
    return await queries.page(certificate.certificates(supplier_id, ends_by), certificate.ORDER, page)
