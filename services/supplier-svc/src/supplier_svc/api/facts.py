"""Routes of facts about suppliers."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, Days, JsonBody, Page, Paging, Queries, Sorting, needs
from contracts.fields import Id
from supplier_svc.api.suppliers import of_known
from supplier_svc.read_models import unapproved_delivery
from supplier_svc.requests.facts import Delivery, Inspection, SupplierCase, SurveyBody
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.facts import RecordDelivery, RecordInspection, RecordSurvey

router = APIRouter(prefix="/v1", tags=["facts"])

OfSupplier = Annotated[Id | None, Query()]
OF = unapproved_delivery.TABLE.c
SORT = Sorting(unapproved_delivery.ORDER, OF.received_on, OF.supplier_id)


@router.post("/deliveries", dependencies=[needs("supplier.facts.record")])
async def record_delivery(delivery: Delivery, commands: Commands) -> Answered:
    """Record a received lot, as erp.GoodsReceived would."""
    return await commands.do(RecordDelivery(delivery), occurred_at=commands.start_of(delivery.received_on))


@router.get("/deliveries/unapproved", dependencies=[needs("supplier.deliveries.read")])
async def list_unapproved(
    queries: Queries,
    page: Paging,
    days: Days,
    supplier_id: OfSupplier = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[unapproved_delivery.Row]:
    """Deliveries of suppliers that were neither approved nor on trial, by their day, which ``since`` and ``until`` bound."""
    query = days.of(unapproved_delivery.flagged(supplier_id), OF.received_on)
    return await of_known(supplier_id, await queries.page(query, SORT.order(sort), page), queries)


@router.post("/inspections", dependencies=[needs("supplier.facts.record")])
async def record_inspection(inspection: Inspection, commands: Commands) -> Answered:
    """Record an inspection with its defects, as erp.InspectionCompleted would."""
    return await commands.do(RecordInspection(inspection), occurred_at=commands.start_of(inspection.inspected_on))


@router.post("/supplier-cases", dependencies=[needs("supplier.facts.record")])
async def record_case(case: SupplierCase, commands: Commands) -> Answered:
    """Record that a supplier did not cooperate or was criticised, as erp.SupplierCaseReported would."""
    return await commands.do(RecordCase(case), occurred_at=commands.start_of(case.happened_on))


@router.post("/suppliers/{supplier_id}/surveys", dependencies=[needs("supplier.facts.record")])
async def record_survey(supplier_id: Id, survey: JsonBody[SurveyBody], commands: Commands) -> Answered:
    """Record what a head of supply or sales thinks of the supplier."""
    answer = {**dict(survey), "respondent": commands.person(survey.respondent, "respondent")}
    return await commands.do(RecordSurvey(supplier_id, **answer), occurred_at=commands.start_of(survey.answered_on))
