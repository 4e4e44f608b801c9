"""Reports of satisfaction: ratings, index, service quality, Kano."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Queries
from contracts.fields import Day
from customer_svc.api.scopes import Scope
from customer_svc.reports.satisfaction import Answers
from customer_svc.responses.satisfaction import KanoLine, Kind, Quality, Satisfaction

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Since = Annotated[Day | None, Query(description="first day")]
Until = Annotated[Day | None, Query(description="last day")]


@router.get("/satisfaction")
async def read_satisfaction(queries: Queries, scope: Scope, since: Since = None, until: Until = None) -> Satisfaction:
    """How customers rate us, over all time or a period."""
    return await Answers(queries, scope, since, until).ratings()


@router.get("/satisfaction/kano")
async def read_kano(queries: Queries, scope: Scope, since: Since = None, until: Until = None) -> list[KanoLine]:
    """What each feature is to customers."""
    return await Answers(queries, scope, since, until).kano()


@router.get("/satisfaction/{kind}")
async def read_satisfaction_quality(
    kind: Kind, queries: Queries, scope: Scope, since: Since = None, until: Until = None
) -> Quality:
    """The index (csi), service quality (servqual) or ratings: what the mean is made of, and its trend by month."""
    return await Answers(queries, scope, since, until).quality(kind)
