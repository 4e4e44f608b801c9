"""Relationships: stage, plans, nine-box, key accounts, effort."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import month_end_after, start_of_day
from chassis.http import Answered, Commands, Page, Paging, Queries
from contracts.customer import Emphasis, RelationshipStage, StageEvidence
from contracts.fields import Currency, Id, Text
from customer_svc.api.identity import Identity, Known
from customer_svc.api.scopes import Scope
from customer_svc.policies.files import FilePolicy
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.read_models import customer_file, order, relationship, sales_cell
from customer_svc.relationship.key_account import DesignateKeyAccount, RecordVisit, ReleaseKeyAccount
from customer_svc.relationship.nine_box import PlaceInNineBox, ReviewNineBox
from customer_svc.relationship.plans import AgreeJointPlan, MakeDevelopmentPlan, SpendEffort
from customer_svc.relationship.stage import ChangeStage
from customer_svc.tiers.growth import percent
from customer_svc.tiers.window import FIRST_DAY, window_start

router = APIRouter(prefix="/v1", tags=["relationships"])
Words = Annotated[Text, Field(min_length=3, max_length=2_000)]
Rating = Annotated[Decimal, Field(ge=1, le=10, max_digits=4, decimal_places=2)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date


class NewStage(Body):
    stage: RelationshipStage
    because: Words
    contract: Id | None = None
    approved_by: Id | None = None


class Plan(Body):
    plan: Words


class Assessment(Body):
    """Ratings 1–10; share and growth of sales in the currency are measured over the last 12 full months."""

    strategic_fit: Rating
    growth: Rating
    relation: Rating
    currency: Currency


class Review(Assessment):
    because: Words


class Designation(Body):
    owner_id: Id
    sponsor_id: Id
    emphasis: Emphasis
    because: Words


class Release(Body):
    because: Words


class Visit(Body):
    kind: Literal["meeting", "executive_visit"]
    who: Id
    notes: Words


class Effort(Body):
    effort_id: Id
    person_id: Id
    hours: Annotated[Decimal, Field(gt=0, le=1_000, max_digits=10, decimal_places=2)]
    activity: Id


@router.get("/relationships")
async def list_relationships(
    queries: Queries,
    page: Paging,
    scope: Scope,
    key_account: Annotated[bool | None, Query(description="key accounts, or the others")] = None,
    box: Annotated[str | None, Query(pattern="^[ABC][123]$", description="of this box")] = None,
    in_review: Annotated[bool | None, Query(description="whose box is to be reviewed")] = None,
) -> Page:
    by = relationship.TABLE.c.customer_id
    query = customer_file.scoped(relationship.relationships(key_account, box, in_review), by, scope)
    return await queries.page(query, [by], page)


@router.get("/reports/key-accounts")
async def read_key_accounts(queries: Queries, scope: Scope) -> dict[str, Any]:
    """Where effort goes, and who has no development plan: key accounts and A1 customers."""
    rules = queries.policies.at(RelationshipPolicy, queries.now.date()).document.key_accounts
    by = relationship.TABLE.c.customer_id
    spent = {row["key_account"]: row for row in await queries.rows(relationship.effort(scope))}
    hours = {kind: row["hours"] for kind, row in spent.items()}
    accounts = await queries.rows(customer_file.scoped(relationship.relationships(key_account=True), by, scope))
    planless = await queries.rows(customer_file.scoped(relationship.without_a_plan("A1"), by, scope))
    share = round(hours.get(True, Decimal(0)) * 100 / sum(hours.values()), 2) if hours else None
    return {
        "key_accounts": len(accounts),
        "needs_a_department": len(accounts) >= rules.department_from,
        "hours_for_key_accounts": hours.get(True, Decimal(0)),
        "hours_for_others": hours.get(False, Decimal(0)),
        "share_of_effort": share,
        "share_of_effort_wanted": rules.share_of_effort,
        "without_a_plan": planless,
    }


@router.get("/reports/market-share")
async def advise_on_share(
    queries: Queries,
    own_sales: Annotated[Decimal, Query(ge=0, description="what we sell in the market")],
    market: Annotated[Decimal, Query(gt=0, description="what everybody sells in it, in the same currency")],
) -> dict[str, Any]:
    """Above a third of a market: deepen, do not widen."""
    rules = queries.policies.at(RelationshipPolicy, queries.now.date()).document.key_accounts
    share = own_sales * 100 / market
    return {"share": round(share, 2), "advice": "deepen" if share > rules.deepen_above_share else "widen"}


@router.put("/customers/{customer_id}/stage")
async def change_stage(customer_id: Identity, body: NewStage, commands: Commands, queries: Queries) -> Answered:
    """One stage up, where its gate is open, or any number down."""
    placed = (await queries.rows(order.placed(customer_id.ids, window_start(body.on, 12), body.on)))[0]
    ever = (await queries.rows(order.placed(customer_id.ids, FIRST_DAY, body.on)))[0]
    file = await queries.one(customer_file.file(customer_id.customer_id))
    evidence = StageEvidence(
        orders_12_months=placed["orders"],
        contacts=len(file["contacts"]) if file else 0,
        customer_since=ever["first_order_on"],
        contract=body.contract,
        approved_by=body.approved_by,
    )
    command = ChangeStage(customer_id.customer_id, body.stage, evidence, body.because, body.on, commands.actor)
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/joint-plan", status_code=201)
async def agree_joint_plan(customer_id: Identity, body: Plan, commands: Commands) -> Answered:
    command = AgreeJointPlan(customer_id.customer_id, body.plan, body.on, commands.actor)
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/development-plan", status_code=201)
async def make_development_plan(customer_id: Identity, body: Plan, commands: Commands) -> Answered:
    command = MakeDevelopmentPlan(customer_id.customer_id, body.plan, body.on, commands.actor)
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/assessments", status_code=201)
async def assess(customer_id: Identity, body: Assessment, commands: Commands, queries: Queries) -> Answered:
    """Place the customer in the nine-box; conflicting evidence keeps its box and opens a review."""
    return await commands.do(await _placement(customer_id, body, queries), start_of_day(body.on))


@router.post("/customers/{customer_id}/assessments/review", status_code=201)
async def review(customer_id: Identity, body: Review, commands: Commands, queries: Queries) -> Answered:
    """End a review: place the customer in spite of the conflict, and say why."""
    placement = await _placement(customer_id, body, queries)
    return await commands.do(ReviewNineBox(placement, body.because), start_of_day(body.on))


@router.put("/customers/{customer_id}/key-account")
async def designate(customer_id: Identity, body: Designation, commands: Commands) -> Answered:
    """Make the customer a key account, with the team for what it looks at."""
    command = DesignateKeyAccount(
        customer_id.customer_id, body.owner_id, body.sponsor_id, body.emphasis, body.because, body.on, commands.actor
    )
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/key-account/release")
async def release(customer_id: Identity, body: Release, commands: Commands) -> Answered:
    command = ReleaseKeyAccount(customer_id.customer_id, body.because, body.on, commands.actor)
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/visits", status_code=201)
async def record_visit(customer_id: Identity, body: Visit, commands: Commands) -> Answered:
    """A meeting sets the day of the next one; an executive's visit does not."""
    command = RecordVisit(customer_id.customer_id, body.kind, body.who, body.notes, body.on)
    return await commands.do(command, start_of_day(body.on))


@router.post("/customers/{customer_id}/efforts", status_code=201)
async def spend_effort(customer_id: Identity, body: Effort, commands: Commands) -> Answered:
    command = SpendEffort(body.effort_id, customer_id.customer_id, body.person_id, body.hours, body.activity, body.on)
    return await commands.do(command, start_of_day(body.on))


async def _placement(customer: Known, body: Assessment, queries: Queries) -> PlaceInNineBox:
    until = month_end_after(body.on, -1)
    since, before = window_start(until, 12), window_start(until, 24)
    own = (await queries.rows(order.bought(customer.ids, body.currency, since, until)))[0]["amount"]
    own_before = (await queries.rows(order.bought(customer.ids, body.currency, before, since - timedelta(days=1))))[0]
    all_sales = (await queries.rows(sales_cell.by([], body.currency, since, until)))[0]["amount"] or Decimal(0)
    file = await queries.one(customer_file.file(customer.customer_id))
    share = min(own * 100 / all_sales, Decimal(100)) if all_sales else Decimal(0)
    return PlaceInNineBox(
        customer_id=customer.customer_id,
        strategic_fit=body.strategic_fit,
        growth=body.growth,
        relation=body.relation,
        share=round(share, 2),
        measured_growth=percent(own, own_before["amount"]),
        currency=body.currency,
        owner_id=file["owner_id"] if file else queries.policies.at(FilePolicy, body.on).document.owner_of_last_resort,
        on=body.on,
    )
