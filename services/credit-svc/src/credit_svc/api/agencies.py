"""Routes about collection agencies."""

from fastapi import APIRouter

from chassis.http import Page, Paging, Queries, needs
from credit_svc.reports.agencies import agencies
from credit_svc.responses.agencies import AgencyAnswer

router = APIRouter(prefix="/v1/reports", tags=["reports"])


@router.get("/agencies", dependencies=[needs("credit.reports.read")])
async def report_agencies(queries: Queries, page: Paging) -> Page[AgencyAnswer]:
    """What each collection agency was given, what it collected of that, in how many days, and what it kept."""
    return page.part_of(await queries.rows(agencies()))
