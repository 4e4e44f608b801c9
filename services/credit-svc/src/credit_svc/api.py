"""Routes of credit-svc."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, NotFound, Page, Paging, Reader
from chassis.http.reading import ReadDesk
from contracts.fields import Currency, Id
from credit_svc import reports
from credit_svc.account import Account
from credit_svc.answers import (
    AccountAnswer,
    AccountDetailAnswer,
    AgeingAnswer,
    CaseAnswer,
    CreditCheckAnswer,
    DsoAnswer,
    HoldAnswer,
)
from credit_svc.bodies import CreditCheck, Invoice, Limit, Payment
from credit_svc.commands import CheckOrder, SetCreditLimit
from credit_svc.exposure import Check, check
from credit_svc.ledger import NOTHING
from credit_svc.policies import CollectionPolicy, CreditPolicy
from credit_svc.reactions import record_invoice, record_payment
from credit_svc.read_models import account, collection_case, history, open_item, order_credit

router = APIRouter(prefix="/v1")

AsOf = Annotated[date | None, Query(description="the end of this business day; today when left out")]


@router.get("/accounts", tags=["accounts"])
async def list_accounts(reader: Reader, page: Paging) -> Page:
    """Accounts by customer, each with its limit, its exposure by part and its status."""
    query, by = _accounts(reader)
    found = await reader.page(query, (by,), page)
    shown = [_account(row, reader).model_dump() for row in found.items]
    return Page(items=shown, next=found.next)


@router.get("/accounts/{customer_id}", tags=["accounts"])
async def show_account(customer_id: Id, reader: Reader) -> AccountDetailAnswer:
    """One account: what it may owe and owes, why its status is what it is, how old its items are, and its case."""
    row = await _account_row(customer_id, reader)
    today = reader.now.date()
    ages = await reports.ageing_at(reader, today, row["currency"] or "", customer_id)
    case = await reader.one(collection_case.case_of_customer(customer_id))
    return AccountDetailAnswer(**_account(row, reader).model_dump(), ageing=ages.by_name(), case=case)


@router.get("/accounts/{customer_id}/history", tags=["accounts"])
async def show_history(customer_id: Id, reader: Reader, page: Paging) -> Page:
    """Everything that happened to an account, in the order in which it was told."""
    await _account_row(customer_id, reader)
    query, by = history.history(customer_id)
    return await reader.page(query, by, page)


@router.post("/accounts/{customer_id}/limit", tags=["accounts"])
async def set_limit(customer_id: Id, body: Limit, commands: Commands, reader: Reader) -> Answered:
    """Set the limit: held orders that fit now are approved at once; a limit below the exposure holds new orders."""
    today = reader.now.date()
    return await commands.do(
        SetCreditLimit(
            customer_id=customer_id,
            limit=body.limit,
            currency=body.currency,
            valid_from=body.valid_from or today,
            reason=body.reason,
            approved_by=body.approved_by,
            on=today,
        )
    )


@router.get("/credit-checks", tags=["orders"])
async def list_credit_checks(
    reader: Reader,
    page: Paging,
    state: Literal["approved", "held", "released"] | None = None,
    customer_id: Id | None = None,
) -> Page:
    """What was decided about orders; ``state=held`` are those that wait, each with its reason and what releases it."""
    query, by = order_credit.decisions(state, customer_id)
    return await reader.page(query, by, page)


@router.post("/credit-checks", tags=["orders"])
async def check_credit(body: CreditCheck, reader: Reader) -> CreditCheckAnswer:
    """What the order check would say to an order now; nothing is recorded."""
    on = body.on or reader.now.date()
    state: Account = await reader.state(CheckOrder, body.customer_id)
    policy = reader.policies.at(CreditPolicy, on)
    position = state.position(on, reader.policies, body.currency)
    found = check(position, body.amount, body.currency, policy.document)
    return CreditCheckAnswer(
        customer_id=body.customer_id,
        on=on,
        amount=body.amount,
        currency=body.currency,
        approved=found.approved,
        status=found.status,
        holds=_holds(found),
        exposure=position.exposure,
        policy_version=policy.version,
    )


@router.get("/invoices", tags=["receivables"])
async def list_invoices(
    reader: Reader,
    page: Paging,
    customer_id: Id | None = None,
    status: Literal["open", "overdue", "settled"] | None = None,
    currency: Currency | None = None,
) -> Page:
    """Invoices with what is open of them, the oldest due date first."""
    query, by = open_item.invoices(customer_id, status, currency)
    return await reader.page(query, by, page)


@router.post("/invoices", tags=["receivables"])
async def add_invoice(body: Invoice, commands: Commands) -> Answered:
    """Record an invoice, as the message ``erp.InvoiceIssued`` would; told twice it is recorded once."""
    return await commands.do(record_invoice(body), occurred_at=_midnight(body.issued_on))


@router.post("/payments", tags=["receivables"])
async def add_payment(body: Payment, commands: Commands) -> Answered:
    """Record a payment, as the message ``erp.PaymentReceived`` would; told twice it is recorded once."""
    return await commands.do(record_payment(body), occurred_at=_midnight(body.paid_on))


@router.get("/collections", tags=["collection"])
async def list_collections(reader: Reader, page: Paging) -> Page:
    """Open collection cases, the most pressing first; the score and its parts are in the answer."""
    today = reader.now.date()
    weights = reader.policies.at(CollectionPolicy, today).document.worklist
    query, by = collection_case.worklist(today, weights)
    found = await reader.page(query, by, page)
    return Page(
        items=[{name: value for name, value in row.items() if name != "rank"} for row in found.items], next=found.next
    )


@router.get("/collections/{case_id}", tags=["collection"])
async def show_case(case_id: Id, reader: Reader) -> CaseAnswer:
    """One collection case with its steps and what it pursues."""
    row = await reader.one(collection_case.case(case_id))
    if row is None:
        raise NotFound("collection case", case_id)
    pursued = [] if row["closed_on"] else await reader.rows(open_item.overdue_items(row["customer_id"]))
    return CaseAnswer(**row, overdue_invoices=pursued)


@router.get("/reports/ageing", tags=["reports"])
async def report_ageing(
    reader: Reader, currency: Currency, as_of: AsOf = None, customer_id: Id | None = None
) -> AgeingAnswer:
    """Open receivables by age, of all customers or of one; they tie to the balance."""
    return await reports.ageing_report(reader, as_of or reader.now.date(), currency, customer_id)


@router.get("/reports/dso", tags=["reports"])
async def report_dso(
    reader: Reader, currency: Currency, as_of: AsOf = None, days: Annotated[int, Query(ge=1, le=366)] = 90
) -> DsoAnswer:
    """Days sales outstanding: average, best possible, delinquent, by count-back; and the collection effectiveness."""
    return await reports.dso_report(reader, as_of or reader.now.date(), days, currency)


def _accounts(reader: ReadDesk) -> Any:
    today = reader.now.date()
    return account.accounts(today, reader.policies.at(CreditPolicy, today).document.default_limit)


async def _account_row(customer_id: str, reader: ReadDesk) -> dict[str, Any]:
    query, by = _accounts(reader)
    row = await reader.one(query.where(by == customer_id))
    if row is None:
        raise NotFound("account of customer", customer_id)
    return row


def _account(row: dict[str, Any], reader: ReadDesk) -> AccountAnswer:
    today = reader.now.date()
    found, days_past_due = Check("ok"), 0
    if row["currency"] is not None:
        position = account.position(row, today, reader.policies.at(CollectionPolicy, today).document)
        found = check(position, NOTHING, row["currency"], reader.policies.at(CreditPolicy, today).document)
        days_past_due = position.days_past_due
    exposure = row["receivable"] + row["approved_orders"]
    return AccountAnswer(
        customer_id=row["customer_id"],
        currency=row["currency"],
        status=found.status,
        holds=_holds(found),
        credit_limit=row["credit_limit"],
        limit_from=row["limit_from"],
        limit_reason=row["limit_reason"],
        limit_approved_by=row["limit_approved_by"],
        receivable=row["receivable"],
        overdue=row["overdue"],
        days_past_due=days_past_due,
        approved_orders=row["approved_orders"],
        held_orders=row["held_orders"],
        exposure=exposure,
        available=row["credit_limit"] - exposure,
    )


def _holds(found: Check) -> list[HoldAnswer]:
    return [HoldAnswer(reason=hold.reason, releases_at=hold.releases_at) for hold in found.holds]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
