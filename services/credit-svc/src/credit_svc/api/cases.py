"""Routes of decisions about an open case: whether it goes to an agency or a court, its review, its strategy, a payment plan."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Queries, needs
from contracts.credit import PlanInstalment
from contracts.fields import Id
from credit_svc.account.case_reviews import AnswerCaseReview
from credit_svc.account.plan_proposals import ApprovePlan, ProposePlan, RejectPlan
from credit_svc.account.plans import AgreePlan
from credit_svc.account.strategies import ChangeStrategy
from credit_svc.account.way_answers import AnswerWay
from credit_svc.reports.case_page import customer_of_case as _customer
from credit_svc.requests import ApprovalBody, RejectionBody
from credit_svc.requests.cases import CaseReviewBody, PlanBody, PlanProposalBody, StrategyBody, WayAnswerBody

router = APIRouter(prefix="/v1/collections", tags=["collection"])


@router.post("/{case_id}/way-answers", dependencies=[needs("credit.collection.escalate")])
async def answer_way(case_id: Id, body: JsonBody[WayAnswerBody], commands: Commands, queries: Queries) -> Answered:
    """Answer whether a case goes to an agency, a tribunal or a court: start it, postpone it, or propose to write it off."""
    by = commands.person(body.answered_by, "answered_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        AnswerWay(
            case_id, customer_id, body.answer, body.reason, by, today, body.until, body.terms, body.claim,
        )
    )  # fmt: skip


@router.post("/{case_id}/review", dependencies=[needs("credit.collection.review")])
async def review_case(case_id: Id, body: JsonBody[CaseReviewBody], commands: Commands, queries: Queries) -> Answered:
    """Decide about a case of low risk before it is pressed: keep it, pursue it like any other, or as one of high risk."""
    by = commands.person(body.reviewed_by, "reviewed_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(AnswerCaseReview(case_id, customer_id, body.outcome, body.reason, by, today))


@router.post("/{case_id}/strategy", dependencies=[needs("credit.collection.strategy")])
async def change_strategy(case_id: Id, body: JsonBody[StrategyBody], commands: Commands, queries: Queries) -> Answered:
    """Pursue a case in another way; its new ladder goes on from the step that it is at."""
    by = commands.person(body.changed_by, "changed_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(ChangeStrategy(case_id, customer_id, body.strategy, body.reason, by, today))


@router.post("/{case_id}/plans", dependencies=[needs("credit.plans.agree")])
async def agree_plan(case_id: Id, body: JsonBody[PlanBody], commands: Commands, queries: Queries) -> Answered:
    """Agree that what is overdue is paid in instalments, each a promise, as two people decided elsewhere.

    A person proposes it (``plan-proposal``) and another person approves that.
    """
    proposed_by = commands.person(body.proposed_by, "proposed_by")
    approved_by = commands.person(body.approved_by, "approved_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        AgreePlan(
            case_id, customer_id, _instalments(body), body.support_limit, body.reason, proposed_by, approved_by, today
        )
    )


@router.post("/{case_id}/plan-proposal", dependencies=[needs("credit.plans.propose")])
async def propose_plan(case_id: Id, body: JsonBody[PlanProposalBody], commands: Commands, queries: Queries) -> Answered:
    """Propose that what is overdue is paid in instalments, in place of what was proposed before."""
    by = commands.person(body.proposed_by, "proposed_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(
        ProposePlan(case_id, customer_id, _instalments(body), body.support_limit, body.reason, by, today)
    )


@router.post("/{case_id}/plan-proposal/approval", dependencies=[needs("credit.plans.agree")])
async def approve_plan(case_id: Id, body: JsonBody[ApprovalBody], commands: Commands, queries: Queries) -> Answered:
    """Approve a payment plan; only another person than the one who proposed it can."""
    by = commands.person(body.approved_by, "approved_by")
    customer_id, today = await _customer(case_id, queries)
    return await commands.do(ApprovePlan(case_id, customer_id, by, today))


@router.post("/{case_id}/plan-proposal/rejection", dependencies=[needs("credit.plans.agree")])
async def reject_plan(case_id: Id, body: JsonBody[RejectionBody], commands: Commands, queries: Queries) -> Answered:
    """Reject a payment plan and say why; the case goes on."""
    by = commands.person(body.rejected_by, "rejected_by")
    customer_id, _ = await _customer(case_id, queries)
    return await commands.do(RejectPlan(case_id, customer_id, body.reason, by))


def _instalments(body: PlanProposalBody) -> tuple[PlanInstalment, ...]:
    return tuple(PlanInstalment(amount=each.amount, due_on=each.due_on) for each in body.instalments)
