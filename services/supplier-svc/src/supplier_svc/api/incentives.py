"""Routes of rewards and penalties, and the list of all that was settled in money or orders."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Currency, Id
from contracts.figures import Anything
from contracts.supplier import RecordId
from supplier_svc.api.suppliers import existing_supplier, of_known, one_of_supplier
from supplier_svc.read_models import order_share, settlement
from supplier_svc.requests.incentives import EndBody, PenaltyBody, RewardBody
from supplier_svc.supplier.incentive_terms import EndIncentive
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]
OF = settlement.TABLE.c
SORT = Sorting(settlement.ORDER, OF.made_on, OF.amount, OF.supplier_id)


@router.get("/settlements", dependencies=[needs("supplier.settlements.read", partner="supplier_id")])
async def list_settlements(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    kind: settlement.Kind | None = None,
    status: settlement.Status | None = None,
    currency: Currency | None = None,
    effect_status: Annotated[
        settlement.EffectStatus | None, Query(description="of those that change orders: before it starts, now, no more")
    ] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[settlement.Row]:
    """Claims, rewards and penalties by the day on which they were made, which ``since`` and ``until`` bound."""
    query = days.of(settlement.settlements(supplier_id, kind, status, currency, effect_status), OF.made_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/suppliers/{supplier_id}/settlements/{settlement_id}",
    response_model=shown(settlement.Row),
    dependencies=[needs("supplier.settlements.read", partner="supplier_id")],
)
async def show_settlement(supplier_id: Id, settlement_id: RecordId, queries: Queries) -> dict[str, Anything]:
    """One claim, reward or penalty, by its id."""
    query = settlement.settlements(supplier_id).where(OF.settlement_id == settlement_id)
    return await one_of_supplier(query, queries, "claim, reward or penalty", settlement_id)


@router.post("/suppliers/{supplier_id}/rewards", dependencies=[needs("supplier.incentives.grant")])
async def grant_reward(supplier_id: Id, body: JsonBody[RewardBody], commands: Commands) -> Answered:
    """Reward a supplier for its assessment: money, or a larger share of its items' orders for some months."""
    command = GrantReward(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=commands.start_of_past(body.granted_on, "granted_on"))


@router.post("/suppliers/{supplier_id}/penalties", dependencies=[needs("supplier.incentives.charge")])
async def charge_penalty(
    supplier_id: Id, body: JsonBody[PenaltyBody], commands: Commands, queries: Queries
) -> Answered:
    """Penalise a supplier for its assessment: money, a smaller share for some months, or no orders until it is ended."""
    left_without = await _only_source_of(supplier_id, body.item_ids, queries) if body.kind == "orders_stopped" else ()
    command = ChargePenalty(supplier_id, **dict(body), left_without=left_without)
    return await commands.do(command, occurred_at=commands.start_of_past(body.charged_on, "charged_on"))


@router.post("/suppliers/{supplier_id}/incentives/{incentive_id}/end", dependencies=[needs("supplier.incentives.end")])
async def end_incentive(
    supplier_id: Id, incentive_id: RecordId, body: JsonBody[EndBody], commands: Commands, queries: Queries
) -> Answered:
    """End a reward or penalty that changes orders: the shares are divided without it, orders that were stopped go on."""
    ended_on = body.ended_on or commands.today
    command = EndIncentive(supplier_id, incentive_id, ended_on, commands.person(body.by, "by"), body.reason)
    await existing_supplier(supplier_id, queries)
    return await commands.do(command, occurred_at=commands.start_of_past(ended_on, "ended_on"))


async def _only_source_of(supplier_id: str, item_ids: Sequence[str], queries: Queries) -> tuple[str, ...]:
    """Of these items, or of all where none are named, those that nobody else gets orders of."""
    rows = await queries.rows(order_share.only_source_of(supplier_id))
    return tuple(row["item_id"] for row in rows if not item_ids or row["item_id"] in item_ids)
