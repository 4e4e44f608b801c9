"""Routes of the rating of partners, A to E: giving one, and which are due."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.domain import Decision
from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from contracts.supplier import PartnerRating
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.read_models import partner_rating
from supplier_svc.requests.partner_ratings import RatingBody
from supplier_svc.responses.partners import SuggestedRating
from supplier_svc.supplier.partner_ratings import RatePartner, suggestion
from supplier_svc.supplier.state import evolve

router = APIRouter(prefix="/v1", tags=["qualification"])

OF = partner_rating.TABLE.c
SORT = Sorting(partner_rating.ORDER, OF.supplier_id, OF.name, OF.rating, OF.rated_on, OF.due_on)


@router.post("/suppliers/{supplier_id}/ratings", dependencies=[needs("supplier.suppliers.rate")])
async def rate_partner(supplier_id: Id, body: JsonBody[RatingBody], commands: Commands) -> Answered:
    """Rate the partner as a whole, or renew its rating: a D restricts, an E blocks trade. Another rating than the record suggests
    needs a reason. No day to come can be rated, nor one before the last rating."""
    rated_by = commands.person(body.rated_by, "rated_by")
    return await commands.do(
        RatePartner(
            supplier_id,
            body.rating,
            body.because or "",
            body.rated_on,
            rated_by,
        ),
        occurred_at=commands.start_of_past(body.rated_on, "rated_on"),
    )


@router.get("/suppliers/{supplier_id}/ratings/suggestion", dependencies=[needs("supplier.suppliers.rate")])
async def suggest_rating(supplier_id: Id, queries: Queries) -> SuggestedRating:
    """What the record of a partner suggests today. The list of ratings has what it suggested on the day on which the rating fell due."""
    await existing_supplier(supplier_id, queries)
    state = await queries.state(RatePartner, supplier_id)
    found = suggestion(Decision(supplier_id, state, queries.policies, evolve), queries.today)
    return SuggestedRating(
        supplier_id=supplier_id, as_of=queries.today, suggested=found.rating, factors=list(found.factors)
    )


@router.get("/partner-ratings", dependencies=[needs("supplier.suppliers.read")])
async def list_partner_ratings(
    queries: Queries,
    page: Paging,
    status: Annotated[
        partner_rating.Status | None, Query(description="due includes overdue; current are those that owe no rating")
    ] = None,
    rating: PartnerRating | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[partner_rating.Row]:
    """Ratings in force, what they forbid, when the next one is due, and what the record suggests for it."""
    return await queries.page(partner_rating.ratings(status, rating), SORT.order(sort), page)
