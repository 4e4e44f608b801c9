"""Relationships: stage, plans, nine-box, key accounts, effort."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import PositiveAmount, Quantity
from contracts.figures import Anything
from customer_svc.api.identity import Known
from customer_svc.api.scopes import Changeable, Readable, Scope
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.read_models import customer_file, relationship
from customer_svc.relationship.key_account import DesignateKeyAccount, RecordVisit, ReleaseKeyAccount
from customer_svc.relationship.market_share import advice_on_share
from customer_svc.relationship.nine_box import PlaceInNineBox, ReviewNineBox
from customer_svc.relationship.plans import AgreeJointPlan, MakeDevelopmentPlan, SpendEffort
from customer_svc.relationship.stage import ChangeStage
from customer_svc.reports.key_accounts import key_accounts
from customer_svc.reports.relationship_figures import placement_figures, stage_evidence
from customer_svc.requests.relationships import (
    Assessment,
    Designation,
    Effort,
    NewStage,
    Plan,
    Release,
    Review,
    Visit,
)
from customer_svc.responses.reports import KeyAccounts, ShareAdvice

router = APIRouter(prefix="/v1", tags=["relationships"])

OF = relationship.TABLE.c
SORT = Sorting(relationship.ORDER, OF.customer_id, OF.next_meeting_on, OF.last_visit_on)


@router.get("/relationships", dependencies=[needs("customer.relationships.read")])
async def list_relationships(
    queries: Queries,
    page: Paging,
    scope: Scope,
    key_account: Annotated[bool | None, Query(description="key accounts, or the others")] = None,
    box: Annotated[relationship.Box | None, Query(description="of this box")] = None,
    in_review: Annotated[bool | None, Query(description="whose box is to be reviewed")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[relationship.Row]:
    by = relationship.TABLE.c.customer_id
    query = customer_file.scoped(relationship.relationships(key_account, box, in_review), by, scope)
    return await queries.page(query, SORT.order(sort), page)


@router.get(
    "/relationships/{customer_id}",
    response_model=shown(relationship.Row),
    dependencies=[needs("customer.relationships.read")],
)
async def read_relationship(customer_id: Readable, queries: Queries) -> dict[str, Anything]:
    """The relationship with one customer."""
    found = await queries.one(relationship.relationship(customer_id.customer_id))
    if found is None:
        raise NotFound("relationship with customer", customer_id.customer_id)
    return found


@router.get(
    "/reports/key-accounts", response_model=shown(KeyAccounts), dependencies=[needs("customer.relationships.read")]
)
async def read_key_accounts(queries: Queries, scope: Scope) -> dict[str, Anything]:
    """Where effort goes, and who has no development plan: key accounts and A1 customers."""
    return await key_accounts(queries, scope)


@router.get(
    "/reports/market-share", response_model=shown(ShareAdvice), dependencies=[needs("customer.relationships.read")]
)
async def advise_on_share(
    queries: Queries,
    own_sales: Annotated[Quantity, Query(description="what we sell in the market")],
    market: Annotated[PositiveAmount, Query(description="what everybody sells in it, in the same currency")],
) -> dict[str, Anything]:
    """Above a third of a market: deepen, do not widen."""
    rules = queries.policies.at(RelationshipPolicy, queries.today).document.key_accounts
    return advice_on_share(own_sales, market, rules)


@router.put("/customers/{customer_id}/stage", dependencies=[needs("customer.relationships.stage")])
async def change_stage(
    customer_id: Changeable, body: JsonBody[NewStage], commands: Commands, queries: Queries
) -> Answered:
    """One stage up, if its gate is open, or any number of stages down."""
    known = await stage_evidence(customer_id.customer_id, customer_id.ids, body.on, queries)
    evidence = known.model_copy(update={"contract": body.contract, "approved_by": body.approved_by})
    command = ChangeStage(customer_id.customer_id, body.stage, evidence, body.because, body.on, commands.actor)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/joint-plan", dependencies=[needs("customer.relationships.plan")])
async def agree_joint_plan(customer_id: Changeable, body: JsonBody[Plan], commands: Commands) -> Answered:
    command = AgreeJointPlan(customer_id.customer_id, body.plan, body.on, commands.actor)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/development-plan", dependencies=[needs("customer.relationships.plan")])
async def make_development_plan(customer_id: Changeable, body: JsonBody[Plan], commands: Commands) -> Answered:
    command = MakeDevelopmentPlan(customer_id.customer_id, body.plan, body.on, commands.actor)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/assessments", dependencies=[needs("customer.relationships.assess")])
async def assess_customer(
    customer_id: Changeable, body: JsonBody[Assessment], commands: Commands, queries: Queries
) -> Answered:
    """Place the customer in the nine-box; conflicting evidence keeps its box and opens a review."""
    return await commands.do(await _placement(customer_id, body, queries), commands.start_of(body.on))


@router.post("/customers/{customer_id}/assessments/review", dependencies=[needs("customer.relationships.assess")])
async def end_nine_box_review(
    customer_id: Changeable, body: JsonBody[Review], commands: Commands, queries: Queries
) -> Answered:
    """End a review: place the customer in spite of the conflict, with the reason."""
    placement = await _placement(customer_id, body, queries)
    return await commands.do(ReviewNineBox(placement, body.because), commands.start_of(body.on))


@router.put("/customers/{customer_id}/key-account", dependencies=[needs("customer.key-accounts.designate")])
async def designate_key_account(customer_id: Changeable, body: JsonBody[Designation], commands: Commands) -> Answered:
    """Make the customer a key account, with the team that its emphasis (quality or price) calls for."""
    command = DesignateKeyAccount(
        customer_id.customer_id, body.owner_id, body.sponsor_id, body.emphasis, body.because, body.on, commands.actor
    )
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/key-account/release", dependencies=[needs("customer.key-accounts.designate")])
async def release_key_account(customer_id: Changeable, body: JsonBody[Release], commands: Commands) -> Answered:
    command = ReleaseKeyAccount(customer_id.customer_id, body.because, body.on, commands.actor)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/visits", dependencies=[needs("customer.relationships.visit")])
async def record_visit(customer_id: Changeable, body: JsonBody[Visit], commands: Commands) -> Answered:
    """A meeting sets the day of the next one; an executive's visit does not."""
    command = RecordVisit(customer_id.customer_id, body.kind, body.who, body.notes, body.on)
    return await commands.do(command, commands.start_of(body.on))


@router.post("/customers/{customer_id}/efforts", dependencies=[needs("customer.relationships.visit")])
async def spend_effort(customer_id: Changeable, body: JsonBody[Effort], commands: Commands) -> Answered:
    command = SpendEffort(body.effort_id, customer_id.customer_id, body.person_id, body.hours, body.activity, body.on)
    return await commands.do(command, commands.start_of(body.on))


async def _placement(customer: Known, body: Assessment, queries: Queries) -> PlaceInNineBox:
    figures = await placement_figures(customer.customer_id, customer.ids, body.currency, body.on, queries)
    return PlaceInNineBox(
        customer_id=customer.customer_id,
        strategic_fit=body.strategic_fit,
        growth=body.growth,
        relation=body.relation,
        share=figures.share,
        measured_growth=figures.measured_growth,
        currency=body.currency,
        owner_id=figures.owner_id,
        on=body.on,
    )
