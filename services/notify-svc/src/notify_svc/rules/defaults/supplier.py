"""Rules for what supplier-svc publishes."""

from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    ClaimRaised,
    ComplaintAnswerDue,
    ComplaintAnswered,
    ComplaintAnswerOverdue,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    FileReviewed,
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
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import QUARTER_DAYS, TO_PARTNER, TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

APPLICANT = "field:applicant|role:buyer"
GRADES, MEASURES, SOURCING = "supplier-grades", "supplier-measures", "sourcing"

RULES = (
    # A grade is decided at the end of its period, but what is restated years later is history.
    Rule(
        id="supplier-grade", event=SupplierGraded.TYPE, topic=GRADES, audience=("partner",), about="supplier_id",
        period="period", channels=TO_PARTNER, template="supplier-grade", mandatory=True,
    ),
    Rule(
        id="supplier-grade-weak", event=SupplierGraded.TYPE, topic=GRADES,
        where=(Condition(field="grading.grade", values=("C", "D")),), audience=("role:quality-head", "role:buyer"),
        about="supplier_id", period="period", channels=TO_ROLE, template="supplier-grade-weak", urgency=URGENT,
        mandatory=True,
    ),
    # A restatement comes of a late fact and carries its date, so it may be a quarter old and still be news. Each one
    # makes a notice: when a result changes and changes back, the middle one must not be the last that was sent.
    Rule(
        id="supplier-grade-restated", event=SupplierGradeRestated.TYPE, topic=GRADES, audience=("partner",),
        about="supplier_id", period="event.id", channels=TO_PARTNER, template="supplier-grade-restated", mandatory=True,
        max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="supplier-grade-restated-quality", event=SupplierGradeRestated.TYPE, topic=GRADES,
        audience=("role:quality-head",), about="supplier_id", period="event.id", channels=TO_ROLE,
        template="supplier-grade-restated", max_age_days=QUARTER_DAYS,
    ),
    # Each grading says to the supplier what it stands at, and a C or D goes to the buyer: this is what neither of them brings to buyers.
    Rule(
        id="supplier-standing", event=SupplierStandingChanged.TYPE, topic=GRADES,
        where=(
            Condition(field="cause", values=("annual", "relief")),
            Condition(field="standing", operator="not_in", values=("C", "D")),
        ),
        audience=("role:buyer",), about="supplier_id", period="event.id", channels=TO_ROLE, template="supplier-standing",
        max_age_days=QUARTER_DAYS,
    ),
    Rule(
        id="score-falling", event=ScoreFalling.TYPE, topic=GRADES, audience=("role:quality-head", "role:buyer"),
        about="supplier_id", period="period", channels=TO_ROLE, template="score-falling", urgency=URGENT, mandatory=True,
    ),
    Rule(
        id="improvement-due", event=ImprovementDue.TYPE, topic=MEASURES, audience=("partner",), about="supplier_id",
        period="period", channels=TO_PARTNER, template="improvement-due", mandatory=True,
    ),
    Rule(
        id="improvement-missed", event=ImprovementMissed.TYPE, topic=MEASURES,
        audience=("role:quality-head", "role:buyer"), about="supplier_id", period="due_on", channels=TO_ROLE,
        template="improvement-missed", urgency=URGENT,
    ),
    Rule(
        id="preferred-source", event=PreferredSourceNamed.TYPE, topic=GRADES, audience=("partner", "role:buyer"),
        about="supplier_id", period="period", channels=TO_PARTNER, template="preferred-source",
    ),
    Rule(
        id="certificate-expiring", event=CertificateExpiring.TYPE, topic="certificates", audience=("partner",),
        about="certificate_id", period="reminded_on", channels=TO_PARTNER, template="certificate-expiring", mandatory=True,
    ),
    Rule(
        id="certificate-expiring-owner", event=CertificateExpiring.TYPE, topic="certificates", audience=("role:buyer",),
        about="certificate_id", period="reminded_on", channels=TO_ROLE, template="certificate-expiring",
    ),
    Rule(
        id="certificate-expired", event=CertificateExpired.TYPE, topic="certificates",
        audience=("role:buyer", "role:quality-head"), about="certificate_id", period="valid_to", channels=TO_ROLE,
        template="certificate-expired", urgency=URGENT, mandatory=True,
    ),
    Rule(
        id="sole-source-weak", event=OrderSharesChanged.TYPE, topic=SOURCING,
        where=(
            Condition(field="is_sole_source", values=("true",)),
            Condition(field="pattern", operator="not_in", values=("A",)),
        ),
        audience=("role:buyer",), about="item_id", period="changed_on", channels=TO_ROLE, template="sole-source-weak",
        urgency=URGENT,
    ),
    Rule(
        id="no-source-left", event=OrderSharesChanged.TYPE, topic=SOURCING,
        where=(Condition(field="no_source_left", values=("true",)),), audience=("role:buyer",), about="item_id",
        period="changed_on", channels=TO_ROLE, template="no-source-left", urgency=URGENT,
    ),
    Rule(
        id="supplier-approved", event=SupplierApproved.TYPE, topic=SOURCING, audience=("partner", "field:applicant", "role:buyer"),
        about="supplier_id", period="approved_on", channels=TO_PARTNER, template="supplier-approved",
    ),
    Rule(
        id="supplier-suspended", event=SupplierSuspended.TYPE, topic=SOURCING, audience=("partner", "role:buyer"),
        about="supplier_id", period="suspended_on", channels=TO_PARTNER, template="supplier-suspended", urgency=URGENT,
        mandatory=True,
    ),
    Rule(
        id="supplier-reinstated", event=SupplierReinstated.TYPE, topic=SOURCING, audience=("partner", "role:buyer"),
        about="supplier_id", period="reinstated_on", channels=TO_PARTNER, template="supplier-reinstated",
    ),
    Rule(
        id="supplier-eliminated", event=SupplierEliminated.TYPE, topic=SOURCING, audience=("partner", "role:buyer"),
        about="supplier_id", period="eliminated_on", channels=TO_PARTNER, template="supplier-eliminated", urgency=URGENT,
        mandatory=True,
    ),
    Rule(
        id="supplements-requested", event=SupplementsRequested.TYPE, topic=SOURCING,
        audience=("partner", "field:applicant"),
        about="supplier_id", period="event.id", channels=TO_PARTNER, template="supplements-requested",
    ),
    # The department that applied for a supplier hears what was decided; for a file of before, the buyers.
    Rule(
        id="supplier-file-refused", event=FileReviewed.TYPE, topic=SOURCING,
        where=(Condition(field="acceptable", values=("false",)),), audience=(APPLICANT,), about="supplier_id",
        period="event.id", channels=TO_ROLE, template="supplier-file-refused",
    ),
    Rule(
        id="supplier-gate-failed", event=SupplierGateFailed.TYPE, topic=SOURCING, audience=(APPLICANT,),
        about="supplier_id", period="event.id", channels=TO_ROLE, template="supplier-gate-failed",
    ),
    # A step waits for the role that it names; an installation with other roles adds rules of their own.
    *(
        Rule(
            id=f"supplier-step-pending-{role}", event=SupplierStepPending.TYPE, topic=SOURCING,
            where=(Condition(field="for_role", values=(role,)),), audience=(f"role:{role}",), about="supplier_id",
            period="event.id", channels=TO_ROLE, template="supplier-step-pending",
        )
        for role in ("buyer", "quality-head")
    ),
    Rule(
        id="partner-restricted", event=PartnerRated.TYPE, topic=SOURCING,
        where=(Condition(field="rating", values=("D", "E")),), audience=("role:buyer",), about="supplier_id",
        period="rated_on", channels=TO_ROLE, template="partner-restricted", urgency=URGENT,
    ),
    Rule(
        id="partner-rating-overdue", event=PartnerRatingOverdue.TYPE, topic=SOURCING, audience=("role:quality-head",),
        about="supplier_id", period="due_on", channels=TO_ROLE, template="partner-rating-overdue", urgency=URGENT,
        drop_when=(PartnerRated.TYPE,),
    ),
    Rule(
        id="unapproved-delivery", event=UnapprovedDeliveryFlagged.TYPE, topic=SOURCING,
        audience=("role:buyer", "role:quality-head"), about="supplier_id", period="received_on", channels=TO_ROLE,
        template="unapproved-delivery", urgency=URGENT,
    ),
    Rule(
        id="corrective-action", event=CorrectiveActionOpened.TYPE, topic=MEASURES, audience=("partner",),
        about="action_id", period="opened_on", channels=TO_PARTNER, template="corrective-action", mandatory=True,
        drop_when=(CorrectiveActionClosed.TYPE,),
    ),
    Rule(
        id="corrective-action-overdue", event=CorrectiveActionOverdue.TYPE, topic=MEASURES,
        where=(Condition(field="level", operator="at_most", values=("1",)),),
        audience=("partner", "role:quality-engineer"), about="action_id", period="event.id", channels=TO_PARTNER,
        template="corrective-action-overdue",
        drop_when=(CorrectiveActionClosed.TYPE,),
    ),
    Rule(
        id="corrective-action-overdue-head", event=CorrectiveActionOverdue.TYPE, topic=MEASURES,
        where=(Condition(field="level", operator="at_least", values=("2",)),), audience=("role:quality-head",),
        about="action_id", period="event.id", channels=TO_ROLE, template="corrective-action-overdue", urgency=URGENT,
        drop_when=(CorrectiveActionClosed.TYPE,),
    ),
    Rule(
        id="corrective-action-closed", event=CorrectiveActionClosed.TYPE, topic=MEASURES,
        audience=("partner", "role:quality-engineer"), about="action_id", period="closed_on", channels=TO_PARTNER,
        template="corrective-action-closed",
    ),
    Rule(
        id="complaint-handed-over", event=ComplaintAnswerDue.TYPE, topic=MEASURES, audience=("partner",),
        about="complaint_id", period="handed_on", channels=TO_PARTNER, template="complaint-handed-over", mandatory=True,
        drop_when=(ComplaintAnswered.TYPE,),
    ),
    Rule(
        id="complaint-answer-overdue", event=ComplaintAnswerOverdue.TYPE, topic=MEASURES,
        audience=("field:owner_id|role:service-agent",), about="complaint_id", period="due_on", channels=TO_ROLE,
        template="complaint-answer-overdue", urgency=URGENT, drop_when=(ComplaintAnswered.TYPE,),
    ),
    Rule(
        id="claim-raised", event=ClaimRaised.TYPE, topic=MEASURES, audience=("partner",), about="claim_id",
        period="raised_on", channels=TO_PARTNER, template="claim-raised", mandatory=True,
    ),
    Rule(
        id="penalty-charged", event=PenaltyCharged.TYPE, topic=MEASURES, audience=("partner", "role:buyer"),
        about="penalty_id", period="charged_on", channels=TO_PARTNER, template="penalty-charged", mandatory=True,
    ),
    Rule(
        id="reward-granted", event=RewardGranted.TYPE, topic=MEASURES, audience=("partner", "role:buyer"),
        about="reward_id", period="granted_on", channels=TO_PARTNER, template="reward-granted",
    ),
    Rule(
        id="incentive-started", event=IncentiveStarted.TYPE, topic=MEASURES, audience=("partner", "role:buyer"),
        about="incentive_id", period="started_on", channels=TO_PARTNER, template="incentive-started",
    ),
    Rule(
        id="incentive-ended", event=IncentiveEnded.TYPE, topic=MEASURES, audience=("partner", "role:buyer"),
        about="incentive_id", period="ended_on", channels=TO_PARTNER, template="incentive-ended",
    ),
    Rule(
        id="objection-raised", event=ObjectionRaised.TYPE, topic=MEASURES, audience=("role:quality-head",),
        about="objection_id", period="raised_on", channels=TO_ROLE, template="objection-raised",
        drop_when=(ObjectionDecided.TYPE,),
    ),
    Rule(
        id="objection-decided", event=ObjectionDecided.TYPE, topic=MEASURES, audience=("partner",), about="objection_id",
        period="decided_on", channels=TO_PARTNER, template="objection-decided", mandatory=True,
    ),
)  # fmt: skip
