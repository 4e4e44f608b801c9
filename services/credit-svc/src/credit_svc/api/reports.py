"""Routes of the reports."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import KnownAt, NotFound, Page, Paging, Queries, needs
from contracts.fields import Currency, Id
from credit_svc.api.accounts import AsOf
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import shadow_check
from credit_svc.reports.ageing import ageing_report, known_ageing_report
from credit_svc.reports.dso import dso_report
from credit_svc.reports.known import known_customer
from credit_svc.reports.months import months_report, standard_report
from credit_svc.reports.segments import By, known_segments_report, segments
from credit_svc.reports.small_differences import small_differences_report
from credit_svc.reports.today import region_of
from credit_svc.responses.reports import (
    AgeingAnswer,
    DsoAnswer,
    MonthAnswer,
    SegmentAnswer,
    ShadowAnswer,
    SmallDifferencesAnswer,
    StandardAnswer,
)

router = APIRouter(prefix="/v1/reports", tags=["reports"])

DayCount = Annotated[int, Query(ge=1, le=3660, description="days up to and with as_of")]


@router.get("/ageing", dependencies=[needs("credit.reports.read")])
async def report_ageing(
    queries: Queries,
    currency: Currency,
    as_of: AsOf = None,
    customer_id: Id | None = None,
    as_known_at: KnownAt = None,
) -> AgeingAnswer:
    """Open receivables by age, of all customers or of one; they tie to the balance."""
    customer_id = await known_customer(queries, customer_id)
    day = _day(queries, as_of, as_known_at, customer_id and await region_of(customer_id, queries))
    if as_known_at is not None:
        return await known_ageing_report(queries, day, as_known_at, currency, customer_id)
    return await ageing_report(queries, day, currency, customer_id)


@router.get("/dso", dependencies=[needs("credit.reports.read")])
async def report_dso(
    queries: Queries,
    currency: Currency,
    as_of: AsOf = None,
    days: DayCount = 90,
    as_known_at: KnownAt = None,
) -> DsoAnswer:
    """Days sales outstanding: average, best possible, delinquent, by count-back; and the collection effectiveness."""
    return await dso_report(queries, _day(queries, as_of, as_known_at), days, currency, as_known_at)


@router.get("/months", dependencies=[needs("credit.reports.read")])
async def report_months(
    queries: Queries,
    page: Paging,
    currency: Currency,
    as_of: AsOf = None,
    months: Annotated[int, Query(ge=1, le=36)] = 12,
    as_known_at: KnownAt = None,
) -> Page[MonthAnswer]:
    """Receivables, overdue ratio, bad-debt ratio, DSO and collection effectiveness month by month, the newest first."""
    day = _day(queries, as_of, as_known_at)
    return page.part_of(await months_report(queries, day, months, currency, as_known_at))


@router.get("/small-differences", dependencies=[needs("credit.reports.read")])
async def report_small_differences(
    queries: Queries, currency: Currency, as_of: AsOf = None, days: DayCount = 366
) -> SmallDifferencesAnswer:
    """What was given up by rule because it is too little to pursue, in the last days, by customer."""
    return await small_differences_report(queries, currency, as_of or queries.today, days)


@router.get("/standard", dependencies=[needs("credit.reports.read")])
async def report_standard(
    queries: Queries, currency: Currency, as_of: AsOf = None, as_known_at: KnownAt = None
) -> StandardAnswer:
    """The gates of the credit standard: bad-debt ratio and DSO, each against what the policy allows."""
    return await standard_report(queries, _day(queries, as_of, as_known_at), currency, as_known_at)


@router.get("/segments", dependencies=[needs("credit.reports.read")])
async def report_segments(
    queries: Queries,
    page: Paging,
    currency: Currency,
    by: By = "behaviour",
    as_of: AsOf = None,
    as_known_at: KnownAt = None,
) -> Page[SegmentAnswer]:
    """What is open and overdue by behaviour class, credit class or tier of the customers; now, or with the classes of a past day.

    Now is all that was recorded, also money of a later day. A tier has no business day: it is the last one of what was known.
    """
    if as_of is not None or as_known_at is not None:
        day = _day(queries, as_of, as_known_at)
        return page.part_of(await known_segments_report(queries, by, day, as_known_at, currency))
    return page.part_of(await queries.rows(segments(by, currency, queries.today)))


@router.get("/shadow", dependencies=[needs("credit.reports.read")])
async def report_shadow(
    queries: Queries, page: Paging, shadow: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> Page[ShadowAnswer]:
    """A candidate of the credit policy against the live one: the orders that only one of them would have let through."""
    rows = await queries.rows(shadow_check.comparison(shadow))
    running = queries.policies.shadow(CreditPolicy)
    if not rows and (running is None or running.version != shadow):
        raise NotFound("candidate of the credit policy, running or compared before, with the number", str(shadow))
    return page.part_of(rows)


def _day(queries: Queries, as_of: date | None, as_known_at: datetime | None, region: str | None = None) -> date:
    """The business day of the request; without one the day of what was known, in a region or of the whole business."""
    return as_of or queries.day_of(as_known_at or queries.now, region)
