"""The composition of supplier-svc as one value."""

from chassis.backtests import Backtest
from chassis.business_calendar import BusinessCalendar
from chassis.reactions import Source
from chassis.service import Service
from contracts import customer, erp
from contracts import supplier as published
from supplier_svc.api import (
    certificates,
    claim_answers,
    claims,
    complaint_answers,
    contracts,
    corrective_actions,
    due_actions,
    facts,
    fuzzy,
    gradings,
    improvements,
    incentives,
    items,
    nonconformances,
    objections,
    onboarding,
    partner_ratings,
    quality,
    recalls,
    received,
    scorecards,
    sub_suppliers,
    submissions,
    supplier_notes,
    suppliers,
    surveys,
    trading_status,
)
from supplier_svc.api import partner_ledger as ledger_routes
from supplier_svc.api import qualification as qualification_routes
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.lots import DECIDER as LOT
from supplier_svc.policies.corrective_actions import CorrectiveActions
from supplier_svc.policies.fuzzy import FuzzyEvaluation
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.policies.partner_access import SupplierPartnerAccess
from supplier_svc.policies.partner_ratings import PartnerRatings
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.policies.recalls import RecallPolicy
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.policies.roles import SupplierRoles
from supplier_svc.policies.scorecards import SupplierScorecard
from supplier_svc.policies.surveys import SupplierSurvey
from supplier_svc.reactions import (
    clear_note,
    end_contract,
    note_progress,
    record_build,
    record_case,
    record_complaint,
    record_contract,
    record_delivery,
    record_inspection,
    take_complaint,
)
from supplier_svc.read_models import (
    certificate,
    complaint_answer,
    contract,
    corrective_action,
    defect_month,
    improvement,
    item_profile,
    item_share,
    lot_month,
    nonconformance,
    objection,
    order_share,
    partner_ledger,
    partner_rating,
    qualification,
    recall,
    settlement,
    shadow_grading,
    sub_supplier,
    submission,
    supplier,
    supplier_case,
    supplier_history,
    supplier_month,
    supplier_note,
    survey_answer,
    survey_round,
    unapproved_delivery,
    unpriced_claim,
)
from supplier_svc.reports import backtest, replayed
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import DECIDER as SUPPLIER
from supplier_svc.survey import DECIDER as SURVEY
from supplier_svc.timers import (
    certificate_due,
    claim_due,
    complaint_answer_due,
    contract_due,
    corrective_action_due,
    grading_due,
    improvement_call_due,
    improvement_due,
    incentive_due,
    incentive_note_due,
    partner_rating_due,
    recall_mark_due,
    recall_use_due,
    sources_due,
    survey_round_due,
)

SERVICE = Service(
    name="supplier-svc",
    topic=published.TOPIC,
    port=8101,
    events=published.EVENTS,
    deciders=(SUPPLIER, ITEM, SURVEY, LOT),
    policies=(
        BusinessCalendar,
        SupplierRoles,
        NonconformancePoints,
        SupplierGrading,
        SupplierMovement,
        FuzzyEvaluation,
        SupplierQualification,
        OrderSharing,
        CorrectiveActions,
        SupplierIncentives,
        SupplierRelationship,
        SupplierScorecard,
        SupplierSurvey,
        PartnerRatings,
        SupplierPartnerAccess,
        RecallPolicy,
    ),
    sources=(
        Source.facts("erp.deliveries", erp.TOPICS["erp.deliveries"], {erp.GoodsReceived: record_delivery}),
        Source.facts(
            "erp.inspections",
            erp.TOPICS["erp.inspections"],
            {erp.InspectionCompleted: record_inspection, erp.SupplierCaseReported: record_case},
        ),
        Source.facts("erp.payables", erp.TOPICS["erp.payables"], {erp.SupplierNoteCleared: clear_note}),
        Source.facts(
            "erp.contracts",
            erp.TOPICS["erp.contracts"],
            {
                erp.ContractSigned: record_contract,
                erp.ContractChanged: record_contract,
                erp.ContractCancelled: end_contract,
            },
        ),
        Source.facts("erp.stock", erp.TOPICS["erp.stock"], {erp.LotBuilt: record_build}),
        Source.service(
            "customer-svc",
            customer.TOPIC,
            customer.EVENTS,
            {
                customer.ComplaintTraced: record_complaint,
                customer.ComplaintHandedToSupplier: take_complaint,
                customer.RecallCustomerNamed: note_progress,
                customer.RecallGoodsBack: note_progress,
                customer.RecallClosed: note_progress,
            },
        ),
    ),
    read_models=(
        supplier.MODEL,
        supplier_month.MODEL,
        supplier_history.MODEL,
        nonconformance.MODEL,
        lot_month.MODEL,
        defect_month.MODEL,
        qualification.MODEL,
        certificate.MODEL,
        improvement.MODEL,
        corrective_action.MODEL,
        complaint_answer.MODEL,
        settlement.MODEL,
        objection.MODEL,
        item_share.MODEL,
        item_profile.MODEL,
        order_share.MODEL,
        sub_supplier.MODEL,
        recall.MODEL,
        shadow_grading.MODEL,
        unapproved_delivery.MODEL,
        unpriced_claim.MODEL,
        supplier_note.MODEL,
        contract.MODEL,
        supplier_case.MODEL,
        survey_answer.MODEL,
        survey_round.MODEL,
        partner_rating.MODEL,
        partner_ledger.MODEL,
        submission.MODEL,
        # The timers.
        survey_round_due.FIRST_TODO,
        grading_due.TODO,
        improvement_call_due.TODO,
        improvement_due.TODO,
        incentive_due.TODO,
        corrective_action_due.TODO,
        complaint_answer_due.TODO,
        certificate_due.TODO,
        contract_due.TODO,
        sources_due.TODO,
        claim_due.TODO,
        incentive_note_due.TODO,
        survey_round_due.TODO,
        partner_rating_due.TODO,
        recall_mark_due.TODO,
        recall_use_due.TODO,
    ),
    backtests=tuple(
        Backtest(policy=policy, handles=replayed.HANDLES, begin=backtest.GradingReplay)
        for policy in (SupplierGrading, NonconformancePoints, SupplierMovement, OrderSharing)
    ),
    routes=(
        suppliers.router,
        gradings.router,
        fuzzy.router,
        facts.router,
        surveys.router,
        nonconformances.router,
        objections.router,
        onboarding.router,
        qualification_routes.router,
        trading_status.router,
        certificates.router,
        contracts.router,
        due_actions.router,
        improvements.router,
        corrective_actions.router,
        complaint_answers.router,
        incentives.router,
        claims.router,
        claim_answers.router,
        supplier_notes.router,
        items.router,
        sub_suppliers.router,
        recalls.router,
        quality.router,
        scorecards.router,
        partner_ratings.router,
        ledger_routes.router,
        submissions.router,
        received.router,
    ),
    sentences=tuple(Sentences),
    title="Supplier standing",
)
