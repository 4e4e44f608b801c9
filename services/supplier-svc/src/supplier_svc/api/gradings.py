"""Routes of grades: a supplier's standing with its reasons and history; the gradings of a period."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, KnownAt, NotFound, Page, Paging, Problem, Queries
from contracts.fields import Day, Id
from supplier_svc.api.suppliers import existing_supplier
from supplier_svc.read_models import shadow_grading, supplier_month
from supplier_svc.reports.explanation import explanation
from supplier_svc.reports.score import score
from supplier_svc.requests.fields import PeriodText
from supplier_svc.requests.gradings import GradingBody
from supplier_svc.responses import ExplanationAnswer, GradeAnswer, GradingsAnswer, MigrationAnswer, Moved, ScoreAnswer
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier

router = APIRouter(prefix="/v1", tags=["gradings"])

OfPeriod = Annotated[PeriodText | None, Query()]


@router.get("/suppliers/{supplier_id}/grade")
async def show_grade(
    supplier_id: Id, queries: Queries, as_of: Day | None = None, as_known_at: KnownAt = None
) -> GradeAnswer:
    """The standing in force on a business date (without ``as_of``: today), as it is known now or was known then."""
    on = as_of or queries.today
    if as_known_at is None:
        rows = await queries.rows(supplier_month.grades(supplier_id))
    else:
        rows = await queries.known(supplier_month.MODEL, f"supplier-{supplier_id}", as_known_at)
    found = supplier_month.grade_on(rows, on)
    latest, decides = found.latest, found.decides
    if latest is None:
        await existing_supplier(supplier_id, queries)
    return GradeAnswer(
        supplier_id=supplier_id,
        as_of=on,
        as_known_at=as_known_at,
        standing=found.standing,
        decided_by_period=decides and decides["period"],
        latest_period=latest and latest["period"],
        latest_grade=latest and latest["grade"],
        latest_score=latest and latest["score"],
    )


@router.get("/suppliers/{supplier_id}/grade/explanation")
async def explain_grade(
    supplier_id: Id, queries: Queries, period: OfPeriod = None, as_known_at: KnownAt = None
) -> ExplanationAnswer:
    """Why a period (without ``period``: the latest graded) was graded as it was, and the way to a better grade."""
    explained = await explanation(supplier_id, queries, Period.parse(period) if period else None, as_known_at)
    if explained is None:
        await existing_supplier(supplier_id, queries)
        raise NotFound(f"grading of supplier {supplier_id} for", period or "any period yet")
    return explained


@router.get("/suppliers/{supplier_id}/history")
async def show_history(supplier_id: Id, queries: Queries, page: Paging) -> Page[supplier_month.Row]:
    """The periods of a supplier in order: facts, points, score, grade, restatements."""
    await existing_supplier(supplier_id, queries)
    return await queries.page(supplier_month.months(supplier_id), supplier_month.BY_PERIOD, page)


@router.get("/suppliers/{supplier_id}/score")
async def show_score(
    supplier_id: Id,
    queries: Queries,
    period: Annotated[PeriodText, Query()],
    item_id: Annotated[Id | None, Query()] = None,
    plant_id: Annotated[Id | None, Query()] = None,
    as_known_at: KnownAt = None,
) -> ScoreAnswer:
    """The score of a period's facts, of the whole supplier or of one item or plant; it decides nothing."""
    await existing_supplier(supplier_id, queries)
    return await score(supplier_id, queries, Period.parse(period), item_id, plant_id, as_known_at)


@router.get("/gradings")
async def list_gradings(queries: Queries, page: Paging, period: OfPeriod = None) -> GradingsAnswer:
    """The gradings of a period (without ``period``: the last month that ended) by supplier, and their distribution."""
    of = Period.parse(period) if period else Period.of(queries.today).plus(-1)
    found = await queries.page(supplier_month.gradings(of), supplier_month.BY_SUPPLIER, page)
    counted = await queries.rows(supplier_month.distribution(of))
    distribution = {each["grade"]: each["suppliers"] for each in counted}
    return GradingsAnswer(items=found.items, next=found.next, period=str(of), distribution=distribution)


@router.get("/gradings/migration")
async def show_migration(
    queries: Queries, before: Annotated[PeriodText, Query()], after: Annotated[PeriodText, Query()]
) -> MigrationAnswer:
    """How many suppliers moved from each grade to each other between two periods."""
    counted = await queries.rows(supplier_month.migration(Period.parse(before), Period.parse(after)))
    return MigrationAnswer(before=before, after=after, moves=[Moved(**each) for each in counted])


@router.get("/gradings/shadow")
async def list_shadow_gradings(
    queries: Queries, page: Paging, period: OfPeriod = None, only_different: bool = False
) -> Page[shadow_grading.Row]:
    """The gradings of the candidate beside the live policy; with ``only_different`` only those with another grade than the live one."""
    return await queries.page(shadow_grading.gradings(period, only_different), shadow_grading.ORDER, page)


@router.post("/gradings")
async def grade_supplier(grading: JsonBody[GradingBody], commands: Commands, queries: Queries) -> Answered:
    """Grade a supplier by hand for a period that is over; one that was graded already stays as it is."""
    period = Period.parse(grading.period)
    if queries.today < period.due_on:
        raise Problem(409, "period-not-over", f"{period} is not over; it can be graded from {period.due_on} on.")
    return await commands.do(GradeSupplier(grading.supplier_id, period))
