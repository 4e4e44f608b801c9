"""Routes of items: their sources, the division of their orders, and splitting one order by it."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.items.divisions import DivideOrders
from supplier_svc.items.profiles import SetProfile
from supplier_svc.items.sources import RemoveSource
from supplier_svc.read_models import item_profile, item_share, order_share, sub_supplier
from supplier_svc.read_models.item_share import ItemShareRow
from supplier_svc.reports.source_advice import source_advice
from supplier_svc.reports.splits import split_of
from supplier_svc.requests.items import DivisionBody, ProfileBody, RemovalBody, SourceBody, SplitBody
from supplier_svc.responses.items import SourceAdvice, SplitAnswer
from supplier_svc.supplier.sourcing import NameSource

router = APIRouter(prefix="/v1", tags=["items"])

SORT = Sorting(item_share.ORDER, item_share.TABLE.c.item_id, item_share.TABLE.c.changed_on)
SHARES = Sorting(order_share.ORDER, order_share.TABLE.c.item_id, order_share.TABLE.c.share_percent)


@router.get("/items", dependencies=[needs("supplier.items.read")])
async def list_items(
    queries: Queries,
    page: Paging,
    at_risk: Annotated[bool, Query(description="only those with one source, none, or no A among them")] = False,
    sources: Annotated[
        item_profile.Sources | None, Query(description="only those with fewer sources than advised, or with more")
    ] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[item_share.ItemShareRow]:
    """Items with the division of their orders, and what to do about their sources."""
    query = item_share.at_risk() if at_risk else item_share.TABLE.select()
    query = query if sources is None else item_profile.with_sources(query, sources, queries.today)
    return await queries.page(query, SORT.order(sort), page)


@router.get("/items/{item_id}/allocation", dependencies=[needs("supplier.items.read")])
async def show_allocation(item_id: Id, queries: Queries) -> ItemShareRow:
    """How an item's orders are divided, why, and what else to do."""
    row = await queries.one(item_share.item(item_id))
    if row is None:
        raise NotFound("item", item_id)
    return ItemShareRow(**row)


@router.put("/items/{item_id}/profile", dependencies=[needs("supplier.items.profile")])
async def set_profile(item_id: Id, body: JsonBody[ProfileBody], commands: Commands) -> Answered:
    """Say how important the item is and how its market is: the number of its sources is advised from it."""
    command = SetProfile(item_id, **{**dict(body), "by": commands.person(body.by, "by")})
    return await commands.do(command, occurred_at=commands.start_of_past(body.set_on, "set_on"))


@router.get("/items/{item_id}/source-advice", dependencies=[needs("supplier.items.read")])
async def show_source_advice(item_id: Id, queries: Queries) -> SourceAdvice:
    """How many sources the item should have, and why. Advice: nothing is refused by it."""
    row = await queries.one(item_profile.profile(item_id, queries.today))
    if row is None:
        raise NotFound("item", item_id)
    columns = dict(row)
    is_overdue = columns.pop("is_overdue")
    shared = [each["sub_supplier_id"] for each in await queries.rows(sub_supplier.shared_for(item_id))]
    return source_advice(item_profile.Row(**columns), is_overdue, shared)


@router.post("/items/{item_id}/splits", dependencies=[needs("supplier.items.split")])
async def split_quantity(item_id: Id, body: JsonBody[SplitBody], queries: Queries) -> SplitAnswer:
    """Split an order's quantity by the item's shares, in whole lots or by quota; nothing is recorded."""
    allocation = await show_allocation(item_id, queries)
    shares = {source["supplier_id"]: Decimal(source["share_percent"]) for source in allocation.sources}
    result = await split_of(item_id, shares, body, queries)
    return SplitAnswer(item_id=item_id, quantities=result.quantities, unplaced=result.unplaced)


@router.post("/items/{item_id}/sources", dependencies=[needs("supplier.items.source")])
async def name_source(item_id: Id, body: JsonBody[SourceBody], commands: Commands) -> Answered:
    """Make a supplier a source of the item: before its first delivery, or again after it was removed."""
    command = NameSource(body.supplier_id, item_id, body.named_on, body.because)
    return await commands.do(command, occurred_at=commands.start_of_past(body.named_on, "named_on"))


@router.post("/items/{item_id}/sources/{supplier_id}/removal", dependencies=[needs("supplier.items.source")])
async def remove_source(
    item_id: Id,
    supplier_id: Id,
    body: JsonBody[RemovalBody],
    commands: Commands,
) -> Answered:
    """The supplier does not supply the item any more."""
    command = RemoveSource(item_id, supplier_id, body.removed_on, body.because)
    return await commands.do(command, occurred_at=commands.start_of_past(body.removed_on, "removed_on"))


@router.post("/items/{item_id}/divisions", dependencies=[needs("supplier.items.divide")])
async def divide_orders(item_id: Id, body: JsonBody[DivisionBody], commands: Commands) -> Answered:
    """Divide the item's orders again, for example under a new policy."""
    return await commands.do(DivideOrders(item_id, body.on, body.because), occurred_at=commands.start_of(body.on))


@router.get("/suppliers/{supplier_id}/shares", dependencies=[needs("supplier.items.read", partner="supplier_id")])
async def list_shares(
    supplier_id: Id, queries: Queries, page: Paging, sort: Annotated[str | None, SHARES] = None
) -> Page[order_share.Row]:
    """The supplier's items with its share of each."""
    await existing_supplier(supplier_id, queries)
    return await queries.page(order_share.of_supplier(supplier_id), SHARES.order(sort), page)
