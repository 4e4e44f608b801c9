"""Routes of what tribunals and courts decide about a case, and of the limitation of claims."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.calendar import add_days
from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, needs
from contracts.fields import Id
from credit_svc.account.awards import RecordAward, ReviewAward
from credit_svc.account.judgments import NoteAppeal, RecordEnforcement, RecordJudgment
from credit_svc.account.milestones import RecordMilestone
from credit_svc.reports.case_page import customer_of_case
from credit_svc.reports.known import known_customer
from credit_svc.requests.courts import (
    AppealBody,
    AwardBody,
    AwardReviewBody,
    EnforcementBody,
    JudgmentBody,
    MilestoneBody,
)
from credit_svc.responses.courts import LimitationItem
from credit_svc.timers import limitation_due

router = APIRouter(prefix="/v1", tags=["collection"])

ESCALATES = needs("credit.collection.escalate")


@router.post("/collections/{case_id}/milestones", dependencies=[ESCALATES])
async def record_milestone(
    case_id: Id, body: JsonBody[MilestoneBody], commands: Commands, queries: Queries
) -> Answered:
    """Record what happened between two stages, such as that the court accepted or served the suit; each starts its terms."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.reached_on, "reached_on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = RecordMilestone(
        case_id, customer_id, body.milestone, body.reached_on, body.procedure, body.hearing_on, body.note, by, today
    )
    return await commands.do(command, occurred_at=at)


@router.post("/collections/{case_id}/awards", dependencies=[ESCALATES])
async def record_award(case_id: Id, body: JsonBody[AwardBody], commands: Commands, queries: Queries) -> Answered:
    """Record an award, which is final; what it did not grant is proposed to be written off."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.received_on, "received_on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = RecordAward(
        case_id, customer_id, body.award_id, body.outcome, body.awarded, body.costs, body.currency, body.made_on,
        body.received_on, body.perform_until, body.items, body.instalments, by, today,
    )  # fmt: skip
    return await commands.do(command, occurred_at=at)


@router.post("/collections/{case_id}/award-reviews", dependencies=[ESCALATES])
async def review_award(case_id: Id, body: JsonBody[AwardReviewBody], commands: Commands, queries: Queries) -> Answered:
    """Record a court's decision about an award; once it is set aside or not enforced, another way may begin."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.decided_on, "decided_on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = ReviewAward(case_id, customer_id, body.award_id, body.kind, body.outcome, body.decided_on, by, today)
    return await commands.do(command, occurred_at=at)


@router.post("/collections/{case_id}/judgments", dependencies=[ESCALATES])
async def record_judgment(case_id: Id, body: JsonBody[JudgmentBody], commands: Commands, queries: Queries) -> Answered:
    """Record a judgment; what follows from it waits until nobody can appeal any more."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.served_on, "served_on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = RecordJudgment(
        case_id, customer_id, body.judgment_id, body.instance, body.outcome, body.adjudged, body.costs, body.currency,
        body.made_on, body.served_on, body.is_final, body.perform_until, body.instalments, by, today,
    )  # fmt: skip
    return await commands.do(command, occurred_at=at)


@router.post("/collections/{case_id}/appeals", dependencies=[ESCALATES])
async def note_appeal(case_id: Id, body: JsonBody[AppealBody], commands: Commands, queries: Queries) -> Answered:
    """Record an appeal against a judgment, ours or the debtor's, within its last day."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.noted_on, "noted_on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = NoteAppeal(case_id, customer_id, body.judgment_id, body.by_us, body.noted_on, by, today)
    return await commands.do(command, occurred_at=at)


@router.post("/collections/{case_id}/enforcements", dependencies=[ESCALATES])
async def record_enforcement(
    case_id: Id, body: JsonBody[EnforcementBody], commands: Commands, queries: Queries
) -> Answered:
    """Record what enforcement brought, or that it found nothing or ended."""
    by, at = commands.person(body.recorded_by, "recorded_by"), commands.start_of_past(body.on, "on")
    customer_id, today = await customer_of_case(case_id, queries)
    command = RecordEnforcement(
        case_id, customer_id, body.collected, body.currency, body.on, body.what, body.note, by, today
    )
    return await commands.do(command, occurred_at=at)


@router.get("/reports/limitations", dependencies=[needs("credit.reports.read")])
async def report_limitations(
    queries: Queries,
    page: Paging,
    within_days: Annotated[int, Query(ge=0, le=3_660, description="days from today on")] = 180,
    customer_id: Id | None = None,
) -> Page[LimitationItem]:
    """Overdue invoices whose limitation ends within some days, or has ended; what ends first, first."""
    customer_id = await known_customer(queries, customer_id)
    query = limitation_due.ending(add_days(queries.today, within_days), customer_id)
    return await queries.page(query, limitation_due.ORDER, page)
