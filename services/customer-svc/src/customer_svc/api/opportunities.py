"""Opportunities: open, move, change; the funnel."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    CSV,
    Answered,
    Commands,
    Days,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Problem,
    Queries,
    Sorting,
    needs,
    shown,
)
from contracts.fields import Currency, Day, Id
from contracts.figures import Anything
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope, Writes, refuse_unreadable
from customer_svc.api.tables import Tabled
from customer_svc.opportunities.dwelling import dwell
from customer_svc.opportunities.opportunity import ChangeOpportunity, MoveOpportunity, OpenOpportunity
from customer_svc.opportunities.state import Opportunity
from customer_svc.read_models import customer_file, opportunity
from customer_svc.requests.opportunities import Move, NewOpportunity, Terms
from customer_svc.responses.reports import Table

router = APIRouter(prefix="/v1", tags=["opportunities"])

OF = opportunity.TABLE.c
SORT = Sorting(opportunity.ORDER, OF.expected_on, OF.amount, OF.present_value, OF.changed_on, OF.customer_id)


@router.get("/opportunities", dependencies=[needs("customer.opportunities.read")])
async def list_opportunities(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="of this customer")] = None,
    owner_id: Annotated[Id | None, Query(description="of this owner")] = None,
    stage: Annotated[Id | None, Query(description="in this stage")] = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[opportunity.Row]:
    """Opportunities by id, of which a decision is expected on days from ``since`` to ``until``."""
    query = days.of(opportunity.opportunities(customer_id, owner_id, stage), OF.expected_on)
    query = query if currency is None else query.where(OF.currency == currency)
    query = customer_file.scoped(query, OF.customer_id, scope, OF.owner_id)
    return await of_known(customer_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/opportunities/{opportunity_id}",
    response_model=shown(opportunity.Row, dwell_days=int, too_long=bool),
    dependencies=[needs("customer.opportunities.read")],
)
async def read_opportunity(opportunity_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """An opportunity, how long it has been in its stage, and whether that is too long."""
    found = await queries.one(opportunity.opportunity(opportunity_id))
    if found is None:
        raise NotFound("opportunity", opportunity_id)
    await refuse_unreadable(found["customer_id"], queries, scope, found["owner_id"])
    return {**found, **dwell(found["stage"], found["since"], queries.today, queries.policies)}


@router.get("/reports/funnel", response_model=Table, responses=CSV, dependencies=[needs("customer.opportunities.read")])
async def read_funnel(
    queries: Queries,
    table: Tabled,
    scope: Scope,
    currency: Currency,
    by: Annotated[list[opportunity.Dimension], Query(min_length=1, max_length=2, description="one or two")],
    as_of: Day | None = None,
) -> Anything:
    """The funnel by stage, owner and month expected: count, amount, present value, dwell time."""
    if len(set(by)) != len(by):
        raise Problem(422, "invalid-input", "by: name two different dimensions.")
    of = opportunity.TABLE.c
    query = opportunity.funnel(by, currency, as_of or queries.today)
    return await table.of(await queries.rows(customer_file.scoped(query, of.customer_id, scope, of.owner_id)))


@router.post("/opportunities", dependencies=[needs("customer.opportunities.open")])
async def open_opportunity(body: JsonBody[NewOpportunity], commands: Commands, writes: Writes) -> Answered:
    """Open an opportunity; stage and probability that are left out are those of the first stage."""
    await writes.allow("create", body.customer_id)
    command = OpenOpportunity(**{name: getattr(body, name) for name in NewOpportunity.model_fields})
    return await commands.do(command, commands.start_of(body.on))


@router.post("/opportunities/{opportunity_id}/stage", dependencies=[needs("customer.opportunities.move")])
async def move_opportunity(
    opportunity_id: Id, body: JsonBody[Move], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Move to another stage, or to its end: won, lost."""
    await _allow_change(opportunity_id, queries, writes)
    command = MoveOpportunity(opportunity_id, body.stage, body.probability, body.because, body.on, commands.actor)
    return await commands.do(command, commands.start_of(body.on))


@router.put("/opportunities/{opportunity_id}", dependencies=[needs("customer.opportunities.change")])
async def change_opportunity(
    opportunity_id: Id, body: JsonBody[Terms], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Another amount, day, or people who decide."""
    await _allow_change(opportunity_id, queries, writes)
    command = ChangeOpportunity(
        opportunity_id, body.amount, body.currency, body.expected_on, body.decision_makers, body.on, commands.actor
    )
    return await commands.do(command, commands.start_of(body.on))


async def _allow_change(opportunity_id: str, queries: Queries, writes: Writes) -> None:
    """One that nobody opened is the command's to refuse."""
    known: Opportunity = await queries.state(MoveOpportunity, opportunity_id)
    if known.opened is not None:
        await writes.allow("change", known.opened.customer_id, known.opened.owner_id)
