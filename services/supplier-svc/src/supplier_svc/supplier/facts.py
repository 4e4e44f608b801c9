"""Facts about a supplier: deliveries, inspections, complaints, cases, surveys; each is recorded once, with what it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.domain import Refusal
from contracts.erp import GoodsReceived, InspectionCompleted, Severity, SupplierCaseReported
from contracts.supplier import (
    CaseRecorded,
    NonconformanceRecorded,
    SupplierSurveyed,
    SurveyTopic,
    UnapprovedDeliveryFlagged,
)
from supplier_svc.period import Period
from supplier_svc.policies import NonconformancePoints, SupplierGrading
from supplier_svc.scoring.points import points_of
from supplier_svc.supplier import correcting, recording, restating
from supplier_svc.supplier.story import Story


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
    """{what} is dated {day}, which is not between {earliest} and {latest}; correct the date and send it again."""

    status = 422


def decide(command: Command, story: Story) -> None:
    match command:
        case RecordDelivery(delivery):
            _delivery(delivery, story)
        case RecordInspection(inspection):
            _inspection(inspection, story)
        case RecordComplaint():
            _complaint(command, story)
        case RecordCase(case):
            _case(case, story)
        case RecordSurvey():
            _survey(command, story)
        case _:
            assert_never(command)


def _delivery(delivery: GoodsReceived, story: Story) -> None:
    if delivery.delivery_id in story.supplier.ledger.deliveries:
        return
    day, what = delivery.received_on, f"Delivery {delivery.delivery_id}"
    _check_date(what, day, story)
    story.tell(recording.delivery_recorded(delivery))
    _flag(delivery, story)
    restating.follow(story, day, f"{what} of {day} became known after the grading.")


def _flag(delivery: GoodsReceived, story: Story) -> None:
    """No trade before approval: the delivery is a fact and stays one, but somebody must know."""
    known = story.supplier.qualification
    if known.may_deliver:
        return
    if known.stage == "unregistered":
        # One flag a month is enough to act on: write the file. An imported history would drown it otherwise.
        if Period.of(delivery.received_on) in story.supplier.ledger.flagged_months:
            return
        says = f"{delivery.supplier_id} delivers and has no onboarding file; register it."
    elif known.rating == "E":
        says = f"{delivery.supplier_id} is rated E, prohibited, and delivers."
    else:
        says = f"{delivery.supplier_id} delivers and is not approved: {known.stage.replace('_', ' ')}."
    story.tell(
        UnapprovedDeliveryFlagged(
            supplier_id=delivery.supplier_id,
            delivery_id=delivery.delivery_id,
            item_id=delivery.item_id,
            received_on=delivery.received_on,
            stage=known.stage,
            says=says,
        )
    )


def _inspection(inspection: InspectionCompleted, story: Story) -> None:
    what = f"Inspection {inspection.inspection_id}"
    recorded_day = story.supplier.ledger.inspections.get(inspection.inspection_id)
    if recorded_day is None:
        day, because = inspection.inspected_on, "became known after the grading."
        _check_date(what, day, story)
        story.tell(recording.inspection_recorded(inspection))
        found = [*recording.findings(inspection, day, lambda _: None, story.policies)]
    else:
        day, because = recorded_day, "was told again after the grading, with more findings."
        found = [*recording.findings(inspection, day, story.supplier.ledger.nonconformance, story.policies)]
        if not found:
            return
    for finding in found:
        story.tell(finding)
        correcting.after_record(story, finding.nonconformance_id)
    restating.follow(story, day, f"{what} of {day} {because}")


def _complaint(complaint: RecordComplaint, story: Story) -> None:
    if story.supplier.ledger.nonconformance(complaint.complaint_id) is not None:
        return
    day, what = complaint.traced_on, f"Complaint {complaint.complaint_id}"
    _check_date(what, day, story)
    policy = story.policies.at(NonconformancePoints, day)
    story.tell(
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
    correcting.after_record(story, complaint.complaint_id)
    restating.follow(story, day, f"{what} of {day} was traced to the supplier after the grading.")


def _case(case: SupplierCaseReported, story: Story) -> None:
    if case.case_id in story.supplier.ledger.cases:
        return
    day, what = case.happened_on, f"Case {case.case_id}"
    _check_date(what, day, story)
    story.tell(CaseRecorded(**dict(case)))
    restating.follow(story, day, f"{what} of {day} became known after the grading.")


def _survey(survey: RecordSurvey, story: Story) -> None:
    if survey.survey_id in story.supplier.ledger.surveys:
        return
    day, what = survey.answered_on, f"Survey {survey.survey_id}"
    _check_date(what, day, story)
    story.tell(
        SupplierSurveyed(
            supplier_id=survey.supplier_id,
            survey_id=survey.survey_id,
            answered_on=day,
            respondent=survey.respondent,
            scores=dict(survey.scores),
        )
    )
    restating.follow(story, day, f"{what} of {day} became known after the grading.")


def _check_date(what: str, day: date, story: Story) -> None:
    policy = story.policies.at(SupplierGrading, day).document
    if not policy.plausible_from <= day <= policy.plausible_until:
        raise DateImplausible(what=what, day=day, earliest=policy.plausible_from, latest=policy.plausible_until)
