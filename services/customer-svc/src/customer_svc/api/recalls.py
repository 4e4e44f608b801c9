"""Recalls of lots from customers: open, what came back, close; and who still has some."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Id
from contracts.figures import Anything
from customer_svc.api.identity import of_known, survivor_of
from customer_svc.api.scopes import Scope, Writes
from customer_svc.read_models import customer_file, recall, recall_customer
from customer_svc.recalls.holders import NoteGoodsBack
from customer_svc.recalls.lots import PutUnderRecall
from customer_svc.recalls.recall import CloseRecall, OpenRecall
from customer_svc.requests.recalls import BackBody, ClosingBody, NewRecall

router = APIRouter(prefix="/v1", tags=["recalls"])

OF, HELD = recall.TABLE.c, recall_customer.TABLE.c
SORT = Sorting(recall.ORDER, OF.opened_on, OF.due_on, OF.percent)
HOLDERS = Sorting(recall_customer.ORDER, HELD.open, HELD.quantity, HELD.customer_id)


@router.get("/recalls", dependencies=[needs("customer.recalls.read")])
async def list_recalls(
    queries: Queries,
    page: Paging,
    status: recall.Status | None = None,
    supplier_id: Annotated[Id | None, Query(description="of lots of this supplier")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[recall.Row]:
    """Recalls by id, with what was shipped, what came back and what is still open."""
    return await queries.page(recall.recalls(status, supplier_id), SORT.order(sort), page)


@router.get("/recalls/{recall_id}", response_model=shown(recall.Row), dependencies=[needs("customer.recalls.read")])
async def read_recall(recall_id: Id, queries: Queries) -> dict[str, Anything]:
    """A recall: shipped = back + open, over all customers."""
    found = await queries.one(recall.recalls().where(OF.recall_id == recall_id))
    if found is None:
        raise NotFound("recall", recall_id)
    return found


@router.get("/recalls/{recall_id}/customers", dependencies=[needs("customer.recalls.read")])
async def list_holders(
    recall_id: Id,
    queries: Queries,
    page: Paging,
    scope: Scope,
    customer_id: Annotated[Id | None, Query(description="this customer")] = None,
    still_open: Annotated[bool, Query(description="only who still has some, or may have")] = False,
    sort: Annotated[str | None, HOLDERS] = None,
) -> Page[recall_customer.Row]:
    """The customers that a recall names, each with what it got, sent back and still has."""
    await read_recall(recall_id, queries)
    query = recall_customer.holders(recall_id, customer_id, still_open)
    query = customer_file.scoped(query, HELD.customer_id, scope, HELD.owner_id)
    return await of_known(customer_id, await queries.page(query, HOLDERS.order(sort), page), queries)


@router.post("/recalls", dependencies=[needs("customer.recalls.open")])
async def open_recall(body: JsonBody[NewRecall], commands: Commands) -> Answered:
    """Call lots of an item back from customers. The same request again records nothing; with more lots, the recall is widened."""
    on = body.opened_on or commands.today
    at = commands.start_of(on)
    command = OpenRecall(
        body.recall_id,
        body.item_id,
        body.lot_ids,
        body.because,
        body.measure,
        on,
        body.due_on,
        commands.actor,
        body.target_percent,
    )
    answered = await commands.part_named("opened").do(command, at)
    for number, lot_id in enumerate(dict.fromkeys(body.lot_ids), start=1):
        mark = PutUnderRecall(body.item_id, lot_id, body.recall_id, body.since or on, on)
        await commands.part_named(f"lot-{number}").do(mark, at)
    return answered


@router.post("/recalls/{recall_id}/goods-back", dependencies=[needs("customer.recalls.record")])
async def note_goods_back(
    recall_id: Id, body: JsonBody[BackBody], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Goods of the recall came back without a word about their lot; those with one come with their return."""
    await writes.allow("change", body.customer_id)
    file = await queries.one(customer_file.file(await survivor_of(body.customer_id, queries)))
    owner = file["owner_id"] if file else None
    command = NoteGoodsBack(recall_id, body.customer_id, body.quantity, body.on, body.return_id, owner)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/recalls/{recall_id}/closing", dependencies=[needs("customer.recalls.close")])
async def close_recall(recall_id: Id, body: JsonBody[ClosingBody], commands: Commands) -> Answered:
    """Close a recall below its target, with the reason."""
    on = body.closed_on or commands.today
    return await commands.do(CloseRecall(recall_id, body.because, on, commands.actor), commands.start_of(on))
