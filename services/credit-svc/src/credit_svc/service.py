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
    calculators,
    caps,
    collection,
    contacts,
    limits,
    orders,
    receivables,
    reports,
)
from credit_svc.group_limits.cap import DECIDER as CAP
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.policies.receivables import ExchangePolicy, InterestPolicy, ReceivablesPolicy
from credit_svc.policies.roles import CreditRoles
from credit_svc.reactions import (
    check_order,
    merge_accounts,
    note_delivered,
    note_file,
    note_key_account,
    note_released,
    note_tier,
    record_bounced_cheque,
    record_credit_note,
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
    cap_share,
    collection_case,
    debtor_contact,
    history,
    limit_proposal,
    merged_account,
    open_item,
    order_credit,
    payment,
    region,
    shadow_check,
)
from credit_svc.reports.backtest import inputs
from credit_svc.reports.backtest.report import CreditReplay
from credit_svc.sentences import Sentences
from credit_svc.timers import (
    behaviour_due,
    cap_share_due,
    increase_due,
    invoice_due,
    overdue_ended,
    override_due,
    review_due,
    stage_due,
    step_due,
)

SERVICE = Service(
    name="credit-svc",
    title="Credit: files and classes, limits, order checks, receivables and collection",
    topic=credit.TOPIC,
    port=8103,
    events=credit.EVENTS,
    deciders=(ACCOUNT, CAP),
    policies=(
        BusinessCalendar,
        CreditRoles,
        CreditPolicy,
        ReceivablesPolicy,
        CollectionPolicy,
        ClassPolicy,
        LimitPolicy,
        InterestPolicy,
        ExchangePolicy,
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
        collection_case.MODEL,
        agency_mandate.MODEL,
        debtor_contact.MODEL,
        history.MODEL,
        # The timers. On one day: increases and overrides end, invoices fall overdue, then classes and cases follow.
        cap_share_due.TODO,
        increase_due.TODO,
        override_due.TODO,
        invoice_due.TODO,
        overdue_ended.TODO,
        behaviour_due.TODO,
        step_due.TODO,
        stage_due.TODO,
        review_due.TODO,
    ),
    backtests=tuple(
        Backtest(policy=policy, handles=inputs.HANDLES, begin=CreditReplay)
        for policy in (CreditPolicy, CollectionPolicy, ClassPolicy, LimitPolicy)
    ),
    sentences=tuple(Sentences),
    routes=(
        accounts.router,
        limits.router,
        caps.router,
        orders.router,
        receivables.router,
        contacts.router,
        collection.router,
        agencies.router,
        reports.router,
        calculators.router,
    ),
)
