"""The facts on record about a supplier, each once, and their tallies by month."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, assert_never

from immutables import Map

from contracts.erp import SubLot
from contracts.supplier import (
    CaseCorrected,
    CaseRecorded,
    CaseWithdrawn,
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionCorrected,
    InspectionRecorded,
    LatenessExcused,
    LotFigures,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierSurveyed,
    SurveyTopic,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.scoring.failed_lots import failed_lots
from supplier_svc.scoring.inspected import is_of_lot, rejects_lot
from supplier_svc.scoring.period import Period, month_of
from supplier_svc.scoring.tally import Case, Inspected, Nonconformance, Opinion, Received, Tally

Handled = (
    DeliveryRecorded
    | DeliveryCorrected
    | LatenessExcused
    | InspectionRecorded
    | InspectionCorrected
    | NonconformanceRecorded
    | ResponsibilityDecided
    | CaseRecorded
    | CaseCorrected
    | CaseWithdrawn
    | SupplierSurveyed
    | UnapprovedDeliveryFlagged
)


NOTHING = Tally()


class Lot(NamedTuple):
    """A delivery as it counts now; ``days_late`` is 0 when it was on time or excused. A quantity of 0 is no lot."""

    received_on: date
    item_id: str
    plant_id: str | None
    days_late: int
    lot_id: str
    currency: str
    quantity: Decimal
    promised_on: date
    unit_price: Decimal
    standard_price: Decimal | None
    lowest_price: Decimal | None
    ordered_quantity: Decimal | None
    is_excused: bool = False
    sub_lots: tuple[SubLot, ...] = ()


class Inspection(NamedTuple):
    """An inspection as it counts now, beside its defects."""

    inspected_on: date
    item_id: str
    plant_id: str | None
    lot_id: str
    stage: str
    lot_quantity: Decimal
    result: str
    line_stop_minutes: int


class Survey(NamedTuple):
    answered_on: date
    respondent: str
    scores: dict[SurveyTopic, Decimal]
    round_id: str | None = None


class Facts(NamedTuple):
    """Facts by their ids, and ``tallies`` by calendar month; ``items`` are those that the supplier has supplied.

    ``made_of``: item and lot → delivery → the sub-suppliers' lots that it was made of; only of lots that name some.
    """

    deliveries: Map[str, Lot] = Map()
    inspections: Map[str, Inspection] = Map()
    cases: Map[str, Case] = Map()
    surveys: Map[str, Survey] = Map()
    tallies: Map[Period, Tally] = Map()
    items: Map[str, None] = Map()
    flagged_months: Map[Period, None] = Map()
    lots: Map[str, str | tuple[str, ...]] = Map()
    """By lot: the id of its delivery, or the ids where there are several, or several items with a lot of this name."""
    made_of: Map[tuple[str, str], Map[str, tuple[SubLot, ...]]] = Map()

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

    def failed_lots(self) -> Mapping[str, frozenset[str]]:
        """Item → its lots that failed in use, whenever that was found out."""
        return failed_lots(self.tallies.values())

    def months_of_lot(self, item_id: str, lot_id: str) -> list[Period]:
        """The months in which deliveries of a lot were received."""
        return sorted({month_of(lot.received_on) for _, lot in self.of_lot(item_id, lot_id) if lot.quantity})

    def of_lot(self, item_id: str, lot_id: str) -> list[tuple[str, Lot]]:
        """The deliveries of an item's lot, with their ids."""
        ids = self.lots.get(lot_id, ())
        found = [(each, self.deliveries[each]) for each in ((ids,) if isinstance(ids, str) else ids)]
        return [(delivery_id, lot) for delivery_id, lot in found if lot.item_id == item_id]

    def sub_supplier_of(self, item_id: str, lot_id: str) -> str | None:
        """The one sub-supplier that a lot was made of; None where none, or more than one, is known."""
        found = {each.sub_supplier_id for lots in self.made_of.get((item_id, lot_id), Map()).values() for each in lots}
        return found.pop() if len(found) == 1 else None

    def nonconformance(self, nonconformance_id: str) -> Nonconformance | None:
        found = (tally.records.get(nonconformance_id) for tally in self.tallies.values())
        return next((record for record in found if record is not None), None)


def evolve(facts: Facts, event: Handled) -> Facts:
    match event:
        case DeliveryRecorded():
            lot = Lot(
                event.received_on, event.item_id, event.plant_id, event.days_late, event.lot_id, event.currency, event.quantity,
                event.promised_on, event.unit_price, event.standard_price, event.lowest_price, event.ordered_quantity,
                sub_lots=event.sub_lots,
            )  # fmt: skip
            facts = _made_of(facts, event.delivery_id, lot)
            facts = facts._replace(lots=_with_lot(facts.lots, event.lot_id, event.delivery_id))
            return _counted(facts, event, event, 1)
        case DeliveryCorrected():
            lot = facts.deliveries[event.delivery_id]._replace(**dict(event.after))
            facts = _made_of(facts, event.delivery_id, lot)
            return _counted(_counted(facts, event, event.before, -1), event, event.after, 1)
        case LatenessExcused():
            tally, place = _tally(facts, event.received_on), (event.item_id, event.plant_id)
            received = tally.received[place].excused(event.days_late_before)
            lot = facts.deliveries[event.delivery_id]._replace(days_late=0, is_excused=True)
            facts = facts._replace(deliveries=facts.deliveries.set(event.delivery_id, lot))
            return _with(facts, event.received_on, tally._replace(received=tally.received.set(place, received)))
        case InspectionRecorded():
            tally = _inspected(_tally(facts, event.inspected_on), event, is_of_lot(event))
            inspected = Inspection(
                event.inspected_on, event.item_id, event.plant_id, event.lot_id, event.stage, event.lot_quantity, event.result,
                event.line_stop_minutes,
            )  # fmt: skip
            tally = _noted(tally, event.inspection_id, inspected)
            facts = facts._replace(inspections=facts.inspections.set(event.inspection_id, inspected))
            return _with(facts, event.inspected_on, tally, event.item_id)
        case InspectionCorrected():
            inspected = facts.inspections[event.inspection_id]._replace(**dict(event.after))
            facts = facts._replace(inspections=facts.inspections.set(event.inspection_id, inspected))
            lots = is_of_lot(event.after) - is_of_lot(event.before)
            tally = _noted(_inspected(_tally(facts, event.inspected_on), event, lots), event.inspection_id, inspected)
            return _with(facts, event.inspected_on, tally)
        case NonconformanceRecorded():
            record = Nonconformance(
                event.severity, event.responsibility, event.points, event.found_on, event.inspection_id, event.item_id,
                event.plant_id, event.code, event.quantity, event.lot_id, event.customer_id, (), event.stage,
            )  # fmt: skip
            tally = _tally(facts, event.found_on)
            tally = tally._replace(records=tally.records.set(event.nonconformance_id, record))
            return _with(facts, event.found_on, tally, event.item_id)
        case ResponsibilityDecided():
            tally = _tally(facts, event.found_on)
            record = tally.records[event.nonconformance_id]
            was = (*record.was, record.responsibility)
            record = record._replace(responsibility=event.responsibility, points=event.points, was=was)
            return _with(
                facts, event.found_on, tally._replace(records=tally.records.set(event.nonconformance_id, record))
            )
        case CaseRecorded():
            case = Case(event.kind, event.happened_on, event.item_id, event.plant_id, event.note)
            tally = _tally(facts, event.happened_on)
            facts = facts._replace(cases=facts.cases.set(event.case_id, case))
            return _with(facts, event.happened_on, tally._replace(cases=tally.cases.set(event.case_id, case)))
        case CaseCorrected():
            case = facts.cases[event.case_id]._replace(kind=event.kind, note=event.note)
            facts, tally = facts._replace(cases=facts.cases.set(event.case_id, case)), _tally(facts, event.happened_on)
            # One that was withdrawn stays withdrawn.
            cases = tally.cases.set(event.case_id, case) if event.case_id in tally.cases else tally.cases
            return _with(facts, event.happened_on, tally._replace(cases=cases))
        case CaseWithdrawn():
            tally = _tally(facts, event.happened_on)
            return _with(facts, event.happened_on, tally._replace(cases=tally.cases.delete(event.case_id)))
        case SupplierSurveyed():
            tally = _tally(facts, event.answered_on)
            opinion = Opinion(event.function or "supply", event.scores)
            tally = tally._replace(surveys=tally.surveys.set(event.survey_id, opinion))
            survey = Survey(event.answered_on, event.respondent, event.scores, event.round_id)
            facts = facts._replace(surveys=facts.surveys.set(event.survey_id, survey))
            return _with(facts, event.answered_on, tally)
        case UnapprovedDeliveryFlagged():
            month = month_of(event.received_on)
            return facts._replace(flagged_months=facts.flagged_months.set(month, None))
    assert_never(event)


def _with_lot(lots: Map[str, str | tuple[str, ...]], lot_id: str, delivery_id: str) -> Map[str, str | tuple[str, ...]]:
    before = lots.get(lot_id)
    if before is None:
        return lots.set(lot_id, delivery_id)
    return lots.set(lot_id, (*((before,) if isinstance(before, str) else before), delivery_id))


def _made_of(facts: Facts, delivery_id: str, lot: Lot) -> Facts:
    """With the delivery as it is now, and what it was made of."""
    facts = facts._replace(deliveries=facts.deliveries.set(delivery_id, lot))
    key = (lot.item_id, lot.lot_id)
    if not lot.sub_lots and key not in facts.made_of:
        return facts
    of_lot = facts.made_of.get(key, Map()).set(delivery_id, lot.sub_lots)
    return facts._replace(made_of=facts.made_of.set(key, of_lot))


def _counted(
    facts: Facts, of: DeliveryRecorded | DeliveryCorrected, figures: DeliveryRecorded | LotFigures, lots: int
) -> Facts:
    """With a lot of these figures, or without it (``lots`` −1). A quantity of 0 is no lot."""
    if not figures.quantity:
        return facts
    of_lot = of.lot_id if isinstance(of, DeliveryRecorded) else facts.deliveries[of.delivery_id].lot_id
    tally, place = _tally(facts, of.received_on), (of.item_id, of.plant_id)
    received = tally.received.get(place, Received()).plus(
        of_lot, figures.days_late, figures.unit_price, figures.standard_price, figures.lowest_price, lots
    )
    by_place = tally.received.set(place, received) if received.lots else tally.received.delete(place)
    return _with(facts, of.received_on, tally._replace(received=by_place), of.item_id)


def _inspected(tally: Tally, of: InspectionRecorded | InspectionCorrected, lots: int) -> Tally:
    """With an inspection of a lot (``lots`` 1), or without it (−1)."""
    if not lots:
        return tally
    place = (of.item_id, of.plant_id)
    number = tally.inspections.get(place, 0) + lots
    return tally._replace(
        inspections=tally.inspections.set(place, number) if number else tally.inspections.delete(place)
    )


def _noted(tally: Tally, inspection_id: str, inspected: Inspection) -> Tally:
    """With the inspection among the notable ones where it rejected its lot or a line stood still."""
    is_rejected = rejects_lot(inspected)
    if not is_rejected and not inspected.line_stop_minutes:
        return tally._replace(notable=tally.notable.delete(inspection_id)) if inspection_id in tally.notable else tally
    notable = Inspected(
        inspected.item_id, inspected.plant_id, inspected.lot_id, is_rejected, inspected.line_stop_minutes
    )
    return tally._replace(notable=tally.notable.set(inspection_id, notable))


def _tally(facts: Facts, day: date) -> Tally:
    return facts.tallies.get(month_of(day), NOTHING)


def _with(facts: Facts, day: date, tally: Tally, item_id: str | None = None) -> Facts:
    items = facts.items if item_id is None or item_id in facts.items else facts.items.set(item_id, None)
    return facts._replace(tallies=facts.tallies.set(month_of(day), tally), items=items)
