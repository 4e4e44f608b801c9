"""Routes of grades: the one in force with its reasons, those of all periods; the gradings of a period."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Commands,
    Days,
    JsonBody,
    KnownAt,
    NotFound,
    Page,
    Paging,
    Problem,
    Queries,
    Sorting,
    needs,
    shown,
)
from contracts.fields import Day, Id
from contracts.figures import Anything
from contracts.supplier import SupplierGrade, Track
from supplier_svc.api.suppliers import existing_supplier, of_known
from supplier_svc.read_models import shadow_grading, supplier_month
from supplier_svc.reports.explanation import explanation
from supplier_svc.reports.graded_periods import (
    latest_period,
    refuse_two_tracks,
    refuse_ungradable,
    refuse_ungraded,
    track_of,
)
from supplier_svc.reports.score import score
from supplier_svc.reports.standing import grade_answer
from supplier_svc.requests.fields import PeriodText
from supplier_svc.requests.gradings import GradingBody
from supplier_svc.responses.gradings import ExplanationAnswer, GradeAnswer, GradingsAnswer, MigrationAnswer, ScoreAnswer
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier
from supplier_svc.supplier.restatements import graded_on

router = APIRouter(prefix="/v1", tags=["gradings"])

OfPeriod = Annotated[PeriodText | None, Query()]
OfTrack = Annotated[Track | None, Query(description="only this track; without it both")]
OF = supplier_month.TABLE.c
SORT = Sorting(supplier_month.BY_SUPPLIER, OF.supplier_id, OF.score, OF.grade, OF.points, OF.lots_received)
PERIODS = Sorting(supplier_month.BY_PERIOD, OF.ends_on)
SHADOWS = Sorting(shadow_grading.ORDER, shadow_grading.TABLE.c.supplier_id, shadow_grading.TABLE.c.shadow_score)


@router.get("/suppliers/{supplier_id}/grade", dependencies=[needs("supplier.grades.read", partner="supplier_id")])
async def show_grade(
    supplier_id: Id, queries: Queries, as_of: Day | None = None, as_known_at: KnownAt = None
) -> GradeAnswer:
    """The grade in force on a business date (without ``as_of``: today), as it is known now or was known then."""
    on = as_of or queries.today
    if as_known_at is None:
        rows = await queries.rows(supplier_month.grades(supplier_id))
    else:
        rows = await queries.known(supplier_month.MODEL, f"supplier-{supplier_id}", as_known_at)
    answer = grade_answer(supplier_id, rows, on, as_known_at, queries.policies)
    if answer.grade is None:
        await existing_supplier(supplier_id, queries)
    return answer


@router.get(
    "/suppliers/{supplier_id}/grade/explanation", dependencies=[needs("supplier.grades.read", partner="supplier_id")]
)
async def explain_grade(
    supplier_id: Id, queries: Queries, period: OfPeriod = None, as_known_at: KnownAt = None
) -> ExplanationAnswer:
    """Why a period (without ``period``: the latest graded) was graded as it was, and the way to a better grade."""
    explained = await explanation(supplier_id, queries, Period.parse(period) if period else None, as_known_at)
    if explained is None:
        await existing_supplier(supplier_id, queries)
        raise NotFound(f"grading of supplier {supplier_id} for", period or "any period yet")
    return explained


@router.get("/suppliers/{supplier_id}/grades", dependencies=[needs("supplier.grades.read", partner="supplier_id")])
async def list_grades(
    supplier_id: Id,
    queries: Queries,
    page: Paging,
    days: Days,
    track: OfTrack = None,
    sort: Annotated[str | None, PERIODS] = None,
) -> Page[supplier_month.Row]:
    """The periods of a supplier in order, of those that end from ``since`` to ``until``: facts, points, score, grade, restatements."""
    await existing_supplier(supplier_id, queries)
    query = days.of(supplier_month.months(supplier_id, track), supplier_month.TABLE.c.ends_on)
    return await queries.page(query, PERIODS.order(sort), page)


@router.get(
    "/suppliers/{supplier_id}/grades/{period}",
    response_model=shown(supplier_month.Row),
    dependencies=[needs("supplier.grades.read", partner="supplier_id")],
)
async def show_period(supplier_id: Id, period: PeriodText, queries: Queries) -> dict[str, Anything]:
    """One period of a supplier."""
    row = await queries.one(supplier_month.month(supplier_id, Period.parse(period)))
    if row is None:
        await existing_supplier(supplier_id, queries)
        raise NotFound(f"period of supplier {supplier_id}, where it has no fact,", period)
    return row


@router.get("/suppliers/{supplier_id}/score", dependencies=[needs("supplier.grades.read", partner="supplier_id")])
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


@router.get("/gradings", dependencies=[needs("supplier.grades.read")])
async def list_gradings(
    queries: Queries,
    page: Paging,
    period: OfPeriod = None,
    grade: SupplierGrade | None = None,
    supplier_id: Annotated[Id | None, Query()] = None,
    track: OfTrack = None,
    sort: Annotated[str | None, SORT] = None,
) -> GradingsAnswer:
    """The gradings of a period by supplier, and the distribution of all of them. Without ``period``: of the last month, or of whatever
    the policy grades, that ended; of the annual track the latest year that was graded.

    A period for which nobody can have been graded is refused, and why is said.
    """
    of = Period.parse(period) if period else await latest_period(track, queries)
    found = await queries.page(supplier_month.gradings(of, grade, supplier_id, track), SORT.order(sort), page)
    counted = await queries.rows(supplier_month.distribution(of, track))
    if not counted:
        await refuse_ungraded(of, queries)
    await of_known(supplier_id, found, queries)
    distribution = {each["grade"]: each["supplier_count"] for each in counted}
    return GradingsAnswer(items=found.items, next=found.next, period=str(of), distribution=distribution)


@router.get("/gradings/migration", dependencies=[needs("supplier.grades.read")])
async def show_migration(
    queries: Queries,
    before: Annotated[PeriodText, Query(description="the earlier period")],
    period: Annotated[PeriodText, Query()],
) -> MigrationAnswer:
    """How many suppliers moved from each grade to each other between two periods of one track."""
    earlier, later = Period.parse(before), Period.parse(period)
    track = refuse_two_tracks(earlier, later, queries.policies)
    counted = await queries.rows(supplier_month.migration(earlier, later, track))
    for field, of, side in (("before", earlier, "before"), ("period", later, "after")):
        if all(each[side] is None for each in counted):
            refuse_ungradable(of, queries, field)
    return MigrationAnswer(before=before, period=period, items=counted)


@router.get("/gradings/shadow", dependencies=[needs("supplier.grades.read")])
async def list_shadow_gradings(
    queries: Queries,
    page: Paging,
    period: OfPeriod = None,
    only_different: bool = False,
    track: OfTrack = None,
    sort: Annotated[str | None, SHADOWS] = None,
) -> Page[shadow_grading.Row]:
    """The gradings of the candidate beside the live policy; with ``only_different`` only those with another grade than the live one."""
    return await queries.page(shadow_grading.gradings(period, only_different, track), SHADOWS.order(sort), page)


@router.post("/gradings", dependencies=[needs("supplier.grades.decide")])
async def grade_supplier(grading: JsonBody[GradingBody], commands: Commands, queries: Queries) -> Answered:
    """Grade a supplier by hand for a period that is over, a year on the annual track where there is one; one that was graded already
    stays as it is.
    """
    period = Period.parse(grading.period)
    track = track_of(period, queries.policies)
    if queries.today < (due_on := graded_on(queries.policies, period, track)):
        raise Problem(409, "period-not-over", f"{period} is not over; it can be graded from {due_on} on.")
    return await commands.do(GradeSupplier(grading.supplier_id, period, track))
