"""Why a period of a supplier was graded as it was, and what the next better grade would have taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.http import Queries
from contracts.supplier import Grading, Movement
from supplier_svc.read_models import nonconformance, supplier_month
from supplier_svc.read_models.nonconformance import NonconformanceRow
from supplier_svc.responses.gradings import ExplanationAnswer
from supplier_svc.scoring.next_grade import next_grade
from supplier_svc.scoring.period import Period


async def explanation(
    supplier_id: str, queries: Queries, period: Period | None = None, as_known_at: datetime | None = None
) -> ExplanationAnswer | None:
    """Of a period, or of the latest graded one, as it is known now or was known then; None where none was graded."""
    row = await _graded(supplier_id, queries, period, as_known_at)
    if row is None or row["grading"] is None:
        return None
    grading = Grading.model_validate(row["grading"], strict=False)
    records = await _records(supplier_id, queries, grading.deciding_records, as_known_at)
    counted = await _counted(supplier_id, queries, Period.parse(row["period"]), row, as_known_at)
    lots_of_months, points_of_months = (sum(each[name] for each in counted) for name in ("lots_received", "points"))
    lots = next((int(each.value) for each in grading.factors if each.name == "lots_received"), lots_of_months)
    points = sum(int(each.value) for each in grading.factors if each.name == "points") or points_of_months
    return ExplanationAnswer(
        supplier_id=supplier_id,
        period=row["period"],
        track=row["track"],
        points=points,
        lots_received=lots,
        grading=grading,
        movement=row["movement"] and Movement.model_validate(row["movement"], strict=False),
        moved_grade=row["moved_grade"],
        deciding_records=[NonconformanceRow(**record) for record in records],
        next_grade=next_grade(grading, points, lots),
        first_grade=row["first_grade"],
        restatement_count=row["restatement_count"],
        restated_because=row["restated_because"],
    )


async def _graded(
    supplier_id: str, queries: Queries, period: Period | None, as_known_at: datetime | None
) -> dict[str, Any] | None:
    if as_known_at is None:
        latest = supplier_month.latest_graded(supplier_id)
        return await queries.one(supplier_month.month(supplier_id, period) if period else latest)
    rows = await queries.known(supplier_month.MODEL, f"supplier-{supplier_id}", as_known_at)
    graded = [row for row in rows if row["grade"] and (period is None or row["period"] == str(period))]
    return max(graded, key=lambda row: (row["track"], supplier_month.by_end(row)), default=None)


async def _counted(
    supplier_id: str, queries: Queries, period: Period, row: dict[str, Any], as_known_at: datetime | None
) -> list[dict[str, Any]]:
    """The rows of the months of a period, in which its facts are counted."""
    if period.months == 1:
        return [row]
    if as_known_at is None:
        rows = await queries.rows(supplier_month.between(supplier_id, period.starts_on, period.ends_on))
    else:
        rows = await queries.known(supplier_month.MODEL, f"supplier-{supplier_id}", as_known_at)
    months = {str(month) for month in period.calendar_months()}
    return [each for each in rows if each["period"] in months]


async def _records(
    supplier_id: str, queries: Queries, ids: Sequence[str], as_known_at: datetime | None
) -> list[dict[str, Any]]:
    """The records that decided, the costliest first."""
    if as_known_at is None:
        return await queries.rows(nonconformance.records(supplier_id, ids)) if ids else []
    rows = await queries.known(nonconformance.MODEL, f"supplier-{supplier_id}", as_known_at)
    by_id = {row["nonconformance_id"]: row for row in rows}
    return [by_id[each] for each in ids if each in by_id]
