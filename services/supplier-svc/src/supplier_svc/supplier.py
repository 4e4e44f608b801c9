"""A supplier: its facts month by month, the grades decided from them, and the standing that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Literal, assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.erp import GoodsReceived, InspectionCompleted
from contracts.supplier import (
    DeliveryRecorded,
    GradingScheduled,
    InspectionRecorded,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.grading import Nonconformance, grade
from supplier_svc.months import Graded, Months
from supplier_svc.period import Period
from supplier_svc.policies import SupplierGrading
from supplier_svc.recording import delivery_recorded, findings, inspection_recorded, responsibility_decided

# --- state ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Supplier:
    """``deliveries`` and ``inspections`` that were recorded: id → the day; and the months that they fell in."""

    deliveries: Map[str, date] = field(default_factory=Map)
    inspections: Map[str, date] = field(default_factory=Map)
    months: Months = field(default_factory=Months)

    @property
    def is_known(self) -> bool:
        return bool(self.deliveries or self.inspections)


# --- evolve --------------------------------------------------------------------------------------------------------


def evolve(supplier: Supplier, event: Event) -> Supplier:
    months = supplier.months
    match event:
        case DeliveryRecorded():
            period = Period.of(event.received_on)
            tally = months[period].tally
            deliveries = supplier.deliveries.set(event.delivery_id, event.received_on)
            months = months.with_tally(period, replace(tally, lots=tally.lots + 1))
            return replace(supplier, deliveries=deliveries, months=months)
        case InspectionRecorded():
            period = Period.of(event.inspected_on)
            tally = months[period].tally
            inspections = supplier.inspections.set(event.inspection_id, event.inspected_on)
            months = months.with_tally(period, replace(tally, inspections=tally.inspections + 1))
            return replace(supplier, inspections=inspections, months=months)
        case NonconformanceRecorded() | ResponsibilityDecided():
            period = Period.of(event.found_on)
            tally = months[period].tally
            record = Nonconformance(event.severity, event.responsibility, event.points, event.found_on)
            tally = replace(tally, records=tally.records.set(event.nonconformance_id, record))
            return replace(supplier, months=months.with_tally(period, tally))
        case GradingScheduled():
            return replace(supplier, months=months.with_scheduled(Period.parse(event.period)))
        case SupplierGraded():
            return replace(supplier, months=months.with_grading(Period.parse(event.period), event.grading))
        case SupplierGradeRestated():
            return replace(supplier, months=months.with_grading(Period.parse(event.period), event.after))
    return supplier


# --- commands ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    delivery: GoodsReceived

    @property
    def supplier_id(self) -> str:
        return self.delivery.supplier_id


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """An inspection told again adds what it did not say before: more defects, and who answers for undetermined ones."""

    inspection: InspectionCompleted

    @property
    def supplier_id(self) -> str:
        return self.inspection.supplier_id


@dataclass(frozen=True, slots=True)
class DecideResponsibility:
    """Say who answers for a nonconformance; may also change what was decided before."""

    supplier_id: str
    nonconformance_id: str
    responsibility: Literal["supplier", "own"]


@dataclass(frozen=True, slots=True)
class GradeSupplier:
    """Grade a period that is over. A period that was graded already stays as it is."""

    supplier_id: str
    period: Period


Command = RecordDelivery | RecordInspection | DecideResponsibility | GradeSupplier


# --- decide --------------------------------------------------------------------------------------------------------


class SupplierUnknown(Refusal):
    """There is no supplier {supplier_id}: neither a delivery nor an inspection of it was ever recorded."""

    status = 404


class NonconformanceUnknown(Refusal):
    """Supplier {supplier_id} has no nonconformance {nonconformance_id}."""

    status = 404


class SupplierInactive(Refusal):
    """Supplier {supplier_id} has no fact in {period} or shortly before (active months: {active_months}), so there is
    nothing to grade."""


class DateImplausible(Refusal):
    """{what} is dated {day}, which is not between {earliest} and {latest}; correct the date and send it again."""

    status = 422


def decide(command: Command, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case RecordDelivery(delivery):
            return _record_delivery(delivery, supplier, policies)
        case RecordInspection(inspection):
            return _record_inspection(inspection, supplier, policies)
        case DecideResponsibility():
            return _decide_responsibility(command, supplier, policies)
        case GradeSupplier():
            return _grade(command, supplier, policies)
    assert_never(command)


def _record_delivery(delivery: GoodsReceived, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    if delivery.delivery_id in supplier.deliveries:
        return []
    day, what = delivery.received_on, f"Delivery {delivery.delivery_id}"
    _check_date(what, day, policies)
    because = f"{what} of {day} became known after the grading."
    return _with_consequences([delivery_recorded(delivery)], delivery.supplier_id, day, because, supplier, policies)


def _record_inspection(inspection: InspectionCompleted, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    what, recorded_day = f"Inspection {inspection.inspection_id}", supplier.inspections.get(inspection.inspection_id)
    facts: list[Event] = []
    if recorded_day is None:
        day, because = inspection.inspected_on, "became known after the grading."
        _check_date(what, day, policies)
        facts = [inspection_recorded(inspection), *findings(inspection, day, lambda _: None, policies)]
    else:
        day, because = recorded_day, "was told again after the grading, with more findings."
        facts = [*findings(inspection, day, supplier.months.nonconformance, policies)]
    return _with_consequences(facts, inspection.supplier_id, day, f"{what} of {day} {because}", supplier, policies)


def _decide_responsibility(command: DecideResponsibility, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    supplier_id, nonconformance_id = command.supplier_id, command.nonconformance_id
    before = supplier.months.nonconformance(nonconformance_id)
    if before is None:
        raise NonconformanceUnknown(supplier_id=supplier_id, nonconformance_id=nonconformance_id)
    if before.responsibility == command.responsibility:
        return []
    decided = responsibility_decided(supplier_id, nonconformance_id, before, command.responsibility, policies)
    because = f"The responsibility for {nonconformance_id} was decided after the grading: {command.responsibility}."
    return _with_consequences([decided], supplier_id, before.found_on, because, supplier, policies)


def _grade(command: GradeSupplier, supplier: Supplier, policies: PolicyBook) -> Sequence[Event]:
    supplier_id, period, months = command.supplier_id, command.period, supplier.months
    if not supplier.is_known:
        raise SupplierUnknown(supplier_id=supplier_id)
    month = months[period]
    if isinstance(month, Graded):
        return []
    policy = policies.at(SupplierGrading, period.ends_on)
    active_months = policy.document.active_months
    if not month.scheduled and not months.is_active(period, active_months):
        raise SupplierInactive(supplier_id=supplier_id, period=period, active_months=active_months)
    grading = grade(month.tally, policy)
    after = months.with_grading(period, grading)
    graded = SupplierGraded(
        supplier_id=supplier_id,
        period=str(period),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        grading=grading,
        standing=after.standing or grading.grade,
        previous_standing=months.standing,
    )
    return [graded, *_next_grading(supplier_id, after, period, policies)]


def _with_consequences(
    facts: Sequence[Event], supplier_id: str, day: date, because: str, supplier: Supplier, policies: PolicyBook
) -> Sequence[Event]:
    """The new facts of a day; the restatement of its month if they change its grade; the grading that they call for."""
    if not facts:
        return []
    months, period = reduce(evolve, facts, supplier).months, Period.of(day)
    return [
        *facts,
        *_restatement(supplier_id, months, period, because, policies),
        *_next_grading(supplier_id, months, period, policies),
    ]


def _restatement(
    supplier_id: str, months: Months, period: Period, because: str, policies: PolicyBook
) -> Sequence[Event]:
    month = months[period]
    if not isinstance(month, Graded):
        return []
    before, now = month.grading, grade(month.tally, policies.at(SupplierGrading, period.ends_on))
    if (before.grade, before.score) == (now.grade, now.score):
        return []
    standing = months.with_grading(period, now).standing or now.grade
    return [
        SupplierGradeRestated(
            supplier_id=supplier_id, period=str(period), before=before, after=now, standing=standing, because=because
        )
    ]


def _next_grading(supplier_id: str, months: Months, start: Period, policies: PolicyBook) -> Sequence[Event]:
    """Put the first month from ``start`` on that was not graded on the to-do list, while the supplier is active.

    Each fact and each grading moves this on by one, so that in the end the same months are graded whatever the order in
    which the facts arrived: those with a fact, and the active months after them.
    """
    period, month = months.first_open(start)
    active_months = policies.at(SupplierGrading, period.ends_on).document.active_months
    if month.scheduled or not months.is_active(period, active_months):
        return []
    return [GradingScheduled(supplier_id=supplier_id, period=str(period), due_on=period.due_on)]


def _check_date(what: str, day: date, policies: PolicyBook) -> None:
    policy = policies.at(SupplierGrading, day).document
    if not policy.plausible_from <= day <= policy.plausible_until:
        raise DateImplausible(what=what, day=day, earliest=policy.plausible_from, latest=policy.plausible_until)


DECIDER = Decider(
    category="supplier",
    commands=(RecordDelivery, RecordInspection, DecideResponsibility, GradeSupplier),
    stream_id=lambda command: command.supplier_id,
    initial=Supplier(),
    evolve=evolve,
    decide=decide,
)
