"""The standing of a supplier on a business date, from the rows of its periods: both tracks, the ceiling, and what would raise it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from chassis.policies import PolicyBook
from contracts.supplier import Track
from supplier_svc.read_models import supplier_month
from supplier_svc.responses.gradings import GradeAnswer, Relief, TrackGrade
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.rules.standing import Judged, standing_of

Rows = Sequence[dict[str, Any]]


def grade_answer(
    supplier_id: str, rows: Rows, on: date, as_known_at: datetime | None, policies: PolicyBook
) -> GradeAnswer:
    """By the gradings that counted when the day began."""
    operational, annual = _of(rows, "operational"), _of(rows, "annual")
    found, year = supplier_month.grade_on(operational, on), supplier_month.grade_on(annual, on)
    latest, otherwise = found.latest, found.grade or ("insufficient" if year.latest else None)
    standing = standing_of(_judged(operational, on), _judged(annual, on), otherwise, policies)  # type: ignore[arg-type]
    decides = year.decides if standing.is_limited else found.decides
    return GradeAnswer(
        supplier_id=supplier_id,
        as_of=on,
        as_known_at=as_known_at,
        grade=standing.grade,
        deciding_period=decides and decides["period"],
        latest_period=latest and latest["period"],
        latest_grade=latest and latest["grade"],
        latest_score=latest and latest["score"],
        operational=_track(found),
        annual=_track(year),
        ceiling=standing.ceiling,
        ceiling_because=standing.because,
        relief=Relief(running=standing.running, needed=standing.needed),
    )


def _of(rows: Rows, track: Track) -> Rows:
    return [row for row in rows if row["track"] == track]


def _judged(rows: Rows, on: date) -> Iterator[Judged]:
    for row in rows:
        if row["grade"] is not None and row["moved_grade"] != "insufficient" and row["counts_on"] <= on:
            yield Judged(Period.parse(row["period"]), row["moved_grade"], row["counts_from"])


def _track(found: supplier_month.GradeOn) -> TrackGrade | None:
    decides = found.decides
    if decides is None:
        return None
    return TrackGrade(grade=decides["moved_grade"], score=decides["score"], period=decides["period"])
