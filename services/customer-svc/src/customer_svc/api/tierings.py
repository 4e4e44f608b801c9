"""Tierings: the runs, their distribution, and a run by hand."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Answered, Commands, NotFound, Page, Paging, Queries
from contracts.fields import Currency, Id
from customer_svc.read_models import tier_count, tiering
from customer_svc.tiers.tiering import RequestTiering

router = APIRouter(prefix="/v1", tags=["tierings"])


class TieringRequest(BaseModel):
    """A run over the population as it was at the end of ``as_of``."""

    as_of: date
    currency: Currency


@router.get("/tierings")
async def list_tierings(
    queries: Queries,
    page: Paging,
    currency: Annotated[Currency | None, Query(description="runs in this currency")] = None,
) -> Page:
    """The runs by currency and date, each with its distribution over the tiers."""
    found = await queries.page(tiering.tierings(currency), [tiering.TABLE.c.currency, tiering.TABLE.c.as_of], page)
    return Page(items=await _with_distribution(found.items, queries), next=found.next)


@router.get("/tierings/{tiering_id}")
async def read_tiering(tiering_id: Id, queries: Queries) -> dict[str, Any]:
    """A run with its borders and its distribution."""
    found = await queries.one(tiering.tiering(tiering_id))
    if found is None:
        raise NotFound("tiering", tiering_id)
    return (await _with_distribution([found], queries))[0]


@router.post("/tierings", status_code=202)
async def request_tiering(body: TieringRequest, commands: Commands) -> Answered:
    """Ask for a run; it starts when the day ``as_of`` is over, at once for a day gone by."""
    return await commands.do(RequestTiering(body.currency, body.as_of))


async def _with_distribution(runs: list[dict[str, Any]], queries: Queries) -> list[dict[str, Any]]:
    counts = await queries.rows(tier_count.counts([run["tiering_id"] for run in runs]))
    return [{**run, "distribution": _distribution(run["tiering_id"], counts)} for run in runs]


def _distribution(tiering_id: str, counts: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Tier → customers, changed, on_grace."""
    return {
        count["tier"]: {name: int(count[name]) for name in ("customers", "changed", "on_grace")}
        for count in counts
        if count["tiering_id"] == tiering_id
    }
