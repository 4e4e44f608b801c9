"""Routes of what is done about quality: answers owed, corrective actions, claims, rewards and penalties."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from contracts.supplier import RecordId
from supplier_svc.answers import DueActions
from supplier_svc.bodies import actions as bodies
from supplier_svc.period import midnight
from supplier_svc.read_models import certificate, corrective_action, improvement, objection, settlement
from supplier_svc.supplier.claims import RaiseClaim, SettleClaim
from supplier_svc.supplier.corrective_actions import CompleteStep, OpenCorrectiveAction, WithdrawCorrectiveAction
from supplier_svc.supplier.improvements import RecordImprovement
from supplier_svc.supplier.incentives import ChargePenalty, GrantReward

router = APIRouter(prefix="/v1", tags=["actions"])

OfSupplier = Annotated[Id | None, Query()]
State = Annotated[str | None, Query()]
SHOWN_MAX = 500


@router.get("/due-actions")
async def due_actions(
    queries: Queries, within_days: Annotated[int, Query(ge=0, le=366)] = 14, supplier_id: OfSupplier = None
) -> DueActions:
    """What is due of suppliers by so many days from now, overdue things among them; at most 500 of each kind."""
    by = queries.now.date() + timedelta(days=within_days)
    owed = improvement.improvements(supplier_id, "due").where(improvement.TABLE.c.due_on <= by)
    steps = corrective_action.actions(supplier_id, "open", by)
    ending = certificate.certificates(supplier_id, by)
    disputed = objection.objections(supplier_id, "open")
    return DueActions(
        by=by,
        improvements=await queries.rows(owed.order_by(*improvement.ORDER).limit(SHOWN_MAX)),
        corrective_actions=await queries.rows(
            steps.order_by(corrective_action.TABLE.c.next_due_on, *corrective_action.ORDER).limit(SHOWN_MAX)
        ),
        certificates=await queries.rows(ending.order_by(*certificate.ORDER).limit(SHOWN_MAX)),
        objections=await queries.rows(disputed.order_by(*objection.ORDER).limit(SHOWN_MAX)),
    )


@router.get("/improvements")
async def list_improvements(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: State = None
) -> Page:
    """Answers that suppliers owe; ``state``: due, accepted, missed, waived."""
    return await queries.page(improvement.improvements(supplier_id, state), improvement.ORDER, page)


@router.post("/suppliers/{supplier_id}/improvements")
async def record_improvement(supplier_id: Id, body: JsonBody[bodies.ImprovementBody], commands: Commands) -> Answered:
    """Accept the answer that a supplier owed for a period."""
    return await commands.do(RecordImprovement(supplier_id, **dict(body)), occurred_at=midnight(body.recorded_on))


@router.get("/corrective-actions")
async def list_actions(queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: State = None) -> Page:
    """Corrective actions; ``state``: open, done, withdrawn."""
    return await queries.page(corrective_action.actions(supplier_id, state), corrective_action.ORDER, page)


@router.post("/suppliers/{supplier_id}/corrective-actions")
async def open_action(
    supplier_id: Id,
    body: JsonBody[bodies.CorrectiveActionBody],
    commands: Commands,
) -> Answered:
    """Open a corrective action by hand."""
    return await commands.do(OpenCorrectiveAction(supplier_id, **dict(body)), occurred_at=midnight(body.opened_on))


@router.post("/suppliers/{supplier_id}/corrective-actions/{action_id}/steps")
async def complete_step(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[bodies.StepBody],
    commands: Commands,
) -> Answered:
    """The next step of a corrective action was done."""
    command = CompleteStep(supplier_id, action_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.done_on))


@router.post("/suppliers/{supplier_id}/corrective-actions/{action_id}/withdrawal")
async def withdraw_action(
    supplier_id: Id,
    action_id: RecordId,
    body: JsonBody[bodies.WithdrawalBody],
    commands: Commands,
) -> Answered:
    """Close a corrective action whose cause fell away."""
    command = WithdrawCorrectiveAction(supplier_id, action_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.withdrawn_on))


@router.get("/settlements")
async def list_settlements(
    queries: Queries,
    page: Paging,
    supplier_id: OfSupplier = None,
    kind: Annotated[str | None, Query(pattern="^(claim|reward|penalty)$")] = None,
) -> Page:
    """Claims, rewards and penalties by day."""
    return await queries.page(settlement.settlements(supplier_id, kind), settlement.ORDER, page)


@router.post("/suppliers/{supplier_id}/claims")
async def raise_claim(supplier_id: Id, body: JsonBody[bodies.ClaimBody], commands: Commands) -> Answered:
    """Claim money for a nonconformance that the supplier answers for."""
    return await commands.do(RaiseClaim(supplier_id, **dict(body)), occurred_at=midnight(body.raised_on))


@router.post("/suppliers/{supplier_id}/claims/{claim_id}/settlement")
async def settle_claim(
    supplier_id: Id,
    claim_id: RecordId,
    body: JsonBody[bodies.SettlementBody],
    commands: Commands,
) -> Answered:
    """Settle a claim with what the supplier pays; 0 withdraws it."""
    command = SettleClaim(supplier_id, claim_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.settled_on))


@router.post("/suppliers/{supplier_id}/rewards")
async def grant_reward(supplier_id: Id, body: JsonBody[bodies.RewardBody], commands: Commands) -> Answered:
    """Reward a supplier for its assessment."""
    command: Any = GrantReward(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.granted_on))


@router.post("/suppliers/{supplier_id}/penalties")
async def charge_penalty(supplier_id: Id, body: JsonBody[bodies.PenaltyBody], commands: Commands) -> Answered:
    """Penalise a supplier for its assessment."""
    command: Any = ChargePenalty(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.charged_on))
