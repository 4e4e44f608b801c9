"""Routes of facts about suppliers, and of what is decided about single records."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.bodies.facts import (
    DecisionBody,
    Delivery,
    Inspection,
    MonthText,
    ObjectionBody,
    ObjectionDecisionBody,
    SupplierCase,
    SurveyBody,
)
from supplier_svc.period import Period, midnight
from supplier_svc.read_models import nonconformance, objection, unapproved_delivery
from supplier_svc.supplier.facts import RecordCase, RecordDelivery, RecordInspection, RecordSurvey
from supplier_svc.supplier.objections import DecideObjection, DecideResponsibility, RaiseObjection

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]


@router.post("/deliveries")
async def record_delivery(delivery: Delivery, commands: Commands) -> Answered:
    """Record a received lot, as erp.GoodsReceived would."""
    return await commands.do(RecordDelivery(delivery), occurred_at=midnight(delivery.received_on))


@router.get("/deliveries/unapproved")
async def list_unapproved(queries: Queries, page: Paging, supplier_id: OfSupplier = None) -> Page:
    """Deliveries of suppliers that were not approved and not on trial, by day."""
    return await queries.page(unapproved_delivery.flagged(supplier_id), unapproved_delivery.ORDER, page)


@router.post("/inspections")
async def record_inspection(inspection: Inspection, commands: Commands) -> Answered:
    """Record an inspection with its defects, as erp.InspectionCompleted would."""
    return await commands.do(RecordInspection(inspection), occurred_at=midnight(inspection.inspected_on))


@router.post("/supplier-cases")
async def record_case(case: SupplierCase, commands: Commands) -> Answered:
    """Record that a supplier did not cooperate or was criticised, as erp.SupplierCaseReported would."""
    return await commands.do(RecordCase(case), occurred_at=midnight(case.happened_on))


@router.post("/suppliers/{supplier_id}/surveys")
async def record_survey(supplier_id: Id, survey: JsonBody[SurveyBody], commands: Commands) -> Answered:
    """Record what a head of supply or sales thinks of the supplier."""
    return await commands.do(RecordSurvey(supplier_id, **dict(survey)), occurred_at=midnight(survey.answered_on))


@router.get("/nonconformances")
async def list_nonconformances(
    queries: Queries,
    page: Paging,
    supplier_id: OfSupplier = None,
    month: Annotated[MonthText | None, Query()] = None,
) -> Page:
    """Nonconformances by the day they were found; ``supplier_id`` and ``month`` keep those of one."""
    query = nonconformance.nonconformances(supplier_id, Period.parse(month) if month else None)
    return await queries.page(query, nonconformance.ORDER, page)


@router.post("/nonconformances/decisions")
async def decide_responsibility(decision: JsonBody[DecisionBody], commands: Commands) -> Answered:
    """Decide who answers for a nonconformance; a period that was graded already is restated."""
    return await commands.do(DecideResponsibility(**dict(decision)))


@router.get("/objections")
async def list_objections(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None, state: Annotated[str | None, Query()] = None
) -> Page:
    """Objections of suppliers to records; ``state``: open, upheld, dismissed."""
    return await queries.page(objection.objections(supplier_id, state), objection.ORDER, page)


@router.post("/suppliers/{supplier_id}/objections")
async def raise_objection(supplier_id: Id, body: JsonBody[ObjectionBody], commands: Commands) -> Answered:
    """The supplier objects to a record."""
    command: Any = RaiseObjection(supplier_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.raised_on))


@router.post("/suppliers/{supplier_id}/objections/{objection_id}/decision")
async def decide_objection(
    supplier_id: Id,
    objection_id: Id,
    body: JsonBody[ObjectionDecisionBody],
    commands: Commands,
) -> Answered:
    """Uphold or dismiss an objection; an upheld one restates the period of the record."""
    command = DecideObjection(supplier_id, objection_id, **dict(body))
    return await commands.do(command, occurred_at=midnight(body.decided_on))
