"""What a back-test reads of a supplier's history: its facts, and of the gradings on record what they are compared by."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, cast

from contracts import Event
from contracts.envelope import Part
from contracts.supplier import (
    CaseCorrected,
    CaseRecorded,
    CaseWithdrawn,
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionCorrected,
    InspectionRecorded,
    LatenessExcused,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierSurveyed,
    Track,
)
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.result import Basis, Result
from supplier_svc.supplier.restatements import TRACKS
from supplier_svc.supplier.state import facts
from supplier_svc.supplier.state.facts import Facts


class NonconformanceRead(NonconformanceRecorded):
    """Read without checking again what was checked when it was recorded: nonconformances are most of a long log."""

    supplier_id: str
    nonconformance_id: str
    inspection_id: str | None = None
    item_id: str
    lot_id: str
    code: str
    found_on: date
    plant_id: str | None = None
    complaint_id: str | None = None
    customer_id: str | None = None
    sub_supplier_id: str | None = None


class GradingRead(Part):
    """A Grading without its explanation, which is most of it."""

    grade: SupplierGrade
    score: Decimal
    basis: Basis
    scheme: str = "nonconformance_points"


class MovementRead(Part):
    grade: SupplierGrade


class GradedRead(Event):
    """A SupplierGraded, as far as it is compared."""

    TYPE: ClassVar[str] = SupplierGraded.TYPE
    supplier_id: str
    period: str
    grading: GradingRead
    movement: MovementRead | None = None
    track: Track = "operational"


class RestatedRead(Event):
    """A SupplierGradeRestated, as far as it is compared."""

    TYPE: ClassVar[str] = SupplierGradeRestated.TYPE
    supplier_id: str
    period: str
    after: GradingRead
    movement: MovementRead | None = None
    track: Track = "operational"


HANDLES: tuple[type[Event], ...] = (
    DeliveryRecorded,
    DeliveryCorrected,
    LatenessExcused,
    InspectionRecorded,
    InspectionCorrected,
    NonconformanceRead,
    ResponsibilityDecided,
    CaseRecorded,
    CaseCorrected,
    CaseWithdrawn,
    SupplierSurveyed,
    GradedRead,
    RestatedRead,
)


@dataclass(slots=True)
class History:
    """A supplier's facts, and by track the latest grading on record of each period with its grade after movement."""

    facts: Facts = field(default_factory=Facts)
    graded: dict[Track, dict[Period, tuple[SupplierGrade, Result]]] = field(
        default_factory=lambda: {track: {} for track in TRACKS}
    )

    def take(self, event: Event) -> None:
        match event:
            case GradedRead():
                self._graded(event, event.grading)
            case RestatedRead():
                self._graded(event, event.after)
            case _:
                self.facts = facts.evolve(self.facts, cast(facts.Handled, event))

    def _graded(self, event: GradedRead | RestatedRead, result: GradingRead) -> None:
        in_force = event.movement.grade if event.movement else result.grade
        self.graded[event.track][Period.parse(event.period)] = (in_force, result)
