"""Facts about a supplier: deliveries, inspections, complaints, cases, surveys; each is recorded once, with what it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.erp import GoodsReceived, InspectionCompleted, Severity, SupplierCaseReported
from contracts.supplier import (
    CaseRecorded,
    NonconformanceRecorded,
    SupplierSurveyed,
    SurveyTopic,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.supplier import corrective_actions, restatements
from supplier_svc.supplier.rules.facts import delivery_recorded, findings, inspection_recorded
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    delivery: GoodsReceived

    @property
    def supplier_id(self) -> str:
        return self.delivery.supplier_id


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """An inspection reported again adds what is new in it: more defects, and who answers for undetermined ones."""

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
class RecordCase:
    case: SupplierCaseReported

    @property
    def supplier_id(self) -> str:
        return self.case.supplier_id


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """What a head of supply or sales thinks of the supplier, 0 to 100 by topic."""

    supplier_id: str
    survey_id: str
    answered_on: date
    respondent: str
    scores: Mapping[SurveyTopic, Decimal]


Command = RecordDelivery | RecordInspection | RecordComplaint | RecordCase | RecordSurvey


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
        case RecordCase(case):
            _case(case, decision)
        case RecordSurvey():
            _survey(command, decision)
        case _:
            assert_never(command)


def _delivery(delivery: GoodsReceived, decision: Decision[Supplier]) -> None:
    if delivery.delivery_id in decision.state.facts.deliveries:
        return
    day, what = delivery.received_on, f"Delivery {delivery.delivery_id}"
    _check_date(what, day, decision)
    _check_date(f"The promise of delivery {delivery.delivery_id}", delivery.promised_on, decision)
    decision.emit(delivery_recorded(delivery))
    _flag(delivery, decision)
    restatements.follow(decision, day, f"{what} of {day} became known after the grading.")


def _flag(delivery: GoodsReceived, decision: Decision[Supplier]) -> None:
    """There is no trade before approval. The delivery stays on record as a fact, but somebody must know of it."""
    known = decision.state.qualification
    if known.may_deliver:
        return
    if known.stage == "unregistered":
        # One flag a month is enough to act on (write the file); more would drown in an imported history.
        if Period.of(delivery.received_on) in decision.state.facts.flagged_months:
            return
        summary = f"{delivery.supplier_id} delivers and has no onboarding file; register it."
    elif known.rating == "E":
        summary = f"{delivery.supplier_id} is rated E, prohibited, and delivers."
    else:
        summary = f"{delivery.supplier_id} delivers and is not approved: {known.stage.replace('_', ' ')}."
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
    what = f"Inspection {inspection.inspection_id}"
    recorded_day = decision.state.facts.inspections.get(inspection.inspection_id)
    if recorded_day is None:
        day, because = inspection.inspected_on, "became known after the grading."
        _check_date(what, day, decision)
        decision.emit(inspection_recorded(inspection))
        found = [*findings(inspection, day, lambda _: None, decision.policies)]
    else:
        day, because = recorded_day, "was reported again after the grading, with more findings."
        found = [*findings(inspection, day, decision.state.facts.nonconformance, decision.policies)]
        if not found:
            return
    for finding in found:
        decision.emit(finding)
        corrective_actions.after_record(decision, finding.nonconformance_id)
    restatements.follow(decision, day, f"{what} of {day} {because}")


def _complaint(complaint: RecordComplaint, decision: Decision[Supplier]) -> None:
    if decision.state.facts.nonconformance(complaint.complaint_id) is not None:
        return
    day, what = complaint.traced_on, f"Complaint {complaint.complaint_id}"
    _check_date(what, day, decision)
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
        )
    )
    corrective_actions.after_record(decision, complaint.complaint_id)
    restatements.follow(decision, day, f"{what} of {day} was traced to the supplier after the grading.")


def _case(case: SupplierCaseReported, decision: Decision[Supplier]) -> None:
    if case.case_id in decision.state.facts.cases:
        return
    day, what = case.happened_on, f"Case {case.case_id}"
    _check_date(what, day, decision)
    decision.emit(CaseRecorded(**dict(case)))
    restatements.follow(decision, day, f"{what} of {day} became known after the grading.")


def _survey(survey: RecordSurvey, decision: Decision[Supplier]) -> None:
    if survey.survey_id in decision.state.facts.surveys:
        return
    day, what = survey.answered_on, f"Survey {survey.survey_id}"
    _check_date(what, day, decision)
    decision.emit(
        SupplierSurveyed(
            supplier_id=survey.supplier_id,
            survey_id=survey.survey_id,
            answered_on=day,
            respondent=survey.respondent,
            scores=dict(survey.scores),
        )
    )
    restatements.follow(decision, day, f"{what} of {day} became known after the grading.")


def _check_date(what: str, day: date, decision: Decision[Supplier]) -> None:
    policy = decision.policy(SupplierGrading, day).document
    if not policy.plausible_from <= day <= policy.plausible_until:
        raise DateImplausible(what=what, day=day, earliest=policy.plausible_from, latest=policy.plausible_until)
