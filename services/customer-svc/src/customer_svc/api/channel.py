"""The channel: distributors, rebates, discounts, coded units and where they were seen."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    MonthText,
    NotFound,
    Page,
    Paging,
    Queries,
    Sorting,
    first_day,
    needs,
    shown,
)
from contracts.customer import CustomerTier, DiversionKind, UnitShipped
from contracts.fields import Currency, Day, Id, Quantity
from contracts.figures import Anything, Figure
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import ChangeableId, Readable, Scope, Writes, refuse_unreadable
from customer_svc.channel.distributor import AuthoriseDistributor, PayRebate
from customer_svc.channel.rebate import discount
from customer_svc.channel.unit import ScanUnit, ShipUnit, Unit
from customer_svc.policies.channel import DiscountPolicy
from customer_svc.read_models import customer_file, diversion, rebate
from customer_svc.recalls.lots import ShipLot
from customer_svc.reports.distributor_scorecard import repeats_before, scorecard
from customer_svc.requests.channel import Authorisation, Payment, Scan
from customer_svc.responses.reports import DistributorScorecard

router = APIRouter(prefix="/v1", tags=["channel"])

REBATES = Sorting(rebate.ORDER, rebate.TABLE.c.period_ends_on, rebate.TABLE.c.amount, rebate.TABLE.c.customer_id)
DIVERSIONS = Sorting(diversion.ORDER, diversion.TABLE.c.scanned_on, diversion.TABLE.c.customer_id)


@router.put("/distributors/{customer_id}", dependencies=[needs("customer.channel.authorise")])
async def authorise_distributor(
    customer_id: ChangeableId, body: JsonBody[Authorisation], commands: Commands
) -> Answered:
    """The regions that a customer may sell in; its rebate accrues from now on."""
    command = AuthoriseDistributor(customer_id, body.regions, body.region_manager, body.authorised_on)
    return await commands.do(command, commands.start_of(body.authorised_on))


@router.get("/rebates", dependencies=[needs("customer.channel.read")])
async def list_rebates(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="of this distributor")] = None,
    status: Annotated[rebate.Status | None, Query(description="whether it was paid")] = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, REBATES] = None,
) -> Page[rebate.Row]:
    """Rebates: what was earned on which purchases, and how much of it was paid; of periods that end from ``since`` to ``until``."""
    query = days.of(rebate.rebates(customer_id, status, currency), rebate.TABLE.c.period_ends_on)
    query = customer_file.scoped(query, rebate.TABLE.c.customer_id, scope)
    return await of_known(customer_id, await queries.page(query, REBATES.order(sort), page), queries)


@router.get(
    "/distributors/{customer_id}/rebates/{rebate_id}",
    response_model=shown(rebate.Row),
    dependencies=[needs("customer.channel.read")],
)
async def read_rebate(customer_id: Readable, rebate_id: Id, queries: Queries) -> dict[str, Anything]:
    """One rebate."""
    for each in customer_id.ids:
        if found := await queries.one(rebate.rebate(each, rebate_id)):
            return found
    raise NotFound("rebate", rebate_id)


@router.post("/distributors/{customer_id}/rebates/{rebate_id}/payment", dependencies=[needs("customer.channel.pay")])
async def pay_rebate(
    customer_id: Id, rebate_id: Id, body: JsonBody[Payment], commands: Commands, writes: Writes
) -> Answered:
    """Pay a rebate, reduced by the days that the collection took."""
    await writes.allow("change", customer_id)
    command = PayRebate(customer_id, rebate_id, body.collection_days, body.paid_on)
    return await commands.do(command, commands.start_of(body.paid_on))


@router.get("/discounts", dependencies=[needs("customer.channel.read")])
async def read_discount(
    queries: Queries,
    quantity: Annotated[Quantity, Query(description="how much is bought")],
    month: Annotated[MonthText, Query(description="the month of buying, for the season")],
    tier: Annotated[CustomerTier | None, Query(description="the buyer's rank")] = None,
    pays_within_days: Annotated[int | None, Query(ge=0, le=3_650, description="for cash")] = None,
) -> dict[str, Figure]:
    """The discount in percent by reason: quantity, rank, cash, season."""
    policy = queries.policies.at(DiscountPolicy, queries.today).document
    return discount(quantity, tier, pays_within_days, first_day(month).month, policy)


@router.post("/units", dependencies=[needs("customer.facts.record")])
async def ship_unit(body: JsonBody[UnitShipped], commands: Commands, writes: Writes) -> Answered:
    """A coded unit went to a distributor for its region."""
    await writes.allow("create", body.customer_id)
    at = commands.start_of(body.shipped_on)
    answered = await commands.do(ShipUnit(body), at)
    if body.item_id is not None and body.lot_id is not None:
        lot = ShipLot(body.item_id, body.lot_id, body.unit_code, body.customer_id, Decimal(1), body.shipped_on)
        await commands.part_named("lot").do(lot, at)
    return answered


@router.post("/scans", dependencies=[needs("customer.facts.record")])
async def scan_unit(body: JsonBody[Scan], commands: Commands, queries: Queries, writes: Writes) -> Answered:
    """A unit was scanned. Outside its region a diversion is suspected, and classified."""
    unit: Unit = await queries.state(ScanUnit, body.unit_code)
    if unit.shipped is not None:
        await writes.allow("create", unit.shipped.customer_id)
    repeats = 0 if unit.shipped is None else await repeats_before(unit.shipped.customer_id, body.scanned_on, queries)
    command = ScanUnit(body.scan_id, body.unit_code, body.region, body.scanned_on, body.tampered, body.price, repeats)
    return await commands.do(command, commands.start_of(body.scanned_on))


@router.get("/diversions", dependencies=[needs("customer.channel.read")])
async def list_diversions(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="of this distributor")] = None,
    kind: Annotated[DiversionKind | None, Query(description="only of this kind")] = None,
    sort: Annotated[str | None, DIVERSIONS] = None,
) -> Page[diversion.Row]:
    """Units that were seen outside their region, on days which ``since`` and ``until`` bound."""
    of = diversion.TABLE.c
    query = days.of(diversion.diversions(customer_id, kind), of.scanned_on)
    query = customer_file.scoped(query, of.customer_id, scope, of.region_manager)
    return await of_known(customer_id, await queries.page(query, DIVERSIONS.order(sort), page), queries)


@router.get(
    "/diversions/{unit_code}/{scan_id}",
    response_model=shown(diversion.Row),
    dependencies=[needs("customer.channel.read")],
)
async def read_diversion(unit_code: Id, scan_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """One diversion."""
    of = diversion.TABLE.c
    found = await queries.one(diversion.diversions().where(of.unit_code == unit_code, of.scan_id == scan_id))
    if found is None:
        raise NotFound(f"diversion of unit {unit_code}, scan", scan_id)
    await refuse_unreadable(found["customer_id"], queries, scope, found["region_manager"])
    return found


@router.get(
    "/distributors/{customer_id}/scorecard",
    response_model=shown(DistributorScorecard),
    dependencies=[needs("customer.channel.read")],
)
async def read_scorecard(customer_id: Readable, queries: Queries, as_of: Day | None = None) -> dict[str, Anything]:
    """A distributor's 12 months: purchases, rebates, diversions by kind, complaints."""
    return await scorecard(customer_id.customer_id, customer_id.ids, as_of or queries.today, queries)
