"""Reports of satisfaction: ratings, index, service quality, Kano."""

from fastapi import APIRouter

from chassis.http import Days, Page, Paging, Queries, needs
from customer_svc.api.scopes import Scope
from customer_svc.reports.satisfaction import Answers
from customer_svc.responses.satisfaction import KanoLine, Kind, Quality, Satisfaction

router = APIRouter(prefix="/v1/reports", tags=["reports"])


@router.get("/satisfaction", dependencies=[needs("customer.reports.read")])
async def read_satisfaction(queries: Queries, scope: Scope, days: Days) -> Satisfaction:
    """How customers rate us, over all time or a period."""
    return await Answers(queries, scope, days.since, days.until).ratings()


@router.get("/satisfaction/kano", dependencies=[needs("customer.reports.read")])
async def read_kano(queries: Queries, page: Paging, scope: Scope, days: Days) -> Page[KanoLine]:
    """What each feature is to customers."""
    return page.part_of(await Answers(queries, scope, days.since, days.until).kano())


@router.get("/satisfaction/{kind}", dependencies=[needs("customer.reports.read")])
async def read_satisfaction_quality(kind: Kind, queries: Queries, scope: Scope, days: Days) -> Quality:
    """The index (csi), service quality (servqual) or ratings: what the mean is made of, and its trend by month."""
    return await Answers(queries, scope, days.since, days.until).quality(kind)
