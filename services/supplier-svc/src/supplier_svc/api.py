"""Routes of supplier-svc."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, NotFound, Page, Paging, Problem, Reader
from contracts.fields import Id
from contracts.supplier import Grading, SupplierGrade
from supplier_svc.answers import ExplanationAnswer, GradeAnswer, GradingsAnswer
from supplier_svc.bodies import DecisionBody, Delivery, GradingBody, Inspection, PeriodText
from supplier_svc.grading import next_grade
from supplier_svc.period import Period, midnight
from supplier_svc.read_models import nonconformance, supplier, supplier_month
from supplier_svc.read_models.nonconformance import NonconformanceRow
from supplier_svc.read_models.supplier import SupplierRow
from supplier_svc.supplier import DecideResponsibility, GradeSupplier, RecordDelivery, RecordInspection

router = APIRouter(prefix="/v1")

Month = Annotated[PeriodText | None, Query()]


@router.get("/suppliers", tags=["suppliers"])
async def list_suppliers(reader: Reader, page: Paging, grade: SupplierGrade | None = None) -> Page:
    """Suppliers by id; ``grade`` keeps those whose standing it is."""
    return await reader.page(supplier.suppliers(grade), supplier.ORDER, page)


@router.get("/suppliers/{supplier_id}", tags=["suppliers"])
async def show_supplier(supplier_id: Id, reader: Reader) -> SupplierRow:
    """A supplier with its standing."""
    return SupplierRow(**await _supplier(supplier_id, reader))


@router.get("/suppliers/{supplier_id}/grade", tags=["suppliers"])
async def show_grade(supplier_id: Id, reader: Reader, as_of: date | None = None) -> GradeAnswer:
    """The standing in force on a business date (without ``as_of``: today), as it is known now."""
    await _supplier(supplier_id, reader)
    on = as_of or reader.now.date()
    latest = await reader.one(supplier_month.latest_graded(supplier_id, before=Period.of(on)))
    judged = await reader.one(supplier_month.latest_judged(supplier_id, before=Period.of(on)))
    decides = judged or latest
    return GradeAnswer(
        supplier_id=supplier_id,
        as_of=on,
        standing=decides and decides["grade"],
        decided_by_period=decides and decides["period"],
        latest_period=latest and latest["period"],
        latest_grade=latest and latest["grade"],
        latest_score=latest and latest["score"],
    )


@router.get("/suppliers/{supplier_id}/grade/explanation", tags=["suppliers"])
async def explain_grade(supplier_id: Id, reader: Reader, period: Month = None) -> ExplanationAnswer:
    """Why a month (without ``period``: the latest graded) was graded as it was, and the way to a better grade."""
    await _supplier(supplier_id, reader)
    query = supplier_month.latest_graded(supplier_id)
    row = await reader.one(supplier_month.month(supplier_id, Period.parse(period)) if period else query)
    if row is None or row["grading"] is None:
        raise NotFound(f"grading of supplier {supplier_id} for", period or "any period yet")
    grading = Grading.model_validate(row["grading"], strict=False)
    records = await reader.rows(nonconformance.records(supplier_id, grading.deciding_records))
    return ExplanationAnswer(
        supplier_id=supplier_id,
        period=row["period"],
        points=row["points"],
        lots_received=row["lots_received"],
        grading=grading,
        deciding_records=[NonconformanceRow(**record) for record in records],
        next_grade=next_grade(grading, row["points"], row["lots_received"]),
        first_grade=row["first_grade"],
        restated=row["restated"],
        restated_because=row["restated_because"],
    )


@router.get("/suppliers/{supplier_id}/history", tags=["suppliers"])
async def show_history(supplier_id: Id, reader: Reader, page: Paging) -> Page:
    """The months of a supplier in order: facts, points, score, grade, restatements."""
    await _supplier(supplier_id, reader)
    return await reader.page(supplier_month.months(supplier_id), supplier_month.BY_PERIOD, page)


@router.get("/nonconformances", tags=["facts"])
async def list_nonconformances(
    reader: Reader, page: Paging, supplier_id: Annotated[Id | None, Query()] = None, month: Month = None
) -> Page:
    """Nonconformances by the day they were found; ``supplier_id`` and ``month`` keep those of one."""
    query = nonconformance.nonconformances(supplier_id, Period.parse(month) if month else None)
    return await reader.page(query, nonconformance.ORDER, page)


@router.get("/gradings", tags=["gradings"])
async def list_gradings(reader: Reader, page: Paging, period: Month = None) -> GradingsAnswer:
    """The gradings of a month (without ``period``: the last that ended) by supplier, and their distribution."""
    of = Period.parse(period) if period else Period.of(reader.now.date()).plus(-1)
    found = await reader.page(supplier_month.gradings(of), supplier_month.BY_SUPPLIER, page)
    counted = await reader.rows(supplier_month.distribution(of))
    distribution = {each["grade"]: each["suppliers"] for each in counted}
    return GradingsAnswer(items=found.items, next=found.next, period=str(of), distribution=distribution)


@router.post("/deliveries", tags=["facts"])
async def record_delivery(delivery: Delivery, commands: Commands) -> Answered:
    """Record a received lot, as erp.GoodsReceived would."""
    return await commands.do(RecordDelivery(delivery), occurred_at=midnight(delivery.received_on))


@router.post("/inspections", tags=["facts"])
async def record_inspection(inspection: Inspection, commands: Commands) -> Answered:
    """Record an inspection with its defects, as erp.InspectionCompleted would."""
    return await commands.do(RecordInspection(inspection), occurred_at=midnight(inspection.inspected_on))


@router.post("/nonconformances/decisions", tags=["facts"])
async def decide_responsibility(decision: DecisionBody, commands: Commands) -> Answered:
    """Decide who answers for a nonconformance; a month that was graded already is restated."""
    return await commands.do(DecideResponsibility(**dict(decision)))


@router.post("/gradings", tags=["gradings"])
async def grade_supplier(grading: GradingBody, commands: Commands, reader: Reader) -> Answered:
    """Grade a supplier by hand for a month that is over; one that was graded already stays as it is."""
    period = Period.parse(grading.period)
    if reader.now.date() < period.due_on:
        raise Problem(409, "period-not-over", f"{period} is not over; it can be graded from {period.due_on} on.")
    return await commands.do(GradeSupplier(grading.supplier_id, period))


async def _supplier(supplier_id: str, reader: Reader) -> dict[str, Any]:
    row = await reader.one(supplier.supplier(supplier_id))
    if row is None:
        raise NotFound("supplier", supplier_id)
    return row
