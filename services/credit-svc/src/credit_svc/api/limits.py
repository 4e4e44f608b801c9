"""Routes of limits: proposed by one person, approved by another, increased for a time, tried without being set."""

from typing import Annotated

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, page_of, shown
from contracts.fields import Currency, Id, Quantity
from contracts.figures import Anything
from credit_svc.account.increases import EndIncrease, IncreaseLimitTemporarily
from credit_svc.account.limits import ApproveLimit, ProposeLimit, RejectLimit, SetCreditLimit
from credit_svc.api.identity import Survivor
from credit_svc.api.within_total import set_within_total
from credit_svc.read_models import limit_proposal
from credit_svc.reports.known import known_customer
from credit_svc.reports.limit_methods import methods_report
from credit_svc.reports.today import today_of
from credit_svc.reports.what_if import what_if_report
from credit_svc.requests import ApprovalBody, LimitBody, ProposalBody, RaiseBody, RejectionBody
from credit_svc.responses.limits import MethodsAnswer, WhatIfAnswer

router = APIRouter(prefix="/v1", tags=["limits"])

SORT = Sorting(limit_proposal.ORDER, limit_proposal.MODEL.table.c.valid_from, limit_proposal.MODEL.table.c.credit_limit)
PROPOSALS = page_of(limit_proposal.Row, "state", status=limit_proposal.State)


@router.post("/accounts/{customer_id}/limit", dependencies=[needs("credit.limits.set")])
async def set_limit(customer_id: Survivor, body: JsonBody[LimitBody], commands: Commands, queries: Queries) -> Answered:
    """Set a limit that two people decided on elsewhere; it may be below the exposure and then holds new orders.

    A person proposes it (``limit-proposals``) and another person approves that.
    """
    today = await today_of(customer_id, queries)
    return await set_within_total(
        SetCreditLimit(
            customer_id=customer_id,
            limit=body.limit,
            currency=body.currency,
            valid_from=body.valid_from or today,
            reason=body.reason,
            approved_by=commands.person(body.approved_by, "approved_by"),
            on=today,
            proposed_by=commands.person(body.proposed_by, "proposed_by"),
        ),
        today,
        commands,
        queries,
    )


@router.get("/limit-proposals", response_model=PROPOSALS, dependencies=[needs("credit.limits.read")])
async def list_proposals(
    queries: Queries,
    page: Paging,
    status: limit_proposal.State | None = None,
    customer_id: Id | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[limit_proposal.Row]:
    """Proposed limits with what the methods and caps of the policy make of the file."""
    customer_id = await known_customer(queries, customer_id)
    return await queries.page(limit_proposal.proposals(status, customer_id), SORT.order(sort), page)


@router.get(
    "/accounts/{customer_id}/limit-proposals/{proposal_id}",
    response_model=shown(limit_proposal.Row, left_out=("state",), status=limit_proposal.State),
    dependencies=[needs("credit.limits.read")],
)
async def show_proposal(customer_id: Survivor, proposal_id: Id, queries: Queries) -> dict[str, Anything]:
    """One proposed limit, with who decided about it."""
    row = await queries.one(limit_proposal.proposal(customer_id, proposal_id))
    if row is None:
        raise NotFound("proposed limit", proposal_id)
    return row


@router.post("/accounts/{customer_id}/limit-proposals", dependencies=[needs("credit.limits.propose")])
async def propose_limit(
    customer_id: Survivor, body: JsonBody[ProposalBody], commands: Commands, queries: Queries
) -> Answered:
    """Propose a limit, or the one that the policy's method suggests; or an increase for a time."""
    today = await today_of(customer_id, queries)
    return await commands.do(
        ProposeLimit(
            customer_id,
            body.limit,
            body.currency,
            body.valid_from or today,
            body.reason,
            commands.person(body.proposed_by, "proposed_by"),
            today,
            body.ends_on,
            body.assessed_net_assets,
        )
    )


@router.post(
    "/accounts/{customer_id}/limit-proposals/{proposal_id}/approval", dependencies=[needs("credit.limits.approve")]
)
async def approve_limit(
    customer_id: Survivor, proposal_id: Id, body: JsonBody[ApprovalBody], commands: Commands, queries: Queries
) -> Answered:
    """Approve a proposed limit; only another person than the one who proposed it can."""
    by, today = commands.person(body.approved_by, "approved_by"), await today_of(customer_id, queries)
    return await set_within_total(ApproveLimit(customer_id, proposal_id, by, today), today, commands, queries)


@router.post(
    "/accounts/{customer_id}/limit-proposals/{proposal_id}/rejection", dependencies=[needs("credit.limits.approve")]
)
async def reject_limit(
    customer_id: Survivor, proposal_id: Id, body: JsonBody[RejectionBody], commands: Commands
) -> Answered:
    """Reject a proposed limit and say why."""
    return await commands.do(
        RejectLimit(customer_id, proposal_id, body.reason, commands.person(body.rejected_by, "rejected_by"))
    )


@router.post("/accounts/{customer_id}/limit-raises", dependencies=[needs("credit.limits.raise")])
async def raise_limit(
    customer_id: Survivor, body: JsonBody[RaiseBody], commands: Commands, queries: Queries
) -> Answered:
    """Increase the limit from today until a day, as two people decided elsewhere; it ends by itself on the day after.

    A person proposes it (``limit-proposals`` with ``ends_on``) and another person approves that.
    """
    today = await today_of(customer_id, queries)
    return await set_within_total(
        IncreaseLimitTemporarily(
            customer_id, body.limit, body.currency, today, body.ends_on, body.reason, commands.person(body.proposed_by, "proposed_by"),
            commands.person(body.approved_by, "approved_by"), today,
        ),
        today, commands, queries,
    )  # fmt: skip


@router.delete("/accounts/{customer_id}/limit-raises/{raise_id}", dependencies=[needs("credit.limits.raise")])
async def end_raise(customer_id: Survivor, raise_id: Id, commands: Commands, queries: Queries) -> Answered:
    """End a temporary increase before its last day."""
    return await commands.do(EndIncrease(customer_id, raise_id, await today_of(customer_id, queries), is_over=False))


@router.get("/accounts/{customer_id}/limit/what-if", dependencies=[needs("credit.limits.read")])
async def try_limit(
    customer_id: Survivor, queries: Queries, credit_limit: Quantity, currency: Currency
) -> WhatIfAnswer:
    """What a limit would do today: its use, the held orders it would let through, and what the file allows."""
    await known_customer(queries, customer_id)
    return await what_if_report(queries, customer_id, credit_limit, currency)


@router.get("/accounts/{customer_id}/limit/methods", dependencies=[needs("credit.limits.read")])
async def show_methods(customer_id: Survivor, queries: Queries) -> MethodsAnswer:
    """What each method makes of the customer's file today, what it lacks, and what the policy suggests of them."""
    await known_customer(queries, customer_id)
    return await methods_report(queries, customer_id)
