"""Routes of facts about suppliers."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries
from contracts.fields import Id
from supplier_svc.read_models import unapproved_delivery
from supplier_svc.requests.facts import Delivery, Inspection, SupplierCase, SurveyBody
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.facts import RecordDelivery, RecordInspection, RecordSurvey

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]


@router.post("/deliveries")
async def record_delivery(delivery: Delivery, commands: Commands) -> Answered:
    """Record a received lot, as erp.GoodsReceived would."""
    return await commands.do(RecordDelivery(delivery), occurred_at=commands.start_of(delivery.received_on))


@router.get("/deliveries/unapproved")
async def list_unapproved(
    queries: Queries, page: Paging, supplier_id: OfSupplier = None
) -> Page[unapproved_delivery.Row]:
    """Deliveries of suppliers that were neither approved nor on trial, by day."""
    return await queries.page(unapproved_delivery.flagged(supplier_id), unapproved_delivery.ORDER, page)


@router.post("/inspections")
async def record_inspection(inspection: Inspection, commands: Commands) -> Answered:
    """Record an inspection with its defects, as erp.InspectionCompleted would."""
    return await commands.do(RecordInspection(inspection), occurred_at=commands.start_of(inspection.inspected_on))


@router.post("/supplier-cases")
async def record_case(case: SupplierCase, commands: Commands) -> Answered:
    """Record that a supplier did not cooperate or was criticised, as erp.SupplierCaseReported would."""
    return await commands.do(RecordCase(case), occurred_at=commands.start_of(case.happened_on))


@router.post("/suppliers/{supplier_id}/surveys")
async def record_survey(supplier_id: Id, survey: JsonBody[SurveyBody], commands: Commands) -> Answered:
    """Record what a head of supply or sales thinks of the supplier."""
    return await commands.do(
        RecordSurvey(supplier_id, **dict(survey)), occurred_at=commands.start_of(survey.answered_on)
    )
