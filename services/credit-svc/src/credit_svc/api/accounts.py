"""Routes of accounts: what a customer may owe and owes, who it is as a debtor, and why."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, KnownAt, Page, Paging, Queries, Sorting, needs
from contracts.credit import BehaviourClass, CreditClass
from contracts.customer import CustomerTier
from contracts.fields import Currency, Day, Id
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.files import RecordFile, SetSecurity, SetTerms
from credit_svc.account.reviews import FinishReview
from credit_svc.api.identity import Survivor
from credit_svc.read_models import history
from credit_svc.reports.account_page import SORT, account_page, account_row, accounts_page, known_account
from credit_svc.reports.explanation import explanation
from credit_svc.reports.today import region_of, today_of
from credit_svc.requests import FileBody, RefusalBody, ReviewBody, SecurityBody, TermsBody
from credit_svc.responses.accounts import AccountAnswer, AccountDetailAnswer, ExplanationAnswer, KnownAccountAnswer

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

HISTORY = Sorting(history.ORDER, history.TABLE.c.occurred_at, history.TABLE.c.recorded_at)
AsOf = Annotated[Day | None, Query(description="the end of this business day; today when left out")]


@router.get("", dependencies=[needs("credit.accounts.read")])
async def list_accounts(
    queries: Queries,
    page: Paging,
    currency: Currency | None = None,
    credit_class: CreditClass | None = None,
    behaviour: BehaviourClass | None = None,
    tier: CustomerTier | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[AccountAnswer]:
    """Accounts by customer, each with its limit, its exposure by part, its classes and its status."""
    wanted = {"currency": currency, "credit_class": credit_class, "behaviour": behaviour, "tier": tier}
    return await accounts_page(queries, page, wanted, sort)


@router.get("/{customer_id}", dependencies=[needs("credit.accounts.read", partner="customer_id")])
async def show_account(customer_id: Survivor, queries: Queries) -> AccountDetailAnswer:
    """One account: what it may owe and owes, why its status is what it is, how old its items are, and its case."""
    return await account_page(queries, customer_id)


@router.get("/{customer_id}/known", dependencies=[needs("credit.accounts.read")])
async def show_known_account(
    customer_id: Id, queries: Queries, as_known_at: KnownAt = None, as_of: AsOf = None
) -> KnownAccountAnswer:
    """The account on a business day, from what was recorded until an instant: limit, exposure, status, open items."""
    known_at = as_known_at or queries.now
    return await known_account(
        queries, customer_id, as_of or queries.day_of(known_at, await region_of(customer_id, queries)), known_at
    )


@router.get("/{customer_id}/history", dependencies=[needs("credit.accounts.read")])
async def show_history(
    customer_id: Survivor, queries: Queries, page: Paging, sort: Annotated[str | None, HISTORY] = None
) -> Page[history.Row]:
    """Everything that happened to an account, in the order of recording, or by when it happened."""
    await account_row(queries, customer_id)
    return await queries.page(history.history(customer_id), HISTORY.order(sort), page)


@router.get("/{customer_id}/explanation", dependencies=[needs("credit.accounts.read")])
async def explain_account(customer_id: Survivor, queries: Queries, as_of: AsOf = None) -> ExplanationAnswer:
    """Why the customer's classes are what they are: each factor, what it is held against, and what is missing; and why its limit is
    what it is, and what would change it."""
    return await explanation(queries, customer_id, as_of or await today_of(customer_id, queries))


@router.put("/{customer_id}/file", dependencies=[needs("credit.accounts.record")])
async def record_file(
    customer_id: Survivor, body: JsonBody[FileBody], commands: Commands, queries: Queries
) -> Answered:
    """Record the assessment of a customer; its score gives the credit class, and a review that was owed is done."""
    command = RecordFile(
        customer_id,
        body.assessed,
        body.financials,
        commands.person(body.recorded_by, "recorded_by"),
        await today_of(customer_id, queries),
    )
    return await commands.do(command)


@router.put("/{customer_id}/terms", dependencies=[needs("credit.accounts.terms")])
async def set_terms(customer_id: Survivor, body: JsonBody[TermsBody], commands: Commands, queries: Queries) -> Answered:
    """Set the terms of payment for invoices from a day on: credit period, discount, interest, arbitration; and what of each order is
    paid in advance."""
    by, today = commands.person(body.approved_by, "approved_by"), await today_of(customer_id, queries)
    return await commands.do(
        SetTerms(
            customer_id=customer_id,
            credit_days=body.credit_days,
            discount_days=body.discount_days,
            discount_percent=body.discount_percent,
            interest_percent=body.interest_percent,
            has_arbitration_clause=body.has_arbitration_clause,
            valid_from=body.valid_from or today,
            reason=body.reason,
            by=by,
            prepayment_percent=body.prepayment_percent,
            entered_on=today,
        )
    )


@router.put("/{customer_id}/security", dependencies=[needs("credit.accounts.terms")])
async def set_security(
    customer_id: Survivor, body: JsonBody[SecurityBody], commands: Commands, queries: Queries
) -> Answered:
    """Set what secures the claims on a customer; it reduces the exposure while it is in force."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        SetSecurity(
            customer_id, body.amount, body.currency, body.kind, body.valid_from or today, body.ends_on, body.reason,
            commands.person(body.approved_by, "approved_by"), today,
        )
    )  # fmt: skip


@router.post("/{customer_id}/refusals", dependencies=[needs("credit.accounts.record")])
async def record_refusal(
    customer_id: Survivor, body: JsonBody[RefusalBody], commands: Commands, queries: Queries
) -> Answered:
    """Record that a customer refuses to pay; it counts against its behaviour class."""
    return await commands.do(
        RecordPaymentRefusal(
            customer_id,
            body.reason,
            commands.person(body.recorded_by, "recorded_by"),
            await today_of(customer_id, queries),
        )
    )


@router.post("/{customer_id}/review", dependencies=[needs("credit.accounts.review")])
async def finish_review(
    customer_id: Survivor, body: JsonBody[ReviewBody], commands: Commands, queries: Queries
) -> Answered:
    """Finish the review that is owed, with its outcome."""
    return await commands.do(
        FinishReview(
            customer_id, body.outcome, commands.person(body.done_by, "done_by"), await today_of(customer_id, queries)
        )
    )
