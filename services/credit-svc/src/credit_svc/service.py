"""The whole of credit-svc as one value."""

from chassis.backtests import Backtest
from chassis.business_calendar import BusinessCalendar
from chassis.reactions import Source
from chassis.service import Service
from contracts import credit, customer, erp
from credit_svc.account import DECIDER as ACCOUNT
from credit_svc.api import (
    accounts,
    agencies,
    behaviour_actions,
    calculators,
    caps,
    cases,
    collection,
    contacts,
    courts,
    debit_notes,
    limits,
    orders,
    receipts,
    receivables,
    reports,
    total_limit,
)
from credit_svc.group_limits.cap import DECIDER as CAP
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.behaviour_actions import BehaviourActionPolicy
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.policies.debit_notes import DebitNotePolicy
from credit_svc.policies.legal import LegalTermsPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.policies.receivables import ExchangePolicy, InterestPolicy, ReceivablesPolicy
from credit_svc.policies.roles import CreditRoles
from credit_svc.policies.total_limit import TotalLimitPolicy
from credit_svc.reactions import (
    cancel_plan,
    check_order,
    merge_accounts,
    note_delivered,
    note_file,
    note_key_account,
    note_released,
    note_tier,
    plan_receipts,
    record_bounced_cheque,
    record_credit_note,
    record_fee,
    record_invoice,
    record_payment,
    record_refund,
    release_cancelled,
    split_accounts,
)
from credit_svc.read_models import (
    account,
    agency_mandate,
    allocation,
    behaviour_action,
    cap_share,
    case_law,
    collection_case,
    debit_note,
    debtor_contact,
    history,
    limit_proposal,
    merged_account,
    open_item,
    order_credit,
    payment,
    receipt_plan,
    region,
    shadow_check,
    total_promise,
)
from credit_svc.reports.backtest import inputs
from credit_svc.reports.backtest.report import CreditReplay
from credit_svc.sentences import Sentences
from credit_svc.timers import (
    behaviour_due,
    cap_share_due,
    clock_due,
    debit_note_due,
    increase_due,
    instalment_due,
    invoice_due,
    limitation_due,
    overdue_ended,
    override_due,
    prospect_due,
    reminder_due,
    review_due,
    stage_due,
    step_due,
    total_look_due,
    total_room_due,
    way_due,
)
from credit_svc.total_limit import DECIDER as TOTAL

SERVICE = Service(
    name="credit-svc",
    title="Credit: files and classes, limits, order checks, receivables and collection",
    topic=credit.TOPIC,
    port=8103,
    events=credit.EVENTS,
    deciders=(ACCOUNT, CAP, TOTAL),
    policies=(
        BusinessCalendar,
        CreditRoles,
        CreditPolicy,
        ReceivablesPolicy,
        CollectionPolicy,
        CasePolicy,
        ClassPolicy,
        LimitPolicy,
        InterestPolicy,
        DebitNotePolicy,
        ExchangePolicy,
        TotalLimitPolicy,
        CreditStandardPolicy,
        BehaviourActionPolicy,
        LegalTermsPolicy,
    ),
    sources=(
        Source.facts(
            "erp.invoices",
            erp.TOPICS["erp.invoices"],
            {erp.InvoiceIssued: record_invoice, erp.CreditNoteIssued: record_credit_note},
        ),
        Source.facts(
            "erp.payments",
            erp.TOPICS["erp.payments"],
            {
                erp.PaymentReceived: record_payment,
                erp.PaymentRefunded: record_refund,
                erp.ChequeBounced: record_bounced_cheque,
            },
        ),
        Source.facts(
            "erp.contracts",
            erp.TOPICS["erp.contracts"],
            {
                erp.ContractSigned: plan_receipts,
                erp.ContractChanged: plan_receipts,
                erp.ContractCancelled: cancel_plan,
            },
        ),
        Source.facts("erp.service", erp.TOPICS["erp.service"], {erp.ServiceFeeCharged: record_fee}),
        Source.service(
            "customer-svc",
            customer.TOPIC,
            customer.EVENTS,
            {
                customer.OrderPlaced: check_order,
                customer.OrderDelivered: note_delivered,
                customer.OrderCancelled: release_cancelled,
                customer.CustomerRegistered: note_file,
                customer.CustomerFileChanged: note_file,
                customer.CustomersMerged: merge_accounts,
                customer.CustomerSplit: split_accounts,
                customer.CustomerTierChanged: note_tier,
                customer.KeyAccountDesignated: note_key_account,
                customer.KeyAccountReleased: note_released,
            },
        ),
    ),
    read_models=(
        account.MODEL,
        merged_account.MODEL,
        region.MODEL,
        limit_proposal.MODEL,
        cap_share.MODEL,
        order_credit.MODEL,
        shadow_check.MODEL,
        open_item.MODEL,
        payment.MODEL,
        allocation.MODEL,
        receipt_plan.MODEL,
        collection_case.MODEL,
        behaviour_action.MODEL,
        debit_note.MODEL,
        case_law.MODEL,
        agency_mandate.MODEL,
        debtor_contact.MODEL,
        history.MODEL,
        total_promise.MODEL,
        # The timers. On one day: increases and overrides end, instalments fall due, invoices fall overdue, then classes and cases follow.
        cap_share_due.TODO,
        increase_due.TODO,
        override_due.TODO,
        debit_note_due.TODO,
        instalment_due.TODO,
        invoice_due.TODO,
        overdue_ended.TODO,
        behaviour_due.TODO,
        prospect_due.TODO,
        step_due.TODO,
        stage_due.TODO,
        way_due.TODO,
        clock_due.TODO,
        limitation_due.TODO,
        review_due.TODO,
        total_look_due.TODO,
        total_room_due.REQUESTS,
        total_room_due.ANSWERS,
        reminder_due.TODO,
    ),
    backtests=tuple(
        Backtest(policy=policy, handles=inputs.HANDLES, begin=CreditReplay)
        for policy in (CreditPolicy, CollectionPolicy, ClassPolicy, LimitPolicy)
    ),
    sentences=tuple(Sentences),
    routes=(
        accounts.router,
        behaviour_actions.router,
        limits.router,
        caps.router,
        total_limit.router,
        orders.router,
        receivables.router,
        debit_notes.router,
        receipts.router,
        contacts.router,  # before those of one case: contacts-due is no case
        collection.router,
        cases.router,
        courts.router,
        agencies.router,
        reports.router,
        calculators.router,
        calculators.what_if_router,
    ),
)
