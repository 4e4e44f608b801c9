"""Routes of suspending trade with a supplier, ending it, and beginning again."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, needs
from contracts.fields import Id
from supplier_svc.requests.trading_status import TradeBody
from supplier_svc.supplier.trading_status import EliminateSupplier, OpenReentry, ReinstateSupplier, SuspendSupplier

router = APIRouter(prefix="/v1", tags=["qualification"])

Trade = JsonBody[TradeBody]


@router.post("/suppliers/{supplier_id}/suspension", dependencies=[needs("supplier.trading.suspend")])
async def suspend_supplier(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """No new orders until the supplier is reinstated."""
    return await commands.do(
        SuspendSupplier(supplier_id, body.on, body.because), occurred_at=commands.start_of_past(body.on, "on")
    )


@router.post("/suppliers/{supplier_id}/reinstatement", dependencies=[needs("supplier.trading.reinstate")])
async def reinstate_supplier(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """End a suspension."""
    return await commands.do(
        ReinstateSupplier(supplier_id, body.on, body.because), occurred_at=commands.start_of_past(body.on, "on")
    )


@router.post("/suppliers/{supplier_id}/elimination", dependencies=[needs("supplier.trading.eliminate")])
async def eliminate_supplier(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """No more orders; the supplier may qualify again after the months of the policy."""
    return await commands.do(
        EliminateSupplier(supplier_id, body.on, body.because), occurred_at=commands.start_of_past(body.on, "on")
    )


@router.post("/suppliers/{supplier_id}/reentry", dependencies=[needs("supplier.trading.reenter")])
async def open_reentry(supplier_id: Id, body: Trade, commands: Commands) -> Answered:
    """Begin the qualification of an eliminated or rejected supplier again."""
    return await commands.do(
        OpenReentry(supplier_id, body.on, body.because), occurred_at=commands.start_of_past(body.on, "on")
    )
