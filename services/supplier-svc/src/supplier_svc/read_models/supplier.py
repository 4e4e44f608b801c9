"""One row per supplier: its grade, where its qualification stands, and the dates of its facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    DeliveryCorrected,
    DeliveryRecorded,
    Grading,
    InspectionRecorded,
    NonconformanceRecorded,
    OnboardingFileRevised,
    PartnerRated,
    PreferredSourceEnded,
    PreferredSourceNamed,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
    SupplierTrialStarted,
)
from supplier_svc.scoring.period import Period

Handled = (
    DeliveryRecorded
    | DeliveryCorrected
    | InspectionRecorded
    | NonconformanceRecorded
    | SupplierGraded
    | SupplierGradeRestated
    | SupplierRegistered
    | OnboardingFileRevised
    | PartnerRated
    | PreferredSourceNamed
    | PreferredSourceEnded
    | SupplierGatePassed
    | SupplierGateFailed
    | SupplierApproved
    | SupplierTrialStarted
    | SupplierSuspended
    | SupplierReinstated
    | SupplierEliminated
    | SupplierReentryOpened
)


@dataclass(frozen=True)
class SupplierRow:
    """``grade`` is in force, ``ceiling`` what it is limited to; ``latest_*`` and ``annual_*`` period, grade and score are those of the
    latest grading on the operational and the annual track.

    ``status`` is the next gate of the qualification, or its outcome; unregistered without an onboarding file.
    """

    supplier_id: str
    name: str | None = None
    grade: str | None = None
    latest_period: str | None = None
    latest_grade: str | None = None
    latest_score: Decimal | None = None
    status: str = "unregistered"
    status_before: str | None = None
    rating: str | None = None
    is_preferred: bool = False
    reentry_from: date | None = None
    first_fact_on: date | None = None
    last_fact_on: date | None = None
    lots_received: int = 0
    inspection_count: int = 0
    nonconformance_count: int = 0
    annual_period: str | None = None
    annual_grade: str | None = None
    annual_score: Decimal | None = None
    ceiling: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: SupplierRow | None, event: Handled, _: Envelope) -> SupplierRow:
    row = row or SupplierRow(*key)
    match event:
        case DeliveryRecorded():
            return replace(_with_fact(row, event.received_on), lots_received=row.lots_received + bool(event.quantity))
        case DeliveryCorrected(before=before, after=after):
            return replace(row, lots_received=row.lots_received + bool(after.quantity) - bool(before.quantity))
        case InspectionRecorded():
            return replace(_with_fact(row, event.inspected_on), inspection_count=row.inspection_count + 1)
        case NonconformanceRecorded():
            return replace(_with_fact(row, event.found_on), nonconformance_count=row.nonconformance_count + 1)
        case SupplierGraded():
            return _with_grade(row, event, event.grading)
        case SupplierGradeRestated():
            return _with_grade(row, event, event.after)
        case SupplierRegistered():
            return replace(row, name=event.file.name, status="survey")
        case OnboardingFileRevised():
            return replace(row, name=event.file.name)
        case PartnerRated():
            return replace(row, rating=event.rating)
        case PreferredSourceNamed():
            return replace(row, is_preferred=True)
        case PreferredSourceEnded():
            return replace(row, is_preferred=False)
        case _:
            return _with_status(row, event)


def _with_status(row: SupplierRow, event: Handled) -> SupplierRow:
    match event:
        case SupplierGatePassed():
            return replace(row, status=event.next_gate or "gates_passed")
        case SupplierGateFailed():
            return replace(row, status="rejected")
        case SupplierApproved():
            return replace(row, status="approved")
        case SupplierTrialStarted():
            return replace(row, status="trial")
        case SupplierSuspended():
            return replace(row, status="suspended", status_before=row.status)
        case SupplierReinstated():
            return replace(row, status=row.status_before or "approved", status_before=None)
        case SupplierEliminated():
            return replace(row, status="eliminated", reentry_from=event.reentry_from)
        case SupplierReentryOpened():
            return replace(row, status="survey", reentry_from=None)
        case _:
            return row


def _with_fact(row: SupplierRow, day: date) -> SupplierRow:
    first, last = row.first_fact_on or day, row.last_fact_on or day
    return replace(row, first_fact_on=min(first, day), last_fact_on=max(last, day))


def _with_grade(row: SupplierRow, event: SupplierGraded | SupplierGradeRestated, grading: Grading) -> SupplierRow:
    row, period = replace(row, grade=event.standing, ceiling=event.ceiling), event.period
    latest = row.latest_period if event.track == "operational" else row.annual_period
    if latest is not None and Period.parse(period) < Period.parse(latest):
        return row
    if event.track == "annual":
        return replace(row, annual_period=period, annual_grade=grading.grade, annual_score=grading.score)
    return replace(row, latest_period=period, latest_grade=grading.grade, latest_score=grading.score)


MODEL = ReadModel(
    name="supplier",
    version=5,
    row=SupplierRow,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("grade", "supplier_id"), ("status", "supplier_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.supplier_id,)


def suppliers(grade: SupplierGrade | None = None, status: str | None = None) -> Select[Any]:
    """All suppliers, or those with a grade in force or that status."""
    query = select(TABLE)
    query = query if grade is None else query.where(TABLE.c.grade == grade)
    return query if status is None else query.where(TABLE.c.status == status)


def supplier(supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)
