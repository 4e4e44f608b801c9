"""Tierings: the runs, their distribution, and a run by hand."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Currency, Id
from contracts.figures import Anything
from customer_svc.read_models import tiering
from customer_svc.reports.tier_distribution import with_distribution
from customer_svc.requests.tierings import TieringRequest
from customer_svc.responses.reports import TierCount
from customer_svc.tiers.tiering import RequestTiering

router = APIRouter(prefix="/v1", tags=["tierings"])

SORT = Sorting((*tiering.ORDER, tiering.TABLE.c.tiering_id), tiering.TABLE.c.as_of, tiering.TABLE.c.population)


@router.get("/tierings", dependencies=[needs("customer.tierings.read")])
async def list_tierings(
    queries: Queries,
    page: Paging,
    days: Days,
    currency: Annotated[Currency | None, Query(description="runs in this currency")] = None,
    status: tiering.Status | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[tiering.Row]:
    """The runs by currency and date, from ``since`` to ``until``, each with its distribution over the tiers."""
    query = days.of(tiering.tierings(currency, status), tiering.TABLE.c.as_of)
    found = await queries.page(query, SORT.order(sort), page)
    return Page(items=await with_distribution(found.items, queries), next=found.next)


@router.get(
    "/tierings/{tiering_id}",
    response_model=shown(tiering.Row, distribution=dict[str, TierCount]),
    dependencies=[needs("customer.tierings.read")],
)
async def read_tiering(tiering_id: Id, queries: Queries) -> dict[str, Anything]:
    """A run with its borders and its distribution."""
    found = await queries.one(tiering.tiering(tiering_id))
    if found is None:
        raise NotFound("tiering", tiering_id)
    return (await with_distribution([found], queries))[0]


@router.post("/tierings", status_code=202, dependencies=[needs("customer.tierings.request")])
async def request_tiering(body: JsonBody[TieringRequest], commands: Commands) -> Answered:
    """Request a run; it starts when the day ``as_of`` is over, at once for a past day."""
    return await commands.do(RequestTiering(body.currency, body.as_of))
