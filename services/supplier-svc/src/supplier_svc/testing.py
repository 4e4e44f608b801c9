"""Short builders of supplier facts for tests: what a call does not name has a plausible value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chassis.backtests import Trial
from chassis.domain import Refusal
from chassis.policies import Policy, PolicyBook
from chassis.testing import Given, as_read, policy_book
from contracts import Event
from contracts.erp import Defect, GoodsReceived, InspectionCompleted, SupplierCaseReported
from contracts.supplier import (
    DeliveryRecorded,
    GradingScheduled,
    InspectionRecorded,
    MainCustomer,
    NonconformanceRecorded,
    ProcessCapability,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierSurvey,
)
from supplier_svc.reports.backtest import BacktestReport, GradingReplay
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier import DECIDER
from supplier_svc.supplier.cases import RecordCase
from supplier_svc.supplier.facts import RecordDelivery, RecordInspection
from supplier_svc.supplier.gradings import GradeSupplier

ALWAYS_COMPARED: tuple[type[Event], ...] = (
    DeliveryRecorded,
    InspectionRecorded,
    NonconformanceRecorded,
    ResponsibilityDecided,
    GradingScheduled,
    SupplierGraded,
    SupplierGradeRestated,
)
"""Facts and gradings. A test names other outcomes (flags, corrective actions, source standings) when it is about them."""


@dataclass(frozen=True)
class GivenSupplier(Given):
    def then(self, *expected: Event | type[Event]) -> Given:
        """The new facts and gradings are exactly these; other kinds, and those of the annual track, are compared only where they are
        named.
        """
        if isinstance(self.outcome, Refusal):
            return super().then(*expected)
        named: list[type[Event]] = [each if isinstance(each, type) else type(each) for each in expected]
        kinds: tuple[type[Event], ...] = (*ALWAYS_COMPARED, *named)
        is_about_years = any(getattr(event, "track", None) == "annual" for event in expected)
        compared = tuple(
            event
            for event in self.outcome
            if not expected
            or (isinstance(event, kinds) and (is_about_years or getattr(event, "track", None) != "annual"))
        )
        Given(self.decider, self.book, self.facts, compared).then(*expected)
        return self

    def one(self, kind: type[Any]) -> Any:
        """The only new event of a type, or of those of both tracks the operational one."""
        found = self.all_of(kind)
        of_track = [event for event in found if getattr(event, "track", None) != "annual"] or found
        assert len(of_track) == 1, f"expected one {kind.__name__}, got {list(self.outcome)}"  # type: ignore[arg-type]
        return of_track[0]

    def all_of(self, kind: type[Any]) -> list[Any]:
        """The new facts of a type."""
        assert not isinstance(self.outcome, Refusal), f"refused: {self.outcome}"
        return [event for event in self.outcome if isinstance(event, kind)]


def supplier(*facts: Event, under: tuple[Policy, ...] = ()) -> GivenSupplier:
    """A supplier after these facts, under the default policies or with others in their place from the beginning."""
    return GivenSupplier(DECIDER, book(*under), tuple(facts))


def book(*under: Policy) -> PolicyBook:
    """The default policies, with others in their place from the beginning."""
    return policy_book(SERVICE.policies, *under)


def backtest(trial: Trial, events: Iterable[Event]) -> BacktestReport:
    """What a back-test reports of these events, read as it reads them from the log."""
    replay = GradingReplay(trial)
    for event in as_read(SERVICE.backtests[0], events):
        replay.take(event, datetime.now(UTC))  # it reads the days of the events themselves
    replay.settle()
    return replay.report()


SURVEY = SupplierSurvey(
    processes=(ProcessCapability(name="die casting", cpk=Decimal("1.33")),),
    certifications=("ISO 9001",),
    customers=(MainCustomer(name="A pump maker", feedback="delivers on time"),),
)
"""A survey that says something of every topic, as its gate needs it."""


def grade(period: str) -> GradeSupplier:
    return GradeSupplier("S-1", Period.parse(period))


def grade_year(year: str) -> GradeSupplier:
    return GradeSupplier("S-1", Period.parse(year), "annual")


def delivery(
    delivery_id: str = "D-1", on: str = "2024-05-10", promised: str | None = None, **fields: Any
) -> RecordDelivery:
    """A delivery on its promised day, unless another is named."""
    plain = GoodsReceived(
        delivery_id=delivery_id,
        supplier_id="S-1",
        item_id="bolt",
        lot_id=f"L-{delivery_id}",
        quantity=Decimal(1000),
        promised_on=date.fromisoformat(promised or on),
        received_on=date.fromisoformat(on),
        unit_price=Decimal("0.10"),
        currency="EUR",
    )
    return RecordDelivery(plain.model_copy(update=fields))


def deliveries(lots: int, on: str = "2024-05-10", **fields: Any) -> list[RecordDelivery]:
    """``lots`` deliveries on one day."""
    return [delivery(f"D-{on}-{number}", on, **fields) for number in range(lots)]


def inspection(inspection_id: str = "I-1", *defects: str, on: str = "2024-05-12", **fields: Any) -> RecordInspection:
    """An inspection that found defects of these severities; ``"major own"`` names another responsibility."""
    plain = InspectionCompleted(
        inspection_id=inspection_id,
        supplier_id="S-1",
        item_id="bolt",
        lot_id="L-1",
        stage="incoming",
        lot_quantity=Decimal(1000),
        result="rejected" if defects else "accepted",
        defects=tuple(_defect(*words.split()) for words in defects),
        inspected_on=date.fromisoformat(on),
    )
    return RecordInspection(plain.model_copy(update=fields))


def case(case_id: str, kind: Any = "uncooperative", on: str = "2024-05-15", **fields: Any) -> RecordCase:
    """A lack of cooperation."""
    plain = SupplierCaseReported(
        case_id=case_id, supplier_id="S-1", kind=kind, happened_on=date.fromisoformat(on), note="did not answer"
    )
    return RecordCase(plain.model_copy(update=fields))


def _defect(severity: Any, responsibility: Any = "supplier") -> Defect:
    return Defect(code="crack", severity=severity, quantity=Decimal(1), responsibility=responsibility)
