"""The facts on record about a supplier, each once, and their tallies by month."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, assert_never

from immutables import Map

from contracts.supplier import (
    CaseRecorded,
    CaseWithdrawn,
    DeliveryRecorded,
    InspectionRecorded,
    LatenessExcused,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierSurveyed,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.scoring.period import Period, month_of
from supplier_svc.scoring.tally import Case, Inspected, Nonconformance, Received, Tally

Handled = (
    DeliveryRecorded
    | LatenessExcused
    | InspectionRecorded
    | NonconformanceRecorded
    | ResponsibilityDecided
    | CaseRecorded
    | CaseWithdrawn
    | SupplierSurveyed
    | UnapprovedDeliveryFlagged
)


NOTHING = Tally()


class Lot(NamedTuple):
    """A delivery; ``days_late`` is 0 when it was on time or excused."""

    received_on: date
    item_id: str
    plant_id: str | None
    days_late: int


class Facts(NamedTuple):
    """Facts by their ids, and ``tallies`` by calendar month; ``items`` are those that the supplier has supplied."""

    deliveries: Map[str, Lot] = Map()
    inspections: Map[str, date] = Map()
    cases: Map[str, Case] = Map()
    surveys: Map[str, date] = Map()
    tallies: Map[Period, Tally] = Map()
    items: Map[str, None] = Map()
    flagged_months: Map[Period, None] = Map()

    @property
    def is_empty(self) -> bool:
        return not self.tallies

    def of(self, period: Period) -> Iterable[Tally]:
        """The tallies of a period's months that have one."""
        return [tally for month in period.calendar_months() if (tally := self.tallies.get(month)) is not None]

    def is_active(self, period: Period, active_months: int) -> bool:
        """Whether there is a fact in the ``active_months`` months that end with the period, or in any month of the period itself."""
        last = period.last_month
        return any(last.plus(-back) in self.tallies for back in range(max(active_months, period.months)))

    def nonconformance(self, nonconformance_id: str) -> Nonconformance | None:
        found = (tally.records.get(nonconformance_id) for tally in self.tallies.values())
        return next((record for record in found if record is not None), None)


def evolve(facts: Facts, event: Handled) -> Facts:
    match event:
        case DeliveryRecorded():
            lot = Lot(event.received_on, event.item_id, event.plant_id, event.days_late)
            tally, place = _tally(facts, event.received_on), (event.item_id, event.plant_id)
            received = tally.received.get(place, Received()).plus(
                event.days_late, event.unit_price, event.standard_price, event.lowest_price
            )
            tally = tally._replace(received=tally.received.set(place, received))
            facts = facts._replace(deliveries=facts.deliveries.set(event.delivery_id, lot))
            return _with(facts, event.received_on, tally, event.item_id)
        case LatenessExcused():
            tally, place = _tally(facts, event.received_on), (event.item_id, event.plant_id)
            received = tally.received[place].excused(event.days_late_before)
            lot = facts.deliveries[event.delivery_id]._replace(days_late=0)
            facts = facts._replace(deliveries=facts.deliveries.set(event.delivery_id, lot))
            return _with(facts, event.received_on, tally._replace(received=tally.received.set(place, received)))
        case InspectionRecorded():
            tally, place = _tally(facts, event.inspected_on), (event.item_id, event.plant_id)
            tally = tally._replace(inspections=tally.inspections.set(place, tally.inspections.get(place, 0) + 1))
            is_rejected = event.result == "rejected"
            if is_rejected or event.line_stop_minutes:
                notable = Inspected(*place, event.lot_id, is_rejected, event.line_stop_minutes)
                tally = tally._replace(notable=tally.notable.set(event.inspection_id, notable))
            inspections = facts.inspections.set(event.inspection_id, event.inspected_on)
            return _with(facts._replace(inspections=inspections), event.inspected_on, tally, event.item_id)
        case NonconformanceRecorded():
            record = Nonconformance(
                event.severity, event.responsibility, event.points, event.found_on, event.inspection_id, event.item_id,
                event.plant_id, event.code, event.quantity,
            )  # fmt: skip
            tally = _tally(facts, event.found_on)
            tally = tally._replace(records=tally.records.set(event.nonconformance_id, record))
            return _with(facts, event.found_on, tally, event.item_id)
        case ResponsibilityDecided():
            tally = _tally(facts, event.found_on)
            record = tally.records[event.nonconformance_id]
            record = record._replace(responsibility=event.responsibility, points=event.points)
            return _with(
                facts, event.found_on, tally._replace(records=tally.records.set(event.nonconformance_id, record))
            )
        case CaseRecorded():
            case = Case(event.kind, event.happened_on, event.item_id, event.plant_id)
            tally = _tally(facts, event.happened_on)
            facts = facts._replace(cases=facts.cases.set(event.case_id, case))
            return _with(facts, event.happened_on, tally._replace(cases=tally.cases.set(event.case_id, case)))
        case CaseWithdrawn():
            tally = _tally(facts, event.happened_on)
            return _with(facts, event.happened_on, tally._replace(cases=tally.cases.delete(event.case_id)))
        case SupplierSurveyed():
            tally = _tally(facts, event.answered_on)
            tally = tally._replace(surveys=tally.surveys.set(event.survey_id, event.scores))
            facts = facts._replace(surveys=facts.surveys.set(event.survey_id, event.answered_on))
            return _with(facts, event.answered_on, tally)
        case UnapprovedDeliveryFlagged():
            month = month_of(event.received_on)
            return facts._replace(flagged_months=facts.flagged_months.set(month, None))
    assert_never(event)


def _tally(facts: Facts, day: date) -> Tally:
    return facts.tallies.get(month_of(day), NOTHING)


def _with(facts: Facts, day: date, tally: Tally, item_id: str | None = None) -> Facts:
    items = facts.items if item_id is None or item_id in facts.items else facts.items.set(item_id, None)
    return facts._replace(tallies=facts.tallies.set(month_of(day), tally), items=items)
