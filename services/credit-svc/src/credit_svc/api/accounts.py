"""Routes of accounts: what a customer may owe and owes, who it is as a debtor, and why."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, KnownAt, NotFound, Page, Paging, Queries
from contracts.credit import Factor
from contracts.fields import Id
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.files import RecordFile, SetSecurity, SetTerms
from credit_svc.account.orders import CheckOrder
from credit_svc.account.reviews import FinishReview
from credit_svc.account.state import Account
from credit_svc.assessment.behaviour import judge
from credit_svc.assessment.rating import rate
from credit_svc.orders.check import Check, check
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import account, collection_case, history
from credit_svc.receivables.ledger import NOTHING
from credit_svc.reports.ageing import ageing_at
from credit_svc.requests import File, RefusedPayment, Review, Security, Terms
from credit_svc.responses import (
    AccountAnswer,
    AccountDetailAnswer,
    ExplanationAnswer,
    FactorAnswer,
    HoldAnswer,
    KnownAccountAnswer,
)

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

AsOf = Annotated[date | None, Query(description="the end of this business day; today when left out")]


@router.get("")
async def list_accounts(queries: Queries, page: Paging) -> Page:
    """Accounts by customer, each with its limit, its exposure by part, its classes and its status."""
    query, by = account.accounts(queries.now.date())
    found = await queries.page(query, (by,), page)
    shown = [AccountAnswer(**_account(row, queries)).model_dump() for row in found.items]
    return Page(items=shown, next=found.next)


@router.get("/{customer_id}")
async def show_account(customer_id: Id, queries: Queries) -> AccountDetailAnswer:
    """One account: what it may owe and owes, why its status is what it is, how old its items are, and its case."""
    row = await account_row(customer_id, queries)
    ages = await ageing_at(queries, queries.now.date(), row["currency"] or "", customer_id)
    case = await queries.one(collection_case.case_of_customer(customer_id))
    return AccountDetailAnswer(**_account(row, queries), ageing=ages.by_name(), case=case)


@router.get("/{customer_id}/known")
async def show_known_account(
    customer_id: Id, queries: Queries, as_known_at: KnownAt = None, as_of: AsOf = None
) -> KnownAccountAnswer:
    """The account on a business day, from what was recorded until an instant: limit, exposure, status, open items."""
    known_at = as_known_at or queries.now
    on = as_of or known_at.date()
    state: Account = await queries.known_state(CheckOrder, customer_id, known_at)
    if state.currency is None:
        raise NotFound("account, as it was known then, of customer", customer_id)
    position = state.position(on, queries.policies, state.currency)
    found = check(position, NOTHING, state.currency, queries.policies.at(CreditPolicy, on).document)
    items = {i: amount for ledger in state.ledgers.values() for i, amount in sorted(ledger.open.items())}
    return KnownAccountAnswer(
        customer_id=customer_id,
        as_of=on,
        as_known_at=known_at,
        exposure=position.exposure,
        status=found.status,
        holds=holds(found),
        days_past_due=position.days_past_due,
        credit_class=state.file.credit_class,
        behaviour=state.behaviour.current,
        held_orders=[order.order_id for order in state.orders.oldest_first()],
        open_items=items,
    )


@router.get("/{customer_id}/history")
async def show_history(customer_id: Id, queries: Queries, page: Paging) -> Page:
    """Everything that happened to an account, in the order in which it was told."""
    await account_row(customer_id, queries)
    query, by = history.history(customer_id)
    return await queries.page(query, by, page)


@router.get("/{customer_id}/explanation")
async def explain(customer_id: Id, queries: Queries, as_of: AsOf = None) -> ExplanationAnswer:
    """Why the customer's classes are what they are: each factor, what it is held against, and what is missing."""
    on = as_of or queries.now.date()
    await account_row(customer_id, queries)
    state: Account = await queries.state(CheckOrder, customer_id)
    policy = queries.policies.at(ClassPolicy, on)
    ledger = state.ledger(state.currency or "")
    verdict = judge(state.behaviour, on, ledger.open, ledger.balance, policy.document)
    file = state.file.recorded
    names = ("character", "capacity", "capital", "collateral", "conditions")
    rating = rate({name: getattr(file, name) for name in names}, policy.document) if file else None
    return ExplanationAnswer(
        customer_id=customer_id,
        as_of=on,
        credit_class=rating.credit_class if rating else None,
        score=rating.score if rating else None,
        credit_factors=factors(rating.factors if rating else ()),
        next_credit_class=rating.next_class if rating else None,
        missing_points=rating.missing if rating else None,
        behaviour=verdict.behaviour_class,
        behaviour_because=verdict.because,
        behaviour_factors=factors(verdict.factors),
        may_change_on=verdict.review_on,
        policy_version=policy.version,
    )


@router.put("/{customer_id}/file")
async def record_file(customer_id: Id, body: File, commands: Commands, queries: Queries) -> Answered:
    """Record the assessment of a customer; its score gives the credit class, and a review that was owed is done."""
    command = RecordFile(customer_id, body.assessed, body.financials, body.recorded_by, queries.now.date())
    return await commands.do(command)


@router.put("/{customer_id}/terms")
async def set_terms(customer_id: Id, body: Terms, commands: Commands, queries: Queries) -> Answered:
    """Set the terms of payment for invoices from a day on: credit period, discount, interest, arbitration."""
    return await commands.do(
        SetTerms(
            customer_id=customer_id,
            credit_days=body.credit_days,
            discount_days=body.discount_days,
            discount_percent=body.discount_percent,
            interest_percent=body.interest_percent,
            has_arbitration_clause=body.has_arbitration_clause,
            valid_from=body.valid_from or queries.now.date(),
            reason=body.reason,
            by=body.approved_by,
        )
    )


@router.put("/{customer_id}/security")
async def set_security(customer_id: Id, body: Security, commands: Commands, queries: Queries) -> Answered:
    """Say what secures the claims on a customer; it reduces the exposure while it is in force."""
    today = queries.now.date()
    return await commands.do(
        SetSecurity(
            customer_id, body.amount, body.currency, body.kind, body.valid_from or today, body.ends_on, body.reason,
            body.approved_by, today,
        )
    )  # fmt: skip


@router.post("/{customer_id}/refusals")
async def record_refusal(customer_id: Id, body: RefusedPayment, commands: Commands, queries: Queries) -> Answered:
    """Record that a customer refuses to pay; it counts against its behaviour class."""
    return await commands.do(RecordPaymentRefusal(customer_id, body.reason, body.recorded_by, queries.now.date()))


@router.post("/{customer_id}/review")
async def finish_review(customer_id: Id, body: Review, commands: Commands, queries: Queries) -> Answered:
    """Say that the review that was owed is done, and with what outcome."""
    return await commands.do(FinishReview(customer_id, body.outcome, body.done_by, queries.now.date()))


async def account_row(customer_id: str, queries: Queries) -> dict[str, Any]:
    """The row of an account. Raises NotFound."""
    query, by = account.accounts(queries.now.date())
    row = await queries.one(query.where(by == customer_id))
    if row is None:
        raise NotFound("account of customer", customer_id)
    return row


def holds(found: Check) -> list[HoldAnswer]:
    return [HoldAnswer(reason=hold.reason, releases_at=hold.releases_at) for hold in found.holds]


def factors(found: tuple[Factor, ...]) -> list[FactorAnswer]:
    return [FactorAnswer(**factor.model_dump()) for factor in found]


def use_percent(used: Decimal, limit: Decimal) -> Decimal | None:
    """Of the limit, to two places; None for a limit of nothing."""
    return round(used / limit * 100, 2) if limit > 0 else None


def _account(row: dict[str, Any], queries: Queries) -> dict[str, Any]:
    """A row with what a day and the policies make of it."""
    today = queries.now.date()
    policy = queries.policies.at(CreditPolicy, today).document
    found, days_past_due = Check("ok"), 0
    limit = account.limit_on(row, today, policy.default_limit)
    security = account.security_on(row, today)
    if row["currency"] is not None:
        collection = queries.policies.at(CollectionPolicy, today).document
        position = account.position(row, today, policy.default_limit, collection)
        found = check(position, NOTHING, row["currency"], policy)
        days_past_due = position.days_past_due
    exposure = row["receivable"] + row["approved_orders"] - security
    return {
        **row,
        "status": found.status,
        "holds": holds(found),
        "days_past_due": days_past_due,
        "credit_limit": limit,
        "security": security,
        "exposure": exposure,
        "available": limit - exposure,
        "use_percent": use_percent(exposure, limit),
        "deliveries_stopped": row["stopped_because"],
    }
