"""Routes of what is owed beside invoices: what contracts plan, and fees for services."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, invalid_input, needs
from contracts import erp
from contracts.fields import Id
from credit_svc.reactions import cancel_plan, plan_receipts, record_fee
from credit_svc.read_models import receipt_plan
from credit_svc.reports.known import survivor_of
from credit_svc.responses.receipts import ReceiptAnswer

router = APIRouter(prefix="/v1", tags=["receivables"])


@router.get("/receipt-plans", dependencies=[needs("credit.receivables.read", partner="customer_id")])
async def list_receipt_plans(
    queries: Queries, page: Paging, customer_id: Id | None = None, status: receipt_plan.Status | None = None
) -> Page[ReceiptAnswer]:
    """What contracts plan to receive, contract after contract, with what of each instalment is invoiced, received and open."""
    survivor = customer_id and await survivor_of(customer_id, queries)
    return await queries.page(receipt_plan.plans(survivor, status), receipt_plan.ORDER, page)


@router.post("/contracts", dependencies=[needs("credit.facts.record")])
async def add_contract(body: JsonBody[erp.ContractSigned], commands: Commands) -> Answered:
    """Record what a contract of sale plans, as the message ``erp.ContractSigned`` would; a repeated one is recorded once."""
    _require_sale(body.kind)
    return await commands.do(plan_receipts(body), occurred_at=commands.start_of(body.signed_on))


@router.post("/contract-changes", dependencies=[needs("credit.facts.record")])
async def change_contract(body: JsonBody[erp.ContractChanged], commands: Commands) -> Answered:
    """Record that a contract of sale was changed, as the message ``erp.ContractChanged`` would; what is not due yet follows."""
    _require_sale(body.kind)
    return await commands.do(plan_receipts(body), occurred_at=commands.start_of(body.changed_on))


@router.post("/contract-cancellations", dependencies=[needs("credit.facts.record")])
async def cancel_contract(body: JsonBody[erp.ContractCancelled], commands: Commands) -> Answered:
    """Record that a contract of sale was given up, as the message ``erp.ContractCancelled`` would; what is due already is owed."""
    _require_sale(body.kind)
    return await commands.do(cancel_plan(body), occurred_at=commands.start_of(body.cancelled_on))


@router.post("/service-fees", dependencies=[needs("credit.facts.record")])
async def add_fee(body: JsonBody[erp.ServiceFeeCharged], commands: Commands) -> Answered:
    """Record a fee for a service, as the message ``erp.ServiceFeeCharged`` would; a repeated one is recorded once."""
    return await commands.do(record_fee(body), occurred_at=commands.start_of(body.charged_on))


def _require_sale(kind: str) -> None:
    if kind != "sale":
        raise invalid_input("kind", "not_of_sale", "supplier-svc records contracts of purchase")
