"""Facts about a supplier: deliveries, inspections, complaints, surveys; each is recorded once, with what it leads to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.erp import GoodsReceived, InspectionCompleted, Severity
from contracts.supplier import (
    DeliveryCorrected,
    InspectionCorrected,
    InspectionOutcome,
    LotFigures,
    NonconformanceRecorded,
    SupplierSurveyed,
    SurveyTopic,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import claims, owed_actions, recall_widening, restatements
from supplier_svc.supplier.repeats import check_same, differences
from supplier_svc.supplier.rules.facts import delivery_recorded, figures_of, findings, inspection_recorded
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.facts import Inspection, Lot


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    """A delivery reported again with another promise, quantity or price corrects the one on record."""

    delivery: GoodsReceived

    @property
    def supplier_id(self) -> str:
        return self.delivery.supplier_id


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """An inspection reported again adds what is new in it: more defects, who answers for undetermined ones, another outcome."""

    inspection: InspectionCompleted

    @property
    def supplier_id(self) -> str:
        return self.inspection.supplier_id


@dataclass(frozen=True, slots=True)
class RecordComplaint:
    """A customer's complaint was traced to a lot of the supplier: a nonconformance found in the field."""

    supplier_id: str
    complaint_id: str
    customer_id: str
    item_id: str
    lot_id: str
    severity: Severity
    quantity: Decimal
    code: str
    traced_on: date


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """What a head of supply or sales thinks of the supplier, 0 to 100 by topic."""

    supplier_id: str
    survey_id: str
    answered_on: date
    respondent: str
    scores: Mapping[SurveyTopic, Decimal]


Command = RecordDelivery | RecordInspection | RecordComplaint | RecordSurvey


FIXED_OF_LOT = ("item_id", "plant_id", "lot_id", "received_on", "currency")
FIXED_OF_INSPECTION = ("item_id", "plant_id", "lot_id", "stage", "inspected_on")


class DateImplausible(Refusal):
    """{what} is dated {day}, which is not between {earliest} and {latest}. Correct the date and send it again."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case RecordDelivery(delivery):
            _delivery(delivery, decision)
        case RecordInspection(inspection):
            _inspection(inspection, decision)
        case RecordComplaint():
            _complaint(command, decision)
        case RecordSurvey():
            _survey(command, decision)
        case _:
            assert_never(command)


def _delivery(delivery: GoodsReceived, decision: Decision[Supplier]) -> None:
    on_record = decision.state.facts.deliveries.get(delivery.delivery_id)
    if on_record is not None:
        _delivery_again(delivery, on_record, decision)
        return
    day, what = delivery.received_on, f"Delivery {delivery.delivery_id}"
    check_date(what, day, decision)
    check_date(f"The promise of delivery {delivery.delivery_id}", delivery.promised_on, decision)
    decision.emit(delivery_recorded(delivery))
    recall_widening.after_delivery(decision, delivery.delivery_id)
    if delivery.quantity:
        _flag(delivery, decision)
        because = Sentences.DELIVERY_KNOWN_LATE(delivery_id=delivery.delivery_id, day=day)
        restatements.follow(decision, day, because)
        claims.after_delivery(decision, delivery.item_id, delivery.lot_id, day)


def _delivery_again(delivery: GoodsReceived, lot: Lot, decision: Decision[Supplier]) -> None:
    """What counts of a lot is corrected; what it is (its item, plant, day, currency) is another delivery."""
    day, what = delivery.received_on, f"Delivery {delivery.delivery_id}"
    check_same(what, {name: getattr(lot, name) for name in FIXED_OF_LOT}, dict(delivery))
    before = LotFigures(**{name: getattr(lot, name) for name in LotFigures.model_fields})
    after = figures_of(delivery, lot.is_excused)
    words = differences(dict(before), {name: value for name, value in after if name != "days_late"})
    if not words:
        return
    check_date(f"The promise of delivery {delivery.delivery_id}", delivery.promised_on, decision)
    decision.emit(
        DeliveryCorrected(
            supplier_id=delivery.supplier_id,
            delivery_id=delivery.delivery_id,
            item_id=lot.item_id,
            plant_id=lot.plant_id,
            received_on=day,
            currency=lot.currency,
            before=before,
            after=after,
            summary=Sentences.DELIVERY_CORRECTED(delivery_id=delivery.delivery_id, differences=words),
        )
    )
    recall_widening.after_delivery(decision, delivery.delivery_id)
    if not before.quantity:
        _flag(delivery, decision)
    because = Sentences.DELIVERY_CORRECTED_LATE(delivery_id=delivery.delivery_id, day=day, differences=words)
    restatements.follow(decision, day, because)
    claims.after_delivery(decision, delivery.item_id, delivery.lot_id, day)


def _flag(delivery: GoodsReceived, decision: Decision[Supplier]) -> None:
    """There is no trade before approval. The delivery stays on record as a fact, but somebody must know of it."""
    known = decision.state.qualification
    if known.may_deliver:
        return
    if known.stage == "unregistered":
        # One flag a month is enough to act on (write the file); more would drown in an imported history.
        if Period.of(delivery.received_on) in decision.state.facts.flagged_months:
            return
        summary = Sentences.DELIVERS_WITHOUT_FILE(supplier_id=delivery.supplier_id)
    elif known.rating == "E":
        summary = Sentences.DELIVERS_PROHIBITED(supplier_id=delivery.supplier_id)
    else:
        stage = known.stage.replace("_", " ")
        summary = Sentences.DELIVERS_UNAPPROVED(supplier_id=delivery.supplier_id, stage=stage)
    decision.emit(
        UnapprovedDeliveryFlagged(
            supplier_id=delivery.supplier_id,
            delivery_id=delivery.delivery_id,
            item_id=delivery.item_id,
            received_on=delivery.received_on,
            stage=known.stage,
            summary=summary,
        )
    )


def _inspection(inspection: InspectionCompleted, decision: Decision[Supplier]) -> None:
    day, what = inspection.inspected_on, f"Inspection {inspection.inspection_id}"
    on_record = decision.state.facts.inspections.get(inspection.inspection_id)
    if on_record is None:
        because = Sentences.INSPECTION_KNOWN_LATE(inspection_id=inspection.inspection_id, day=day)
        check_date(what, day, decision)
        decision.emit(inspection_recorded(inspection))
        found = [*findings(inspection, day, lambda _: None, decision.policies)]
    else:
        because = Sentences.INSPECTION_REPORTED_AGAIN(inspection_id=inspection.inspection_id, day=day)
        check_same(what, {name: getattr(on_record, name) for name in FIXED_OF_INSPECTION}, dict(inspection))
        found = [*findings(inspection, day, decision.state.facts.nonconformance, decision.policies)]
        if not _correct_outcome(inspection, on_record, decision) and not found:
            return
    sub_supplier_id = decision.state.facts.sub_supplier_of(inspection.item_id, inspection.lot_id)
    for finding in found:
        if isinstance(finding, NonconformanceRecorded) and sub_supplier_id:
            finding = finding.model_copy(update={"sub_supplier_id": sub_supplier_id})
        decision.emit(finding)
        owed_actions.after_record(decision, finding.nonconformance_id, day)
    is_notable = found or on_record is not None or inspection.result == "rejected"
    restatements.follow(decision, day, because, (inspection.item_id, inspection.lot_id) if is_notable else None)


def _correct_outcome(inspection: InspectionCompleted, on_record: Inspection, decision: Decision[Supplier]) -> bool:
    """Whether the outcome is another one now; then it counts in place of the one on record."""
    now, names = dict(inspection), InspectionOutcome.model_fields
    words = differences({name: getattr(on_record, name) for name in names}, now)
    if words:
        decision.emit(
            InspectionCorrected(
                supplier_id=inspection.supplier_id,
                inspection_id=inspection.inspection_id,
                item_id=inspection.item_id,
                lot_id=inspection.lot_id,
                plant_id=inspection.plant_id,
                inspected_on=inspection.inspected_on,
                before=InspectionOutcome(**{name: getattr(on_record, name) for name in names}),
                after=InspectionOutcome(**{name: now[name] for name in names}),
                summary=Sentences.INSPECTION_CORRECTED(inspection_id=inspection.inspection_id, differences=words),
            )
        )
    return bool(words)


def _complaint(complaint: RecordComplaint, decision: Decision[Supplier]) -> None:
    on_record = decision.state.facts.nonconformance(complaint.complaint_id)
    if on_record is not None:
        names = ("customer_id", "item_id", "lot_id", "severity", "quantity", "code")
        before = {name: getattr(on_record, name) for name in names} | {"traced_on": on_record.found_on}
        check_same(f"Complaint {complaint.complaint_id}", before, asdict(complaint))
        return
    day, what = complaint.traced_on, f"Complaint {complaint.complaint_id}"
    check_date(what, day, decision)
    policy = decision.policy(NonconformancePoints, day)
    decision.emit(
        NonconformanceRecorded(
            supplier_id=complaint.supplier_id,
            nonconformance_id=complaint.complaint_id,
            item_id=complaint.item_id,
            lot_id=complaint.lot_id,
            code=complaint.code,
            severity=complaint.severity,
            quantity=complaint.quantity,
            responsibility="supplier",
            points=points_of(complaint.severity, "supplier", policy.document),
            found_on=day,
            policy_version=policy.version,
            stage="field",
            complaint_id=complaint.complaint_id,
            customer_id=complaint.customer_id,
            sub_supplier_id=decision.state.facts.sub_supplier_of(complaint.item_id, complaint.lot_id),
        )
    )
    owed_actions.after_record(decision, complaint.complaint_id)
    because = Sentences.COMPLAINT_TRACED_LATE(complaint_id=complaint.complaint_id, day=day)
    restatements.follow(decision, day, because, (complaint.item_id, complaint.lot_id))


def _survey(survey: RecordSurvey, decision: Decision[Supplier]) -> None:
    on_record = decision.state.facts.surveys.get(survey.survey_id)
    if on_record is not None:
        check_same(f"Survey {survey.survey_id}", on_record._asdict(), asdict(survey))
        return
    day, what = survey.answered_on, f"Survey {survey.survey_id}"
    check_date(what, day, decision)
    decision.emit(
        SupplierSurveyed(
            supplier_id=survey.supplier_id,
            survey_id=survey.survey_id,
            answered_on=day,
            respondent=survey.respondent,
            scores=dict(survey.scores),
        )
    )
    restatements.follow(decision, day, Sentences.SURVEY_KNOWN_LATE(survey_id=survey.survey_id, day=day))


def check_date(what: str, day: date, decision: Decision[Supplier]) -> None:
    """Raises DateImplausible outside of the policy's range."""
    policy = decision.policy(SupplierGrading, day).document
    if not policy.plausible_from <= day <= policy.plausible_until:
        raise DateImplausible(what=what, day=day, earliest=policy.plausible_from, latest=policy.plausible_until)
