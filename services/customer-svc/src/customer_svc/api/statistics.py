"""Reports of customers: statistics over one or two dimensions with filters, and the summary by owner."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import CSV, NotFound, Problem, Queries, needs
from contracts.fields import Currency, Day, Id
from contracts.figures import Anything
from customer_svc.api.scopes import Scope
from customer_svc.api.tables import Tabled
from customer_svc.read_models import customer_file, tiering
from customer_svc.reports import customer_statistics as statistics
from customer_svc.responses.reports import Table

router = APIRouter(prefix="/v1/reports", tags=["reports"])

AsOf = Annotated[Day | None, Query(description="business date (default: today)")]
AgeOn = Annotated[
    Day | None,
    Query(description="the day on which age is counted (default: today); everything else is as it is now"),
]


@router.get("/customers", response_model=Table, responses=CSV, dependencies=[needs("customer.reports.read")])
async def count_customers(
    queries: Queries,
    table: Tabled,
    scope: Scope,
    by: Annotated[
        list[statistics.Dimension], Query(min_length=1, max_length=2, description="age: days since the last update")
    ],
    as_of: AgeOn = None,
    industry: Annotated[Id | None, Query(description="only this industry")] = None,
    region: Annotated[Id | None, Query(description="only this region")] = None,
    owner_id: Annotated[Id | None, Query(description="only of this owner")] = None,
    age: Annotated[statistics.Age | None, Query(description="only of this age")] = None,
) -> Anything:
    """The number of customers with a file, over one or two dimensions."""
    if len(set(by)) != len(by):
        raise Problem(422, "invalid-input", "by: name two different dimensions.")
    given = {"industry": industry, "region": region, "owner_id": owner_id, "age": age}
    filters = {name: value for name, value in given.items() if value is not None}
    query = statistics.by(by, as_of or queries.today, filters)
    return await table.of(await queries.rows(customer_file.scoped(query, customer_file.TABLE.c.customer_id, scope)))


@router.get("/owners", response_model=Table, responses=CSV, dependencies=[needs("customer.reports.read")])
async def sum_by_owner(
    queries: Queries, table: Tabled, scope: Scope, currency: Currency, as_of: AsOf = None
) -> Anything:
    """What the customers of each owner brought in the window of the last run on or before the day."""
    run = await queries.one(tiering.last(currency, as_of or queries.today))
    if run is None:
        raise NotFound("completed tiering run in", currency)
    query = statistics.owners(currency, run["as_of"])
    return await table.of(await queries.rows(customer_file.scoped(query, customer_file.TABLE.c.customer_id, scope)))
