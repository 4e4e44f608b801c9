"""Routes of receivables: invoices, money, credit notes, disputes, interest, write-offs."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    Page,
    Paging,
    Queries,
    Sorting,
    Until,
    invalid_input,
    needs,
    page_of,
    shown,
)
from contracts import erp
from contracts.fields import Currency, Day, Id
from contracts.figures import Anything
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.interest import ChargeInterest
from credit_svc.account.payments import ReassignPayment
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff, RejectWriteOff
from credit_svc.api.identity import Survivor
from credit_svc.reactions import record_credit_note, record_invoice, record_payment, record_refund
from credit_svc.read_models import item_row, open_item, payment
from credit_svc.reports.interest import interest_report
from credit_svc.reports.invoice_page import invoice_page, payment_page
from credit_svc.reports.known import known_customer
from credit_svc.reports.today import today_of
from credit_svc.requests import ApprovalBody, DisputeBody, ReassignBody, RejectionBody, ResolutionBody, WriteOffBody
from credit_svc.responses.receivables import AllocationAnswer, InterestAnswer, InvoiceAnswer
from credit_svc.timers import limitation_due

router = APIRouter(prefix="/v1", tags=["receivables"])

ITEMS, MONEY = open_item.MODEL.table, payment.MODEL.table
INVOICES = Sorting(
    open_item.ORDER, ITEMS.c.due_on, ITEMS.c.issued_on, ITEMS.c.amount, ITEMS.c.open_amount, ITEMS.c.customer_id
)
PAYMENTS = Sorting(payment.ORDER, MONEY.c.paid_on, MONEY.c.amount, MONEY.c.unallocated)

Status = Literal["open", "overdue", "settled", "written_off"]
DueDay = Annotated[Day | None, Query(description="due on this day, or after it or up to it")]
DueWithin = Annotated[
    int | None, Query(ge=0, le=366, description="open, and due today or within so many days; 0: due today")
]


@router.get(
    "/invoices",
    response_model=page_of(item_row.Row, name="OpenItemPage", limitation_until=date | None),
    dependencies=[needs("credit.receivables.read", partner="customer_id")],
)
async def list_invoices(
    queries: Queries,
    page: Paging,
    customer_id: Id | None = None,
    status: Status | None = None,
    currency: Currency | None = None,
    disputed: bool | None = None,
    due_from: DueDay = None,
    due_until: DueDay = None,
    due_within_days: DueWithin = None,
    sort: Annotated[str | None, INVOICES] = None,
) -> Page[Any]:
    """Invoices with what is open of them, the oldest due date first, or by another column, up or down; ``limitation_until``: the last day
    on which an overdue one may be sued for."""
    if due_from is not None and due_until is not None and due_from > due_until:
        raise invalid_input("due_from", "after_until", f"begins after due_until ends: {due_from} is after {due_until}")
    customer_id = await known_customer(queries, customer_id)
    query = open_item.invoices(customer_id, status, currency, disputed, due_from, due_until)
    if due_within_days is not None:
        today = await today_of(customer_id, queries) if customer_id else queries.today
        query = query.where(ITEMS.c.due_on.between(today, add_days(today, due_within_days)), ITEMS.c.open_amount > 0)
    return await queries.page(limitation_due.beside(query), INVOICES.order(sort), page)


@router.get(
    "/invoices/{customer_id}/{invoice_id}", dependencies=[needs("credit.receivables.read", partner="customer_id")]
)
async def show_invoice(customer_id: Survivor, invoice_id: Id, queries: Queries) -> InvoiceAnswer:
    """One invoice with what is open of it, and what paid it."""
    return await invoice_page(queries, customer_id, invoice_id)


@router.get("/payments", dependencies=[needs("credit.receivables.read", partner="customer_id")])
async def list_payments(
    queries: Queries,
    page: Paging,
    days: Days,
    customer_id: Id | None = None,
    unallocated: bool = False,
    kind: payment.Kind | None = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, PAYMENTS] = None,
) -> Page[payment.Row]:
    """Payments, credit notes and refunds, paid ``since`` a day and ``until`` one; ``unallocated`` are those of which something waits
    for an invoice."""
    customer_id = await known_customer(queries, customer_id)
    query = days.of(payment.payments(customer_id, unallocated, kind, currency), payment.MODEL.table.c.paid_on)
    return await queries.page(query, PAYMENTS.order(sort), page)


@router.get(
    "/payments/{customer_id}/{payment_id}",
    response_model=shown(payment.Row, allocations=list[AllocationAnswer]),
    dependencies=[needs("credit.receivables.read", partner="customer_id")],
)
async def show_payment(
    customer_id: Survivor, payment_id: Id, queries: Queries, kind: payment.Kind = "payment"
) -> dict[str, Anything]:
    """One payment, or credit note or refund, with the invoices that it met."""
    return await payment_page(queries, customer_id, payment_id, kind)


@router.post("/invoices", dependencies=[needs("credit.facts.record")])
async def add_invoice(body: JsonBody[erp.InvoiceIssued], commands: Commands) -> Answered:
    """Record an invoice, as the message ``erp.InvoiceIssued`` would; a repeated one is recorded once."""
    return await commands.do(record_invoice(body), occurred_at=commands.start_of(body.issued_on))


@router.post("/credit-notes", dependencies=[needs("credit.facts.record")])
async def add_credit_note(body: JsonBody[erp.CreditNoteIssued], commands: Commands) -> Answered:
    """Record a credit note, as the message ``erp.CreditNoteIssued`` would; a repeated one is recorded once."""
    return await commands.do(record_credit_note(body), occurred_at=commands.start_of(body.issued_on))


@router.post("/payments", dependencies=[needs("credit.facts.record")])
async def add_payment(body: JsonBody[erp.PaymentReceived], commands: Commands) -> Answered:
    """Record a payment, as the message ``erp.PaymentReceived`` would; a repeated one is recorded once."""
    return await commands.do(record_payment(body), occurred_at=commands.start_of(body.paid_on))


@router.post("/refunds", dependencies=[needs("credit.facts.record")])
async def add_refund(body: JsonBody[erp.PaymentRefunded], commands: Commands) -> Answered:
    """Record that money was paid back, as the message ``erp.PaymentRefunded`` would; a repeated one is recorded once."""
    return await commands.do(record_refund(body), occurred_at=commands.start_of(body.refunded_on))


@router.post("/payments/{customer_id}/{payment_id}/reassignment", dependencies=[needs("credit.receivables.reassign")])
async def reassign_payment(
    customer_id: Survivor, payment_id: Id, body: JsonBody[ReassignBody], commands: Commands
) -> Answered:
    """Name the invoice that a payment is for; the allocation follows."""
    return await commands.do(
        ReassignPayment(
            customer_id, payment_id, body.invoice_id, body.reason, commands.person(body.reassigned_by, "reassigned_by")
        )
    )


@router.post("/invoices/{customer_id}/{invoice_id}/disputes", dependencies=[needs("credit.disputes.open")])
async def dispute_invoice(
    customer_id: Survivor, invoice_id: Id, body: JsonBody[DisputeBody], commands: Commands, queries: Queries
) -> Answered:
    """Record that a customer disputes an invoice, or a part of it; the disputed part is not pursued."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        DisputeInvoice(
            customer_id, invoice_id, body.amount, body.reason, commands.person(body.recorded_by, "recorded_by"), today
        )
    )


@router.post("/disputes/{customer_id}/{dispute_id}/resolution", dependencies=[needs("credit.disputes.resolve")])
async def resolve_dispute(
    customer_id: Survivor, dispute_id: Id, body: JsonBody[ResolutionBody], commands: Commands, queries: Queries
) -> Answered:
    """Resolve a dispute; what is conceded becomes a credit note, the rest is pursued again."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        ResolveDispute(
            customer_id,
            dispute_id,
            body.conceded,
            body.outcome,
            commands.person(body.resolved_by, "resolved_by"),
            today,
        )
    )


@router.get("/invoices/{customer_id}/{invoice_id}/interest", dependencies=[needs("credit.receivables.read")])
async def show_interest(customer_id: Survivor, invoice_id: Id, queries: Queries, until: Until = None) -> InterestAnswer:
    """Penalty interest of an invoice up to a day, in parts of days with one principal and one rate."""
    return await interest_report(queries, customer_id, invoice_id, until or await today_of(customer_id, queries))


@router.post("/invoices/{customer_id}/{invoice_id}/interest", dependencies=[needs("credit.interest.charge")])
async def charge_interest(
    customer_id: Survivor, invoice_id: Id, commands: Commands, queries: Queries, until: Until = None
) -> Answered:
    """Charge the penalty interest of an invoice up to a day; what was charged before is deducted."""
    return await commands.do(ChargeInterest(customer_id, invoice_id, until or await today_of(customer_id, queries)))


@router.post("/invoices/{customer_id}/{invoice_id}/write-off", dependencies=[needs("credit.write-offs.propose")])
async def propose_write_off(
    customer_id: Survivor, invoice_id: Id, body: JsonBody[WriteOffBody], commands: Commands, queries: Queries
) -> Answered:
    """Propose to write off what is open of an invoice."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        ProposeWriteOff(customer_id, invoice_id, body.reason, commands.person(body.proposed_by, "proposed_by"), today)
    )


@router.post(
    "/invoices/{customer_id}/{invoice_id}/write-off/approval", dependencies=[needs("credit.write-offs.approve")]
)
async def approve_write_off(
    customer_id: Survivor, invoice_id: Id, body: JsonBody[ApprovalBody], commands: Commands, queries: Queries
) -> Answered:
    """Approve a write-off; only another person than the one who proposed it can."""
    return await commands.do(
        ApproveWriteOff(
            customer_id,
            invoice_id,
            commands.person(body.approved_by, "approved_by"),
            await today_of(customer_id, queries),
        )
    )


@router.post(
    "/invoices/{customer_id}/{invoice_id}/write-off/rejection", dependencies=[needs("credit.write-offs.approve")]
)
async def reject_write_off(
    customer_id: Survivor, invoice_id: Id, body: JsonBody[RejectionBody], commands: Commands
) -> Answered:
    """Reject a write-off and say why; the invoice is pursued further."""
    return await commands.do(
        RejectWriteOff(customer_id, invoice_id, body.reason, commands.person(body.rejected_by, "rejected_by"))
    )
