"""Samples of the events of supplier-svc that can be subscribed to."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    ClaimRaised,
    ComplaintAnswerDue,
    ComplaintAnswerOverdue,
    ContractToEnd,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    DisciplineDue,
    FileReviewed,
    GradeFactor,
    GradeThreshold,
    Grading,
    ImprovementDue,
    ImprovementMissed,
    IncentiveEnded,
    IncentiveStarted,
    ObjectionDecided,
    ObjectionRaised,
    OrderSharesChanged,
    PartnerRated,
    PartnerRatingOverdue,
    PenaltyCharged,
    PreferredSourceNamed,
    RewardGranted,
    ScoreFalling,
    SourceShare,
    SupplementsRequested,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierReinstated,
    SupplierStandingChanged,
    SupplierStepPending,
    SupplierSuspended,
    UnapprovedDeliveryFlagged,
)


def _grading(grade: Any, score: str) -> Grading:
    return Grading(
        grade=grade,
        score=Decimal(score),
        basis="points_per_100_lots",
        factors=(
            GradeFactor(name="critical", value=Decimal(2), contribution=Decimal(10), unit="records"),
            GradeFactor(name="minor", value=Decimal(7), contribution=Decimal(7), unit="records"),
        ),
        thresholds=(GradeThreshold(grade="A", at_most=Decimal(5)), GradeThreshold(grade="D")),
        deciding_records=("N-1",),
        policy_version=1,
    )


S, PERIOD, FIRST, TENTH = "S-1", "2024-01", date(2024, 2, 1), date(2024, 2, 10)
CERTIFICATE: dict[str, Any] = {
    "supplier_id": S, "certificate_id": "K-1", "kind": "quality_system", "number": "QS-4711", "valid_to": date(2024, 3, 2),
}  # fmt: skip

SAMPLES: tuple[Event, ...] = (
    FileReviewed(
        supplier_id=S, reviewed_on=FIRST, reviewer="li.na", acceptable=False, applicant="wu",
        findings=("There is no valid business licence on 2024-02-01, nor a unified social credit code.",),
    ),
    SupplierGateFailed(
        supplier_id=S, gate="survey", failed_on=FIRST, assessor="li.na", because="There is no measuring room.", applicant="wu",
    ),
    SupplierStepPending(
        supplier_id=S, step="approval", since=FIRST, applicant="wu", for_role="quality-head",
        open=("Contracts are missing: after_sales.",),
    ),
    PartnerRated(
        supplier_id=S, rating="D", previous="C", because="Two answers were missed.", rated_on=FIRST, rated_by="wu",
        suggested="D", share_max_percent=Decimal(20), due_again_on=date(2025, 2, 1), policy_version=1,
        restrictions=("no_new_items", "share_capped", "no_larger_share", "no_prepayment", "approval_by_head"),
        contracts_to_end=(ContractToEnd(contract_id="CT-1", kind="supply", ends_on=date(2024, 12, 31)),),
    ),
    PartnerRatingOverdue(supplier_id=S, due_on=FIRST, overdue_on=date(2024, 3, 2)),
    SupplierGraded(
        supplier_id=S, period=PERIOD, starts_on=date(2024, 1, 1), ends_on=date(2024, 1, 31), grading=_grading("C", "17"),
        standing="C", previous_standing="B",
    ),
    SupplierGradeRestated(
        supplier_id=S, period=PERIOD, before=_grading("B", "12"), after=_grading("C", "17"), standing="C",
        because="Inspection Q-9 arrived late.",
    ),
    SupplierStandingChanged(
        supplier_id=S, standing="B", previous="A", operational="A", annual="B", ceiling="B", changed_on=date(2025, 1, 21),
        because="2024 was graded.", cause="annual",
    ),
    ScoreFalling(
        supplier_id=S, period=PERIOD, falls_running=3, scores=(Decimal(4), Decimal(7), Decimal(9), Decimal(17)),
        consequence="improvement_report", policy_version=1,
    ),
    ImprovementDue(
        supplier_id=S, period=PERIOD, kind="on_site_report", grade="C", due_on=TENTH, policy_version=1,
        summary="Report on site by the 10th.",
    ),
    ImprovementMissed(supplier_id=S, period=PERIOD, kind="on_site_report", due_on=TENTH),
    PreferredSourceNamed(supplier_id=S, period=PERIOD, a_running=6, policy_version=1),
    CertificateExpiring(**CERTIFICATE, days_left=30, reminded_on=FIRST),
    CertificateExpired(**CERTIFICATE),
    OrderSharesChanged(
        item_id="M-1", sources=(SourceShare(supplier_id=S, grade="C", merit=Decimal(83), share_percent=Decimal(100)),),
        sources_counted=1, pattern="C", action="develop_another", summary="Develop another source.", is_interim=False,
        is_sole_source=True, no_source_left=False, because="S-1 was graded C.", changed_on=FIRST, policy_version=1,
    ),
    CorrectiveActionOpened(
        supplier_id=S, action_id="CA-1", cause="nonconformance", reference="N-1", summary="Critical: burr on the sealing face.",
        opened_on=FIRST, steps=(DisciplineDue(step="team", due_on=date(2024, 2, 2)),), policy_version=1,
    ),
    CorrectiveActionOverdue(
        supplier_id=S, action_id="CA-1", step="containment", due_on=date(2024, 2, 3), level=1, escalated_on=date(2024, 2, 4),
    ),
    CorrectiveActionClosed(
        supplier_id=S, action_id="CA-1", outcome="done", closed_on=TENTH, because="All eight steps are done.",
    ),
    ComplaintAnswerDue(
        supplier_id=S, complaint_id="X-1", customer_id="C-1", owner_id="E-17", item_id="M-1", lot_id="L-1", handed_on=FIRST,
        due_on=TENTH,
    ),
    ComplaintAnswerOverdue(supplier_id=S, complaint_id="X-1", customer_id="C-1", owner_id="E-17", due_on=TENTH),
    SupplierApproved(supplier_id=S, approved_on=FIRST, approved_by="li.na", because="All gates were passed."),
    SupplierSuspended(supplier_id=S, suspended_on=FIRST, because="Its certificate QS-4711 expired."),
    SupplierReinstated(supplier_id=S, reinstated_on=TENTH, because="The certificate was renewed."),
    SupplierEliminated(
        supplier_id=S, eliminated_on=FIRST, reentry_from=date(2025, 2, 1), because="Grade D in two periods running.",
        policy_version=1,
    ),
    SupplementsRequested(
        supplier_id=S, gate="quality_audit", requested_on=FIRST, assessor="li.na", wanted=("the calibration records",),
    ),
    UnapprovedDeliveryFlagged(
        supplier_id=S, delivery_id="L-1", item_id="M-1", received_on=FIRST, stage="suspended",
        summary="S-1 delivered while it is suspended.",
    ),
    ClaimRaised(
        supplier_id=S, claim_id="CL-1", nonconformance_id="N-1", amount=Decimal(4800), currency="CNY",
        because="Sorting of lot L-1.", raised_on=FIRST, answer_by=date(2024, 2, 15),
    ),
    PenaltyCharged(
        supplier_id=S, penalty_id="P-1", kind="smaller_share", period=PERIOD, because="Grade C.", charged_on=FIRST,
        points=Decimal(10), starts_on=FIRST, ends_on=date(2024, 4, 30),
    ),
    RewardGranted(
        supplier_id=S, reward_id="R-1", kind="larger_share", period=PERIOD, because="Grade A.", granted_on=FIRST,
        points=Decimal(10), item_ids=("M-1",), starts_on=FIRST, ends_on=date(2024, 4, 30),
    ),
    IncentiveStarted(supplier_id=S, incentive_id="R-2", kind="larger_share", started_on=TENTH),
    IncentiveEnded(
        supplier_id=S, incentive_id="P-2", kind="orders_stopped", ended_on=TENTH, because="withdrawn", by="li.na",
        reason="The measures are sound.",
    ),
    ObjectionRaised(
        supplier_id=S, objection_id="OB-1", record_kind="nonconformance", record_id="N-1", reason="The lot was not ours.",
        raised_on=FIRST, record_on=date(2024, 1, 20),
    ),
    ObjectionDecided(
        supplier_id=S, objection_id="OB-1", record_kind="nonconformance", record_id="N-1", outcome="upheld",
        because="The lot was another supplier's.", decided_by="li.na", decided_on=TENTH,
    ),
)  # fmt: skip
