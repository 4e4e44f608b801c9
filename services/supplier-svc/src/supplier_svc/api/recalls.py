"""Routes of recalls by lot, and of what was built of what."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Commands,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Queries,
    Sorting,
    invalid_input,
    needs,
)
from contracts.erp import LotRef
from contracts.fields import Id
from contracts.supplier import LotUse
from supplier_svc.api.suppliers import of_known
from supplier_svc.lots.building import UseLot
from supplier_svc.lots.state import Lot, key_of
from supplier_svc.policies.recalls import RecallPolicy
from supplier_svc.reactions import record_build
from supplier_svc.read_models import recall
from supplier_svc.reports.recalls import RecallAnswer, recall_answer
from supplier_svc.requests.recalls import Build, RecallBody
from supplier_svc.supplier.recalls import CalledInFuture, CallRecall, LotUnknown, lots_of
from supplier_svc.supplier.rules.recalls import Uses

router = APIRouter(prefix="/v1", tags=["recalls"])

OF = recall.TABLE.c
SORT = Sorting(recall.ORDER, OF.called_on, OF.due_on, OF.supplier_id)


@router.get("/recalls", dependencies=[needs("supplier.recalls.read", partner="supplier_id")])
async def list_recalls(
    queries: Queries,
    page: Paging,
    supplier_id: Annotated[Id | None, Query(description="of this supplier")] = None,
    status: Annotated[Literal["open", "closed"] | None, Query()] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[recall.Row]:
    """Recalls by the day they were called; open until the recall of each sold item is closed."""
    found = await queries.page(recall.recalls(supplier_id, status), SORT.order(sort), page)
    return await of_known(supplier_id, found, queries)


@router.get("/recalls/{recall_id}", dependencies=[needs("supplier.recalls.read", partner="supplier_id")])
async def show_recall(
    recall_id: Id,
    queries: Queries,
    supplier_id: Annotated[
        Id | None, Query(description="whose, where several suppliers have a recall of this id")
    ] = None,
) -> RecallAnswer:
    """A recall in figures: received, shipped, not shipped, back, still open."""
    rows = await queries.rows(recall.recall(recall_id, supplier_id))
    if not rows:
        raise NotFound("recall", recall_id)
    if len(rows) > 1:
        raise invalid_input("supplier_id", "missing", f"several suppliers have a recall {recall_id}; say whose")
    return recall_answer(rows[0])


@router.post("/recalls", dependencies=[needs("supplier.recalls.call")])
async def call_recall(body: JsonBody[RecallBody], commands: Commands, queries: Queries) -> Answered:
    """Call lots of a supplier back, with all that was built of them; the customers who got any are named by customer-svc."""
    today = commands.today
    called_on = body.called_on or today
    if called_on > today:
        raise CalledInFuture(recall_id=body.recall_id, called_on=called_on, today=today)
    given = {**dict(body), "called_on": called_on, "by": commands.person(body.by, "by")}
    command = CallRecall(**given, uses={})
    levels = queries.policies.at(RecallPolicy, called_on).document.levels
    uses = await _uses(command, levels, queries)
    return await commands.do(CallRecall(**given, uses=uses), occurred_at=commands.start_of(called_on))


async def _uses(command: CallRecall, levels: int, queries: Queries) -> Uses:
    """What the lots were built into, step by step, from their own streams."""
    try:
        lot_ids = lots_of(command, await queries.state(CallRecall, command.supplier_id))
    except LotUnknown:  # the command will be refused with it
        return {}
    found: dict[LotRef, list[LotUse]] = {}
    latest = [LotRef(item_id=command.item_id, lot_id=each) for each in lot_ids]
    for _ in range(levels):
        further: list[LotRef] = []
        for each in latest:
            lot: Lot = await queries.state(UseLot, key_of(each))
            found[each] = list(lot.uses.values())
            further += [use.product for use in found[each]]
        latest = [each for each in dict.fromkeys(further) if each not in found]
    return found


@router.post("/lots", dependencies=[needs("supplier.facts.record")])
async def record_lot(fact: Build, commands: Commands) -> Answered:
    """Record what a lot was built of, as erp.LotBuilt would."""
    at = commands.start_of_past(fact.built_on, "built_on")
    build, *uses = record_build(fact)
    answered = await commands.part_named("built").do(build, at)
    for number, use in enumerate(uses, start=1):
        await commands.part_named(f"used-{number}").do(use, at)
    return answered
